package display

import "strconv"

// counterKind is one table of counters.
type counterKind struct {
	nameMap string // hash of COUNTERS_DB that gives the object of each name
	headers []string
	row     func(p portSet, name string, now portCounters, base map[string]string) []string
}

const portNameMap = "COUNTERS_PORT_NAME_MAP"

// counterTable finds a table by its word; the plain one has none.
func counterTable(word string) (counterKind, bool) {
	switch word {
	case "rif":
		return rifTable(), true
	case "errors":
		return errorTable(), true
	case "rates":
		return rateTable(), true
	}
	return counterKind{}, false
}

func portTable() counterKind {
	return counterKind{
		nameMap: portNameMap,
		headers: []string{"IFACE", "STATE", "RX_OK", "RX_BPS", "RX_UTIL", "RX_ERR", "RX_DRP", "RX_OVR", "TX_OK", "TX_BPS", "TX_UTIL", "TX_ERR", "TX_DRP", "TX_OVR"},
		row: func(p portSet, name string, now portCounters, base map[string]string) []string {
			n := func(stats ...string) string { return difference(now.counters, base, stats...) }
			speed := p.app[name]["speed"]
			return []string{
				p.shown(name), linkLetter(p.app[name]),
				n("SAI_PORT_STAT_IF_IN_UCAST_PKTS", "SAI_PORT_STAT_IF_IN_NON_UCAST_PKTS"),
				bytesRate(now.rates["RX_BPS"]), utilization(now.rates["RX_BPS"], speed),
				n("SAI_PORT_STAT_IF_IN_ERRORS"), n("SAI_PORT_STAT_IF_IN_DISCARDS"), n("SAI_PORT_STAT_ETHER_RX_OVERSIZE_PKTS"),
				n("SAI_PORT_STAT_IF_OUT_UCAST_PKTS", "SAI_PORT_STAT_IF_OUT_NON_UCAST_PKTS"),
				bytesRate(now.rates["TX_BPS"]), utilization(now.rates["TX_BPS"], speed),
				n("SAI_PORT_STAT_IF_OUT_ERRORS"), n("SAI_PORT_STAT_IF_OUT_DISCARDS"), n("SAI_PORT_STAT_ETHER_TX_OVERSIZE_PKTS"),
			}
		},
	}
}

func errorTable() counterKind {
	return counterKind{
		nameMap: portNameMap,
		headers: []string{"IFACE", "STATE", "RX_ERR", "RX_DRP", "RX_OVR", "TX_ERR", "TX_DRP", "TX_OVR"},
		row: func(p portSet, name string, now portCounters, base map[string]string) []string {
			n := func(stat string) string { return difference(now.counters, base, stat) }
			return []string{
				p.shown(name), linkLetter(p.app[name]),
				n("SAI_PORT_STAT_IF_IN_ERRORS"), n("SAI_PORT_STAT_IF_IN_DISCARDS"), n("SAI_PORT_STAT_ETHER_RX_OVERSIZE_PKTS"),
				n("SAI_PORT_STAT_IF_OUT_ERRORS"), n("SAI_PORT_STAT_IF_OUT_DISCARDS"), n("SAI_PORT_STAT_ETHER_TX_OVERSIZE_PKTS"),
			}
		},
	}
}

func rateTable() counterKind {
	return counterKind{
		nameMap: portNameMap,
		headers: []string{"IFACE", "STATE", "RX_OK", "RX_BPS", "RX_PPS", "RX_UTIL", "TX_OK", "TX_BPS", "TX_PPS", "TX_UTIL"},
		row: func(p portSet, name string, now portCounters, base map[string]string) []string {
			speed := p.app[name]["speed"]
			return []string{
				p.shown(name), linkLetter(p.app[name]),
				difference(now.counters, base, "SAI_PORT_STAT_IF_IN_UCAST_PKTS", "SAI_PORT_STAT_IF_IN_NON_UCAST_PKTS"),
				bytesRate(now.rates["RX_BPS"]), packetRate(now.rates["RX_PPS"]), utilization(now.rates["RX_BPS"], speed),
				difference(now.counters, base, "SAI_PORT_STAT_IF_OUT_UCAST_PKTS", "SAI_PORT_STAT_IF_OUT_NON_UCAST_PKTS"),
				bytesRate(now.rates["TX_BPS"]), packetRate(now.rates["TX_PPS"]), utilization(now.rates["TX_BPS"], speed),
			}
		},
	}
}

func rifTable() counterKind {
	return counterKind{
		nameMap: "COUNTERS_RIF_NAME_MAP",
		headers: []string{"IFACE", "RX_OK", "RX_BPS", "RX_PPS", "RX_ERR", "TX_OK", "TX_BPS", "TX_PPS", "TX_ERR"},
		row: func(p portSet, name string, now portCounters, base map[string]string) []string {
			n := func(stat string) string { return difference(now.counters, base, "SAI_ROUTER_INTERFACE_STAT_"+stat) }
			return []string{
				p.shown(name),
				n("IN_PACKETS"), bytesRate(now.rates["RX_BPS"]), packetRate(now.rates["RX_PPS"]), n("IN_ERROR_PACKETS"),
				n("OUT_PACKETS"), bytesRate(now.rates["TX_BPS"]), packetRate(now.rates["TX_PPS"]), n("OUT_ERROR_PACKETS"),
			}
		},
	}
}

// packetRate writes packets per second.
func packetRate(s string) string {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return "N/A"
	}
	return strconv.FormatFloat(f, 'f', 2, 64) + "/s"
}
