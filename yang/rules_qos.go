package yang

import "strings"

func qosRules() []rule {
	return []rule{
		{"POLICER", policerRule},
		{"SCHEDULER", schedulerRule},
		{"WRED_PROFILE", wredRule},
		{"QUEUE", queueRule},
		{"BUFFER_QUEUE", queueRule},
		{"PFC_WD", watchdogRule},
		{"PBH_HASH_FIELD", hashFieldRule},
		{"HIGH_FREQUENCY_TELEMETRY_GROUP", telemetryGroupRule},
	}
}

func policerRule(r *rowRule) {
	mode := get(r.row, "mode")
	r.only(mode == "sr_tcm" || mode == "tr_tcm", "mode is sr_tcm or tr_tcm", "pbs")
	r.only(mode == "tr_tcm", "mode is tr_tcm", "pir")
}

func schedulerRule(r *rowRule) {
	r.only(r.has("cir"), "cir is set", "pir")
	r.only(r.has("cbs"), "cbs is set", "pbs")
}

func wredRule(r *rowRule) {
	for _, color := range []string{"green", "yellow", "red"} {
		low, ok1 := r.number(color + "_min_threshold")
		high, ok2 := r.number(color + "_max_threshold")
		if ok1 && ok2 && high < low {
			r.wrong(color+"_max_threshold", "%d is less than %s_min_threshold %d", high, color, low)
		}
	}
}

// queueRule: keys of four parts name virtual output queues of a chassis.
func queueRule(r *rowRule) {
	if strings.Count(r.key, "|") == 3 && get(r.config["DEVICE_METADATA"]["localhost"], "switch_type") != "voq" {
		r.wrong("", "a queue of another line card is only allowed when DEVICE_METADATA|localhost switch_type is voq")
	}
}

func watchdogRule(r *rowRule) {
	poll := get(r.config["PFC_WD"]["GLOBAL"], "POLL_INTERVAL")
	interval, ok := (&rowRule{row: map[string]string{"n": poll}}).number("n")
	if n, has := r.number("detection_time"); ok && has && n < interval {
		r.wrong("detection_time", "%d is less than POLL_INTERVAL %d of PFC_WD|GLOBAL", n, interval)
	}
}

// hashFieldRule: a mask belongs to an address field, of its own family.
func hashFieldRule(r *rowRule) {
	field := get(r.row, "hash_field")
	v4, v6 := strings.HasSuffix(field, "IPV4"), strings.HasSuffix(field, "IPV6")
	mask := get(r.row, "ip_mask")
	switch {
	case (v4 || v6) && mask == "":
		r.wrong("ip_mask", "must be set when hash_field is %s", field)
	case mask != "" && !v4 && !v6:
		r.wrong("ip_mask", "is only allowed when hash_field is an address")
	case v4 && strings.Contains(mask, ":"), v6 && !strings.Contains(mask, ":"):
		r.wrong("ip_mask", "%q is not of the family of %s", mask, field)
	}
}

// portCounters are the statistics of a port that are known to be streamed.
const portCounters = "IF_IN_OCTETS,IF_IN_UCAST_PKTS,IF_IN_DISCARDS,IF_IN_ERRORS,IN_CURR_OCCUPANCY_BYTES," +
	"IF_OUT_OCTETS,IF_OUT_DISCARDS,IF_OUT_ERRORS,IF_OUT_UCAST_PKTS,OUT_CURR_OCCUPANCY_BYTES,TRIM_PACKETS"

// telemetryGroupRule only warns: an ASIC may stream more than we know of.
func telemetryGroupRule(r *rowRule) {
	if r.part(1) != "PORT" {
		return
	}
	for _, counter := range r.list("object_counters") {
		if !containsWord(portCounters, counter) && !strings.HasPrefix(counter, "PFC_") && !strings.HasPrefix(counter, "PAUSE") {
			r.doubtful("object_counters", "%q is not known as a counter of a port", counter)
			return
		}
	}
}
