package arguments

import (
	"slices"
	"strings"
)

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
func entries() []entry { return slices.Concat(places(), addresses(), configured(), values()) }

// places are what packets come in by, go out by and stay within.
func places() []entry {
	ports, lags := of("PORT"), of("PORTCHANNEL")
	interfaces := []source{ports, lags, of("VLAN"), of("LOOPBACK_INTERFACE"), of("VLAN_SUB_INTERFACE")}
	vlans := []source{{"VLAN", vlanNumber}}
	return []entry{
		{"interfacename interface interfacenames", "An interface, such as Ethernet0, PortChannel1, Vlan100", interfaces},
		{"port portname portid", "A port, such as Ethernet0", []source{ports, lags}},
		{"portchannelname portchannelnames", "A port channel: PortChannel and 0 to 9999", []source{lags}},
		{"subinterfacename", "A subinterface, such as Ethernet0.10 or Po1.10", []source{of("VLAN_SUB_INTERFACE")}},
		{"loopbackname", "A loopback: Loopback and a number", []source{of("LOOPBACK_INTERFACE")}},
		{"vid vlanid vlan vlanstart vlanend", "A VLAN, 1 to 4094", vlans},
		{"vrf vrfname", "A VRF: default, mgmt, or a name that begins with Vrf", []source{of("VRF")}},
		{"vnetname vnetalias", "A VNET", []source{of("VNET")}},
		{"queue", "A queue, 0 to 7 on most ports", nil},
		{"dhcpinterface vlaninterface vlanname", "A VLAN's interface, such as Vlan100", []source{of("VLAN")}},
		{"memberinterface trackinterface peerifname", "An interface, such as Ethernet0", interfaces},
		{"ports speedlist", "A list, separated by commas", nil},
		{"srcport dstport", "A port, such as Ethernet0", []source{ports}},
	}
}

// addresses are what packets carry.
func addresses() []entry {
	return []entry{
		{"ipaddress ip6address ipaddr address nexthopip nexthop gateway peeripaddr sourceipaddr ip serveripaddress dstip srcip sourceip nasip localip globalip endpoint " +
			"remotevtepip A.B.C.D", "An IP address, such as 10.0.0.1 or 2001:db8::1", nil},
		{"prefix ipprefix advprefix a.b.c.d/m", "A prefix, such as 10.0.0.0/24 or 2001:db8::/64", nil},
		{"prefixpattern", "A prefix; routes in it are counted together", []source{{"FLOW_COUNTER_ROUTE_PATTERN", part(0)}}},
		{"mac macaddress srcmac overlaydmac", "A MAC address, six bytes in hexadecimal: 00:11:22:33:44:55", nil},
		{"neighboriporhostname ipaddrorhostname", "A BGP neighbour: its address or name", []source{{"BGP_NEIGHBOR", lastPart}}},
		{"dhcprelayhelpers dhcprelaydestinations dhcprelaydestinationips iplist peerlist", "IP addresses, separated by commas", nil},
		{"rangename optionname", "A name that servers refer to", []source{of("DHCP_SERVER_IPV4_RANGE"), of("DHCP_SERVER_IPV4_CUSTOMIZED_OPTIONS")}},
		{"optionlist", "Options, separated by commas", []source{of("DHCP_SERVER_IPV4_CUSTOMIZED_OPTIONS")}},
		{"ipstart ipend", "An IPv4 address at the end of a range", nil},
		{"globaliprange", "IPv4 addresses, such as 10.0.0.1-10.0.0.9", nil},
		{"globalportrange", "Ports, such as 1024-65535", nil},
		{"localport globalport portval", "A port of TCP or UDP, 1 to 65535", nil},
		{"ipaddressordomainname ntpipaddress ipv4/v6address snmptrapserveripaddress snmpagentlisteningipaddress vip peerip",
			"An IP address; for servers of the host also a name", nil},
		{"prefixlistname", "A prefix list", []source{{"PREFIX_LIST", part(0)}, of("PREFIX_SET")}},
		{"nvoname", "An EVPN overlay", []source{of("VXLAN_EVPN_NVO")}},
		{"sid", "A segment identifier: an IPv6 address (RFC 8986)", nil},
		{"ecmphash laghash", "Fields that are hashed, such as SRC_IP DST_IP", nil},
	}
}

// configured are names of rows of the configuration.
func configured() []entry {
	return []entry{
		{"vxlanname vxlantunnel", "A VXLAN tunnel", []source{of("VXLAN_TUNNEL")}},
		{"sessionname", "A mirror session", []source{of("MIRROR_SESSION")}},
		{"tablename", "A table", []source{of("ACL_TABLE"), of("PBH_TABLE")}},
		{"ruleid rulename", "A rule", []source{{"PBH_RULE", part(1)}, {"ACL_RULE", part(1)}}},
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
		{"tunnelname", "An NVGRE tunnel", []source{of("NVGRE_TUNNEL")}},
		{"vrrpid", "A virtual router, 1 to 255 (RFC 9568)", []source{{"VRRP", part(1)}}},
		{"profile overrideprofile bufferprofile", "A buffer profile", []source{of("BUFFER_PROFILE")}},
		{"profilename", "A profile", []source{of("BUFFER_PROFILE"), of("WRED_PROFILE"), of("PORT_LLR_PROFILE")}},
		{"poolname", "A NAT pool", []source{of("NAT_POOL")}},
		{"bindingname", "A NAT binding", []source{of("NAT_BINDINGS")}},
		{"aclname", "An access list", []source{of("ACL_TABLE")}},
		{"tabletype", "A type of access list: L3, L3V6, MIRROR, CTRLPLANE, or one of ACL_TABLE_TYPE", []source{of("ACL_TABLE_TYPE")}},
		{"routemapname", "A route map", []source{{"ROUTE_MAP", part(0)}}},
		{"vrid", "A virtual router, 1 to 255 (RFC 9568)", []source{{"VRRP", part(1)}}},
		{"locator", "An SRv6 locator", []source{of("SRV6_MY_LOCATORS")}},
	}
}

// values are numbers, words, texts and files.
func values() []entry {
	return []entry{
		{"vni vnistart", "A VXLAN network identifier, 1 to 16777215", nil},
		{"instanceid", "An MST instance, 0 to 63", nil},
		{"seconds timeinsecs timeout pollinginterval", "A number of seconds", nil},
		{"filename", "A file in JSON, as config_db.json", nil},
		{"priority", "A priority; 0 to 7 for traffic classes", nil},
		{"dscp", "A DSCP, 0 to 63", nil},
		{"ttl", "A time to live, 0 to 255", nil},
		{"interfacemtu", "The largest frame's payload in bytes, 68 to 9216", nil},
		{"interfacespeed", "A speed in Mb/s, such as 100000", nil},
		{"pgmap", "Priority groups, such as 3 or 3-4", nil},
		{"queuemap queues", "Queues, such as 3 or 3-4", nil},
		{"optionid", "The code of a DHCP option (RFC 2132)", nil},
		{"timesecond", "A number of seconds", nil},
		{"pollinterval", "A number of milliseconds", nil},
		{"minutes", "A number of minutes", nil},
		{"secretstring authpassword encryptpassword", "A secret; it is masked in the journal", nil},
		{"checkpointname", "A checkpoint", nil},
		{"patchfilepath", "A file with a JSON Patch (RFC 6902)", nil},
		{"targetfilepath", "A file in JSON, as config_db.json", nil},
		{"number", "A commit, as show configuration history counts them", nil},
		{"count", "How many to show", nil},
		{"text message", "A text, in quotes if it has blanks", nil},
		{"command", "A command, without the word config", nil},
		{"interfacefec", "none, rs, fc or auto; what the lanes can do", nil},
		{"interfacetpid", "A tag protocol identifier: 0x8100, 0x9100, 0x9200, 0x88a8", nil},
		{"interfacetypevalue interfacetypelist", "A type of transceiver, such as CR4 or SR4", nil},
		{"kbpsvalue", "A rate in kilobits a second", nil},
		{"packetrate", "Packets a second", nil},
		{"modetype", "access, trunk or routed", nil},
		{"baud", "A line's speed in bits a second, such as 9600", nil},
		{"timezonename", "A time zone, such as Europe/Zurich", nil},
		{"esi", "An Ethernet segment identifier, ten bytes in hexadecimal, or auto-lacp (RFC 7432)", nil},
		{"dfpref", "A preference for the designated forwarder, 1 to 65535 (RFC 8584)", nil},
		{"samplerate", "One packet of how many is sampled, 256 to 8388608", nil},
		{"length", "A cable's length in metres, such as 5m", nil},
		{"reasons", "Reasons for a drop, separated by commas", nil},
		{"countertype", "A type of drop counter, such as PORT_INGRESS_DROPS", nil},
		{"location contact contactname contactemail", "A text for whoever asks by SNMP", nil},
		{"newhostname hostname", "A host name, 1 to 63 letters, digits and hyphens (RFC 1123)", nil},
	}
}

// lastPart gives the neighbour of "default|10.0.0.1" and "10.0.0.1".
func lastPart(key string) string { return key[strings.LastIndexByte(key, '|')+1:] }
