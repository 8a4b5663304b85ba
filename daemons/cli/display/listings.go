package display

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// listings are the commands that show one table as it is.
func listings() []listing {
	return slices.Concat(systemListings(), hostListings(), stationListings(), networkListings())
}

func systemListings() []listing {
	return []listing{
		{
			path: "syslog", short: "Show syslog servers", db: statedb.ConfigDB, table: "SYSLOG_SERVER", less: byAddress,
			columns: []column{{"SERVER IP", "@", "", ""}, {"SOURCE IP", "source", "N/A", ""}, {"PORT", "port", "N/A", ""}, {"VRF", "vrf", "N/A", ""}},
			layout:  tabulate.Options{AllText: true},
		},
		{
			path: "ldap global", short: "Show LDAP configuration", db: statedb.ConfigDB, table: "LDAP", only: "global",
			columns: []column{
				{"BIND DN", "bind_dn", "", ""}, {"BIND PASSWORD", "bind_password", "", ""}, {"BIND TIMEOUT", "bind_timeout", "", ""}, {"VERSION", "version", "", ""},
				{"BASE DN", "base_dn", "", ""}, {"PORT", "port", "", ""}, {"TIMEOUT", "timeout", "", ""},
			},
		},
		{
			path: "kubernetes server config", short: "Show kubernetes server configuration", db: statedb.ConfigDB, table: "KUBERNETES_MASTER", only: "SERVER",
			empty:   "Kubernetes server is not configured",
			columns: []column{{"ip", "ip", "", ""}, {"port", "port", "6443", ""}, {"insecure", "insecure", "True", ""}, {"disable", "disable", "False", ""}},
			layout:  tabulate.Options{AllText: true},
		},
		sensorListing("voltage", "VOLTAGE_INFO", "Voltage", "voltage", " mV"),
		sensorListing("current", "CURRENT_INFO", "Current", "current", " mA"),
	}
}

func stationListings() []listing {
	return []listing{
		{
			path: "mac-move-guard", short: "Show addresses that moved too often and are held", db: statedb.StateDB, table: schema.StateTableMACHold,
			columns: []column{{"Address", "@", "", ""}, {"Port", "port", "N/A", ""}, {"Action", "action", "N/A", ""}, {"Shut", "shut", "N/A", ""}, {"Until", "until", "N/A", ""}},
			layout:  tabulate.Options{AllText: true},
		},
	}
}

func networkListings() []listing {
	return []listing{
		{
			path: "nvgre-tunnel", short: "Show NVGRE tunnels", db: statedb.ConfigDB, table: "NVGRE_TUNNEL",
			columns: []column{{"TUNNEL NAME", "@", "", ""}, {"SRC IP", "src_ip", "N/A", ""}},
		},
		{
			path: "nvgre-tunnel-map", short: "Show NVGRE tunnel maps", db: statedb.ConfigDB, table: "NVGRE_TUNNEL_MAP",
			columns: []column{{"TUNNEL NAME", "@0", "", ""}, {"TUNNEL MAP NAME", "@1", "", ""}, {"VLAN ID", "vlan_id", "N/A", ""}, {"VSID", "vsid", "N/A", ""}},
			layout:  tabulate.Options{AllText: true},
		},
		{
			path: "fg-nhg-member", short: "Show fine-grained next hop group members", db: statedb.ConfigDB, table: "FG_NHG_MEMBER",
			columns: []column{{"NEXT HOP IP", "@", "", ""}, {"FG NHG", "FG_NHG", "N/A", ""}, {"BANK", "bank", "N/A", ""}, {"LINK", "link", "N/A", ""}},
		},
		{
			path: "vnet brief", short: "Show VNETs", db: statedb.ConfigDB, table: "VNET",
			columns: []column{{"vnet name", "@", "", ""}, {"vxlan tunnel", "vxlan_tunnel", tabulate.None, ""}, {"vni", "vni", tabulate.None, ""}, {"peer list", "peer_list", tabulate.None, ""}, {"guid", "guid", tabulate.None, ""}},
		},
		{
			path: "bfd summary", short: "Show BFD sessions", db: statedb.StateDB, table: "BFD_SESSION_TABLE", title: "Total number of BFD sessions: %d",
			columns: sessionColumns(),
		},
		{
			path: "bfd peers", short: "Show what was negotiated with the peers of BFD sessions", db: statedb.StateDB, table: "BFD_SESSION_TABLE", less: defaultFirst,
			title: "Total number of BFD sessions: %d", columns: peerColumns(),
		},
		{
			path: "bfd peer", short: "Show BFD sessions with a peer", db: statedb.StateDB, table: "BFD_SESSION_TABLE", by: "peer_ip", part: 2, less: defaultFirst,
			title: "Total number of BFD sessions for peer IP %a: %d", empty: "No BFD sessions found for peer IP %a", columns: sessionColumns(),
		},
		{
			path: "srv6 locators", short: "Show SRv6 locators", db: statedb.ConfigDB, table: "SRV6_MY_LOCATORS", by: "[locator]",
			columns: []column{
				{"Locator", "@", "", ""}, {"Prefix", "prefix", tabulate.None, ""}, {"Block Len", "block_len", "32", ""},
				{"Node Len", "node_len", "16", ""}, {"Func Len", "func_len", "16", ""},
			},
		},
		{
			path: "pbh table", short: "Show PBH table", db: statedb.ConfigDB, table: "PBH_TABLE", lists: "INTERFACE",
			columns: []column{{"NAME", "@", "", ""}, {"INTERFACE", "interface_list", "N/A", ""}, {"DESCRIPTION", "description", "N/A", ""}},
			layout:  tabulate.Options{AllText: true},
		},
		{
			path: "pbh hash", short: "Show PBH hash", db: statedb.ConfigDB, table: "PBH_HASH", lists: "HASH FIELD",
			columns: []column{{"NAME", "@", "", ""}, {"HASH FIELD", "hash_field_list", "N/A", ""}},
			layout:  tabulate.Options{AllText: true},
		},
		{
			path: "fg-nhg", short: "Show fine-grained next hop groups", db: statedb.ConfigDB, table: "FG_NHG",
			columns: []column{{"NAME", "@", "", ""}, {"BUCKET SIZE", "bucket_size", "N/A", ""}, {"MATCH MODE", "match_mode", "N/A", ""}, {"MAX NEXT HOPS", "max_next_hops", "N/A", ""}},
			layout:  tabulate.Options{AllText: true},
		},
		{
			path: "fg-nhg-prefix", short: "Show fine-grained next hop group prefixes", db: statedb.ConfigDB, table: "FG_NHG_PREFIX",
			columns: []column{{"IP PREFIX", "@", "", ""}, {"FG NHG", "FG_NHG", "N/A", ""}},
			layout:  tabulate.Options{AllText: true},
		},
	}
}

func sessionColumns() []column {
	return []column{
		{"Peer Addr", "@2", "", ""}, {"Interface", "@1", "", ""}, {"Vrf", "@0", "", ""}, {"State", "state", "DOWN", ""}, {"Type", "type", "NA", ""},
		{"Local Addr", "local_addr", "NA", ""}, {"TX Interval", "tx_interval", "NA", ""}, {"RX Interval", "rx_interval", "NA", ""},
		{"Multiplier", "multiplier", "NA", ""}, {"Multihop", "multihop", "NA", ""}, {"Local Discriminator", "local_discriminator", "NA", ""},
	}
}

// peerColumns are what both ends have agreed on, in microseconds, and why a session is as it is.
func peerColumns() []column {
	return []column{
		{"Peer Addr", "@2", "", ""}, {"Interface", "@1", "", ""}, {"Vrf", "@0", "", ""}, {"State", "state", "DOWN", ""}, {"Remote State", "remote_state", "NA", ""},
		{"Last Reason", "local_diag", "NA", ""}, {"TX us", "negotiated_tx_us", "NA", ""}, {"Detection us", "detection_time_us", "NA", ""},
		{"Remote Discriminator", "remote_discriminator", "NA", ""}, {"Problem", "problem", "", ""},
	}
}

// sensorListing shows the sensors that platformd reads.
func sensorListing(name, rows, header, field, unit string) listing {
	return listing{
		path: "platform " + name, short: "Show " + name + " of the sensors", db: statedb.StateDB, table: rows, empty: "Sensor not detected",
		columns: []column{
			{"Sensor", "@", "", ""}, {header, field, "N/A", unit}, {"High TH", "high_threshold", "N/A", ""}, {"Low TH", "low_threshold", "N/A", ""},
			{"Crit High TH", "critical_high_threshold", "N/A", ""}, {"Crit Low TH", "critical_low_threshold", "N/A", ""},
			{"Warning", "warning_status", "N/A", ""}, {"Timestamp", "timestamp", "N/A", ""},
		},
		layout: tabulate.Options{Text: tabulate.Right},
	}
}

// byAddress orders keys that are addresses, IPv4 first.
func byAddress(a, b string) int {
	x, errX := netip.ParseAddr(a)
	y, errY := netip.ParseAddr(b)
	if errX != nil || errY != nil {
		return natural.Compare(a, b)
	}
	return x.Compare(y)
}

// defaultFirst orders keys that begin with a VRF: the default one comes first.
func defaultFirst(a, b string) int {
	x, y := strings.HasPrefix(a, "default|"), strings.HasPrefix(b, "default|")
	switch {
	case x == y:
		return natural.Compare(a, b)
	case x:
		return -1
	}
	return 1
}
