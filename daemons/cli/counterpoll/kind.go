package counterpoll

import "math"

// kind is what the operator names: one or more keys of FLEX_COUNTER_TABLE.
type kind struct {
	word, title string
	keys        []string
	low, high   int // of the interval in milliseconds
}

// anyMillis is the highest interval that the model allows.
const anyMillis = math.MaxUint32

// kinds are those of SONiC, with its bounds. Of router interfaces it has none but
// the model's.
func kinds() []kind {
	return []kind{
		{"queue", "Queue", []string{"QUEUE"}, 100, 30000},
		{"port", "Port", []string{"PORT"}, 100, 30000},
		{"port-buffer-drop", "Port buffer drop", []string{"PORT_BUFFER_DROP"}, 30000, 300000},
		{"phy", "PHY", []string{"PORT_PHY_ATTR"}, 100, 30000},
		{"rif", "Rif", []string{"RIF"}, 100, anyMillis},
		{"watermark", "Queue and PG watermark", []string{"QUEUE_WATERMARK", "PG_WATERMARK", "BUFFER_POOL_WATERMARK"}, 1000, 60000},
		{"pg-drop", "Ingress PG drop", []string{"PG_DROP"}, 1000, 30000},
		{"acl", "ACL", []string{"ACL"}, 1000, 30000},
		{"tunnel", "Tunnel", []string{"TUNNEL"}, 100, 30000},
		{"flowcnt-trap", "Trap flow", []string{"FLOW_CNT_TRAP"}, 1000, 30000},
		{"flowcnt-route", "Route flow", []string{"FLOW_CNT_ROUTE"}, 1000, 30000},
		{"wredport", "WRED port", []string{"WRED_ECN_PORT"}, 100, 30000},
		{"wredqueue", "WRED queue", []string{"WRED_ECN_QUEUE"}, 100, 30000},
		{"srv6", "SRv6", []string{"SRV6"}, 1000, 30000},
		{"icmp", "ICMP echo session", []string{"ICMP_SESSION"}, 1000, 30000},
		{"switch", "Switch", []string{"SWITCH"}, 1000, 60000},
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
		{"SRV6", "SRV6_STAT", ten}, {"ICMP_SESSION", "ICMP_SESSION_STAT", ten}, {"SWITCH", "SWITCH_STAT", sixty},
	}
}
