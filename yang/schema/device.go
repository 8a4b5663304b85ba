package schema

// DeviceMetadata is the row KeyLocalhost of CONFIG_DB DEVICE_METADATA.
type DeviceMetadata struct {
	Hostname string            `db:"hostname"`
	HwSKU    string            `db:"hwsku"`
	Platform string            `db:"platform"`
	MAC      MAC               `db:"mac"`
	Type     string            `db:"type"`
	BGPASN   string            `db:"bgp_asn"` // a number, or None
	RouterID string            `db:"bgp_router_id"`
	BGPUp    string            `db:"default_bgp_status"`
	Timezone string            `db:"timezone"`
	SyncMode Mode              `db:"synchronous_mode"` // default enable
	Unknown  map[string]string `db:"*"`
}

// AppSwitch is the row "switch" of APPL_DB SWITCH_TABLE.
type AppSwitch struct {
	FDBAgingTime   string            `db:"fdb_aging_time"` // seconds, 0 = never
	ECMPHashSeed   string            `db:"ecmp_hash_seed"`
	LAGHashSeed    string            `db:"lag_hash_seed"`
	ECMPHashOffset string            `db:"ecmp_hash_offset"` // bits
	LAGHashOffset  string            `db:"lag_hash_offset"`  // bits
	Unknown        map[string]string `db:"*"`
}
