package schema

// Tables of the counters and of the resource monitor.
const (
	TableFlexCounter = "FLEX_COUNTER_TABLE"
	TableCRM         = "CRM"
	// TableRoutePattern has a row for each prefix whose routes are counted.
	TableRoutePattern = "FLOW_COUNTER_ROUTE_PATTERN"

	// KeyCRM is the key of the only row of TableCRM.
	KeyCRM = "Config"
)

// FlexCounter is a row of CONFIG_DB FLEX_COUNTER_TABLE; the key names a kind
// of counters, as PORT or RIF.
type FlexCounter struct {
	Status        string            `db:"FLEX_COUNTER_STATUS"`       // "enable" or "disable"
	PollInterval  string            `db:"POLL_INTERVAL"`             // milliseconds
	DelayStatus   string            `db:"FLEX_COUNTER_DELAY_STATUS"` // "true": not while the switch starts
	BulkChunkSize string            `db:"BULK_CHUNK_SIZE"`
	Unknown       map[string]string `db:"*"`
}

// Bounds of RoutePattern.MaxMatchCount.
const (
	DefaultRoutePatternMax = 30
	MaxRoutePatternMax     = 50
)

// RoutePattern is a row of CONFIG_DB FLOW_COUNTER_ROUTE_PATTERN; the key is
// "[<vrf>|]<prefix>".
type RoutePattern struct {
	MaxMatchCount uint32            `db:"max_match_count"` // routes that are counted at most
	Unknown       map[string]string `db:"*"`
}
