package display

import (
	"slices"
	"strconv"
	"strings"
)

// counterKind is one table of counters.
type counterKind struct {
	nameMap string // hash of COUNTERS_DB that gives the object of each name
	saved   string // kind of their zero point
	headers []string
	row     func(p portSet, name string, now portCounters, base map[string]string) []string
}

// idle says whether a row has no counter but zero; rates do not count.
func (k counterKind) idle(row []string) bool {
	for i, cell := range row {
		h := k.headers[i]
		if h == "IFACE" || h == "STATE" || strings.HasSuffix(h, "PS") || strings.HasSuffix(h, "_UTIL") {
			continue
		}
		if cell != "0" && cell != "N/A" {
			return false
		}
	}
	return true
}

// Hashes of COUNTERS_DB that give the object of each name.
const (
	portNameMap   = "COUNTERS_PORT_NAME_MAP"
	rifNameMap    = "COUNTERS_RIF_NAME_MAP"
	trapNameMap   = "COUNTERS_TRAP_NAME_MAP"
	routeNameMap  = "COUNTERS_ROUTE_NAME_MAP"
	tunnelNameMap = "COUNTERS_TUNNEL_NAME_MAP"
)

func portTable() counterKind {
	return counterKind{
		nameMap: portNameMap, saved: savedPorts,
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

// wholeTable has everything that is known of a port's traffic.
func wholeTable() counterKind {
	std, rates, trim := portTable(), rateTable(), trimTable()
	return counterKind{
		nameMap: portNameMap, saved: savedPorts,
		headers: []string{
			"IFACE", "STATE", "RX_OK", "RX_BPS", "RX_PPS", "RX_UTIL", "RX_ERR", "RX_DRP", "RX_OVR",
			"TX_OK", "TX_BPS", "TX_PPS", "TX_UTIL", "TX_ERR", "TX_DRP", "TX_OVR", "TRIM", "TRIM_TX", "TRIM_DRP",
		},
		row: func(p portSet, name string, now portCounters, base map[string]string) []string {
			s, r, t := std.row(p, name, now, base), rates.row(p, name, now, base), trim.row(p, name, now, base)
			return slices.Concat(s[:4], r[4:5], s[4:10], r[8:9], s[10:], t[2:])
		},
	}
}

func errorTable() counterKind {
	return counterKind{
		nameMap: portNameMap, saved: savedPorts,
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
		nameMap: portNameMap, saved: savedPorts,
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
		nameMap: rifNameMap, saved: savedRIFs,
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
