package main

import "strings"

// initialisms keep their case in Go names; all other words are capitalised.
const initialisms = `ID IP MAC MTU TTL VLAN FDB ARP CPU ACL LAG STP API L2 L3 LLDP LACP BGP
	DHCP OSPF NV BFD MPLS UDP TCP ICMP VRF NAT IPv4 IPv6 QoS BGPv6 BFDv6 DHCPv6 OSPFv6 ICMPv6 DHCPv6L2`

var spelling = func() map[string]string {
	m := map[string]string{}
	for _, w := range strings.Fields(initialisms) {
		m[strings.ToUpper(w)] = w
	}
	return m
}()

// goName turns a C name without its SAI_ or sai_ start into an exported Go name:
// "ROUTE_ENTRY_ATTR_NEXT_HOP_ID" becomes "RouteEntryAttrNextHopID".
func goName(c string) string {
	var b strings.Builder
	for _, w := range strings.Split(strings.ToUpper(c), "_") {
		if w == "" {
			continue
		}
		// 16_23 and 1623 would be the same name without this.
		if s := b.String(); s != "" && isDigit(s[len(s)-1]) && isDigit(w[0]) {
			b.WriteByte('_')
		}
		b.WriteString(goWord(w))
	}
	return b.String()
}

func goWord(w string) string {
	if s, ok := spelling[w]; ok {
		return s
	}
	if strings.ContainsAny(w, "0123456789") {
		return w // 1Q, P2P, IP2ME, 400G: shouted in the standards too
	}
	return w[:1] + strings.ToLower(w[1:])
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// typeName turns "sai_port_oper_status_t" into "PortOperStatus".
func typeName(c string) string {
	return goName(strings.TrimSuffix(strings.TrimPrefix(c, "sai_"), "_t"))
}
