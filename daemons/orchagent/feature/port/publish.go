package port

import (
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	nameMap     = "COUNTERS_PORT_NAME_MAP"
	flexTable   = "FLEX_COUNTER_TABLE"
	counterList = "PORT_COUNTER_ID_LIST"
)

// counters are the SAI names of a port's counters that are polled. syncd leaves
// out what the ASIC does not count.
func counters() string {
	names := []string{
		"IF_IN_OCTETS", "IF_IN_UCAST_PKTS", "IF_IN_NON_UCAST_PKTS", "IF_IN_DISCARDS", "IF_IN_ERRORS", "IF_IN_UNKNOWN_PROTOS",
		"IF_IN_BROADCAST_PKTS", "IF_IN_MULTICAST_PKTS",
		"IF_OUT_OCTETS", "IF_OUT_UCAST_PKTS", "IF_OUT_NON_UCAST_PKTS", "IF_OUT_DISCARDS", "IF_OUT_ERRORS", "IF_OUT_QLEN",
		"IF_OUT_BROADCAST_PKTS", "IF_OUT_MULTICAST_PKTS",
		"ETHER_RX_OVERSIZE_PKTS", "ETHER_TX_OVERSIZE_PKTS", "ETHER_STATS_TX_NO_ERRORS", "ETHER_STATS_JABBERS",
		"ETHER_STATS_FRAGMENTS", "ETHER_STATS_UNDERSIZE_PKTS", "PAUSE_RX_PKTS", "PAUSE_TX_PKTS",
		"IP_IN_RECEIVES", "IP_IN_UCAST_PKTS", "IF_IN_FEC_CORRECTABLE_FRAMES", "IF_IN_FEC_NOT_CORRECTABLE_FRAMES", "IF_IN_FEC_SYMBOL_ERRORS",
		"IF_IN_FEC_CORRECTED_BITS", "TRIM_PACKETS", "DROPPED_TRIM_PACKETS", "TX_TRIM_PACKETS",
	}
	for _, way := range []string{"IN", "OUT"} {
		for _, octets := range []string{"64", "65_TO_127", "128_TO_255", "256_TO_511", "512_TO_1023", "1024_TO_1518", "1519_TO_2047", "2048_TO_4095", "4096_TO_9216", "9217_TO_16383"} {
			names = append(names, "ETHER_"+way+"_PKTS_"+octets+"_OCTETS")
		}
	}
	for priority := range pfcPriorities {
		p := "PFC_" + strconv.Itoa(priority)
		names = append(names, p+"_RX_PKTS", p+"_TX_PKTS")
	}
	return list(names...)
}

// pfcPriorities is how many priorities can be paused (IEEE 802.1Q clause 36).
const pfcPriorities = 8

func list(names ...string) string {
	return "SAI_PORT_STAT_" + strings.Join(names, ",SAI_PORT_STAT_")
}

// polled are the groups that poll ports, and what.
func polled() map[string]string {
	return map[string]string{
		"PORT_STAT_COUNTER":     counters(),
		"PORT_BUFFER_DROP_STAT": list("IN_DROPPED_PKTS", "OUT_DROPPED_PKTS"),
		"WRED_ECN_PORT_STAT_COUNTER": list("ECN_MARKED_PACKETS", "GREEN_WRED_DROPPED_PACKETS", "YELLOW_WRED_DROPPED_PACKETS",
			"RED_WRED_DROPPED_PACKETS", "WRED_DROPPED_PACKETS"),
	}
}

// Publish tells that a port is ready, what its counters are called, and that
// they are to be polled.
func Publish(ev publish.Event) []publish.Write {
	switch ev.Object.Type {
	case sai.ObjectTypePort:
		return publishPort(ev)
	case sai.ObjectTypeHostif:
		return publishHostif(ev)
	}
	return nil
}

func publishPort(ev publish.Event) []publish.Write {
	name := ev.Object.Key.Name()
	if ev.Object.Key == object.CPUPort {
		return nil
	}
	vid := ev.VID
	if ev.Gone {
		vid = ""
	}
	out := []publish.Write{publish.Set(statedb.CountersDB, nameMap, "", map[string]string{name: vid})}
	for group, list := range polled() {
		w := publish.Set(statedb.FlexCounterDB, flexTable, group+":"+ev.VID, map[string]string{counterList: list})
		if ev.Gone {
			w = publish.Delete(w.DB, w.Table, w.Key)
		}
		out = append(out, w)
	}
	return out
}

func publishHostif(ev publish.Event) []publish.Write {
	at := ev.Object.Attr(sai.HostifAttrObjID)
	if at == nil || len(at.Refs) != 1 || at.Refs[0].Kind() != "port" {
		return nil
	}
	name := ev.Object.Key.Name()
	if ev.Gone {
		return []publish.Write{publish.Delete(statedb.StateDB, schema.StateTablePort, name)}
	}
	return []publish.Write{publish.Set(statedb.StateDB, schema.StateTablePort, name, map[string]string{"state": schema.StateOK})}
}
