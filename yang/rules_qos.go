package yang

import "strings"

func qosRules() []rule {
	return []rule{
		{"QUEUE", queueRule, []string{"DEVICE_METADATA"}},
		{"QUEUE", ownQueueRule, []string{"DEVICE_METADATA", "PORT"}},
		{"BUFFER_QUEUE", queueRule, []string{"DEVICE_METADATA"}},
		{"PFC_WD", watchdogRule, []string{"PFC_WD"}},
		{"PBH_HASH_FIELD", hashFieldRule, nil},
	}
}

// queueRule: keys of four parts name virtual output queues of a chassis.
func queueRule(r *rowRule) {
	chassis := get(r.config["DEVICE_METADATA"]["localhost"], "switch_type") == "voq"
	if chassis && r.table == "QUEUE" && strings.Count(r.key, "|") == 1 {
		r.wrong("", "a queue is <hostname>|<asic_name>|<ifname>|<qindex> when DEVICE_METADATA|localhost switch_type is voq")
	}
	if strings.Count(r.key, "|") == 3 && !chassis {
		r.wrong("", "a queue of another line card is only allowed when DEVICE_METADATA|localhost switch_type is voq")
	}
}

// ownQueueRule: of the queues of a chassis, those of this very ASIC are queues of its ports.
func ownQueueRule(r *rowRule) {
	own := r.config["DEVICE_METADATA"]["localhost"]
	host, asic, port := r.part(0), r.part(1), r.part(2)
	if strings.Count(r.key, "|") != 3 || host != get(own, "hostname") || asic != get(own, "asic_name") {
		return
	}
	if !r.exists("PORT", port) {
		r.wrong("ifname", "%q"+absentee+"table PORT, and %s of %s is this switch", port, asic, host)
	}
}

func watchdogRule(r *rowRule) {
	poll := get(r.config["PFC_WD"]["GLOBAL"], "POLL_INTERVAL")
	interval, ok := (&rowRule{row: map[string]string{"n": poll}}).number("n")
	for _, field := range []string{"detection_time", "restoration_time"} {
		if n, has := r.number(field); ok && has && n < interval {
			r.wrong(field, "%d is less than POLL_INTERVAL %d of PFC_WD|GLOBAL", n, interval)
		}
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
