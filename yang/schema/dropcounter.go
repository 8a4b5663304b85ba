package schema

// Tables of CONFIG_DB about counters of dropped packets. A row of
// TableDropReason has a key only: counter and reason.
const (
	TableDebugCounter = "DEBUG_COUNTER"
	TableDropReason   = "DEBUG_COUNTER_DROP_REASON"
)

// DebugCounter is a row of DEBUG_COUNTER; the key is the counter's name.
type DebugCounter struct {
	Type    DropCounterType   `db:"type,mandatory"`
	Unknown map[string]string `db:"*"`
}

// DropCounterType says which drops are counted, and where.
type DropCounterType string

// The types of counters.
const (
	DropsPortIn    DropCounterType = "PORT_INGRESS_DROPS"
	DropsPortOut   DropCounterType = "PORT_EGRESS_DROPS"
	DropsSwitchIn  DropCounterType = "SWITCH_INGRESS_DROPS"
	DropsSwitchOut DropCounterType = "SWITCH_EGRESS_DROPS"
)

// DropCounterTypes are all types, as an operator finds them listed.
func DropCounterTypes() []DropCounterType {
	return []DropCounterType{DropsPortIn, DropsPortOut, DropsSwitchIn, DropsSwitchOut}
}

// Out tells counters of packets that were about to leave.
func (t DropCounterType) Out() bool { return t == DropsPortOut || t == DropsSwitchOut }

// UnmarshalText reads a type.
func (t *DropCounterType) UnmarshalText(b []byte) error {
	*t = DropCounterType(b)
	return oneOf("drop counter type", b, string(DropsPortIn), string(DropsPortOut), string(DropsSwitchIn), string(DropsSwitchOut))
}

// MarshalText writes the type.
func (t DropCounterType) MarshalText() ([]byte, error) { return []byte(t), nil }
