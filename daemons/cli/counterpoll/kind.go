package counterpoll

import "math"

// kind is what the operator names: one or more keys of FLEX_COUNTER_TABLE.
type kind struct {
	word, title string
	keys        []string
	low, high   int    // of the interval in milliseconds
	ability     string // of the ASIC that it needs, "" for none
}

// anyMillis is the highest interval that the model allows.
const anyMillis = math.MaxUint32

// kinds are those of SONiC, with its bounds. Router interfaces and LLR have none but
// the model's.
func kinds() []kind {
	return []kind{
		{word: "queue", title: "Queue", keys: []string{"QUEUE"}, low: 100, high: 30000},
		{word: "port", title: "Port", keys: []string{"PORT"}, low: 100, high: 30000},
		{word: "port-buffer-drop", title: "Port buffer drop", keys: []string{"PORT_BUFFER_DROP"}, low: 30000, high: 300000},
		{word: "phy", title: "PHY", keys: []string{"PORT_PHY_ATTR"}, low: 100, high: 30000},
		{word: "rif", title: "Rif", keys: []string{"RIF"}, low: 100, high: anyMillis},
		{word: "watermark", title: "Queue and PG watermark", keys: []string{"QUEUE_WATERMARK", "PG_WATERMARK", "BUFFER_POOL_WATERMARK"}, low: 1000, high: 60000},
		{word: "pg-drop", title: "Ingress PG drop", keys: []string{"PG_DROP"}, low: 1000, high: 30000},
		{word: "acl", title: "ACL", keys: []string{"ACL"}, low: 1000, high: 30000},
		{word: "tunnel", title: "Tunnel", keys: []string{"TUNNEL"}, low: 100, high: 30000},
		{word: "flowcnt-trap", title: "Trap flow", keys: []string{"FLOW_CNT_TRAP"}, low: 1000, high: 30000},
		{word: "flowcnt-route", title: "Route flow", keys: []string{"FLOW_CNT_ROUTE"}, low: 1000, high: 30000},
		{word: "wredport", title: "WRED port", keys: []string{"WRED_ECN_PORT"}, low: 100, high: 30000},
		{word: "wredqueue", title: "WRED queue", keys: []string{"WRED_ECN_QUEUE"}, low: 100, high: 30000},
		{word: "srv6", title: "SRv6", keys: []string{"SRV6"}, low: 1000, high: 30000},
		{word: "icmp", title: "ICMP echo session", keys: []string{"ICMP_SESSION"}, low: 1000, high: 30000},
		{word: "switch", title: "Switch", keys: []string{"SWITCH"}, low: 1000, high: 60000},
		{word: "llr", title: "LLR", keys: []string{"LLR"}, low: 100, high: anyMillis, ability: "LLR_CAPABLE"},
	}
}

// line is a line of `counterpoll show`.
type line struct{ key, name, interval string }

func lines() []line {
	const second, ten, sixty = "default (1000)", "default (10000)", "default (60000)"
	return []line{
		{"QUEUE", "QUEUE_STAT", ten}, {"PORT", "PORT_STAT", second}, {"PORT_BUFFER_DROP", "PORT_BUFFER_DROP", sixty},
		{"PORT_PHY_ATTR", "PHY", ten}, {"RIF", "RIF_STAT", second}, {"QUEUE_WATERMARK", "QUEUE_WATERMARK_STAT", sixty}, {"PG_WATERMARK", "PG_WATERMARK_STAT", sixty},
		{"PG_DROP", "PG_DROP_STAT", ten}, {"BUFFER_POOL_WATERMARK", "BUFFER_POOL_WATERMARK_STAT", sixty}, {"ACL", "ACL", ten},
		{"TUNNEL", "TUNNEL_STAT", ten}, {"FLOW_CNT_TRAP", "FLOW_CNT_TRAP_STAT", ten}, {"FLOW_CNT_ROUTE", "FLOW_CNT_ROUTE_STAT", ten},
		{"WRED_ECN_QUEUE", "WRED_ECN_QUEUE_STAT", ten}, {"WRED_ECN_PORT", "WRED_ECN_PORT_STAT", second},
		{"SRV6", "SRV6_STAT", ten}, {"ICMP_SESSION", "ICMP_SESSION_STAT", ten}, {"SWITCH", "SWITCH_STAT", sixty}, {"LLR", "LLR_STAT", ten},
	}
}
