package schema

// SAG is the row GLOBAL of CONFIG_DB SAG: the Ethernet address that gateways
// share which hosts cannot tell apart (static anycast gateway).
type SAG struct {
	GatewayMAC MAC               `db:"gateway_mac,mandatory"`
	Unknown    map[string]string `db:"*"`
}
