package arguments

import "strings"

// whole gives keys of one part as they are.
func whole(key string) string {
	if strings.Contains(key, "|") {
		return ""
	}
	return key
}

// vlanNumber gives 100 for Vlan100.
func vlanNumber(key string) string {
	n, ok := strings.CutPrefix(whole(key), "Vlan")
	if !ok {
		return ""
	}
	return n
}

// part gives one part of a key.
func part(i int) func(string) string {
	return func(key string) string {
		if parts := strings.Split(key, "|"); i < len(parts) {
			return parts[i]
		}
		return ""
	}
}

func of(table string) source { return source{table, whole} }

// entries is the book.
func entries() []entry {
	ports, lags := of("PORT"), of("PORTCHANNEL")
	interfaces := []source{ports, lags, of("VLAN"), of("LOOPBACK_INTERFACE"), of("VLAN_SUB_INTERFACE")}
	vlans := []source{{"VLAN", vlanNumber}}
	tunnels := []source{of("VXLAN_TUNNEL")}
	rules := []source{{"PBH_RULE", part(1)}}
	return []entry{
		{"interfacename interface interfacenames", "An interface, such as Ethernet0, PortChannel1, Vlan100", interfaces},
		{"port portname portid", "A port, such as Ethernet0", []source{ports, lags}},
		{"portchannelname portchannelnames", "A port channel: PortChannel and 0 to 9999", []source{lags}},
		{"subinterfacename", "A subinterface, such as Ethernet0.10 or Po1.10", []source{of("VLAN_SUB_INTERFACE")}},
		{"loopbackname", "A loopback: Loopback and a number", []source{of("LOOPBACK_INTERFACE")}},
		{"vid vlanid vlan vlanstart vlanend", "A VLAN, 1 to 4094", vlans},
		{"vrf vrfname", "A VRF: default, mgmt, or a name that begins with Vrf", []source{of("VRF")}},
		{"vnetname vnetalias", "A VNET", []source{of("VNET")}},
		{"vxlanname vxlantunnel", "A VXLAN tunnel", tunnels},
		{"vni vnistart", "A VXLAN network identifier, 1 to 16777215", nil},
		{"ipaddress ip6address ipaddr address nexthopip nexthop gateway peeripaddr sourceipaddr ip serveripaddress dstip srcip sourceip nasip localip globalip endpoint " +
			"remotevtepip A.B.C.D", "An IP address, such as 10.0.0.1 or 2001:db8::1", nil},
		{"prefix ipprefix advprefix a.b.c.d/m", "A prefix, such as 10.0.0.0/24 or 2001:db8::/64", nil},
		{"prefixpattern", "A prefix; routes in it are counted together", []source{{"FLOW_COUNTER_ROUTE_PATTERN", part(0)}}},
		{"mac macaddress srcmac overlaydmac", "A MAC address, six bytes in hexadecimal: 00:11:22:33:44:55", nil},
		{"sessionname", "A mirror session", []source{of("MIRROR_SESSION")}},
		{"tablename", "A table", []source{of("ACL_TABLE"), of("PBH_TABLE")}},
		{"ruleid rulename", "A rule", append(rules, source{"ACL_RULE", part(1)})},
		{"hashname", "A hash of policy-based hashing", []source{of("PBH_HASH")}},
		{"hashfieldname", "A field of policy-based hashing", []source{of("PBH_HASH_FIELD")}},
		{"policername", "A policer", []source{of("POLICER")}},
		{"featurename", "A feature, such as bgp or lldp", []source{of("FEATURE")}},
		{"servicename", "A service, such as swss or bgp", []source{of("FEATURE")}},
		{"modulename chassismodulename", "A module of the chassis", []source{of("CHASSIS_MODULE")}},
		{"collectorname", "A collector of sFlow", []source{of("SFLOW_COLLECTOR")}},
		{"countername", "A drop counter", []source{of("DEBUG_COUNTER")}},
		{"domainid", "An MCLAG domain, 1 to 4095", []source{of("MCLAG_DOMAIN")}},
		{"linenumber", "A console line", []source{of("CONSOLE_PORT")}},
		{"snmpcommunity currentcommunitystr newcommunitystr", "An SNMP community, 4 to 32 characters", []source{of("SNMP_COMMUNITY")}},
		{"snmpuser", "An SNMPv3 user", []source{of("SNMP_USER")}},
		{"neighboriporhostname ipaddrorhostname", "A BGP neighbour: its address or name", []source{{"BGP_NEIGHBOR", lastPart}}},
		{"tunnelname", "An NVGRE tunnel", []source{of("NVGRE_TUNNEL")}},
		{"instanceid", "An MST instance, 0 to 63", nil},
		{"seconds timeinsecs timeout pollinginterval", "A number of seconds", nil},
		{"filename", "A file in JSON, as config_db.json", nil},
		{"priority", "A priority; 0 to 7 for traffic classes", nil},
		{"dscp", "A DSCP, 0 to 63", nil},
		{"ttl", "A time to live, 0 to 255", nil},
		{"vrrpid", "A virtual router, 1 to 255 (RFC 9568)", []source{{"VRRP", part(1)}}},
		{"interfacemtu", "The largest frame's payload in bytes, 68 to 9216", nil},
		{"interfacespeed", "A speed in Mb/s, such as 100000", nil},
		{"newhostname hostname", "A host name, 1 to 63 letters, digits and hyphens (RFC 1123)", nil},
	}
}

// lastPart gives the neighbour of "default|10.0.0.1" and "10.0.0.1".
func lastPart(key string) string { return key[strings.LastIndexByte(key, '|')+1:] }
