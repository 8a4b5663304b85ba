package schema

// MACMoveGuard is the row GLOBAL of CONFIG_DB MAC_MOVE_GUARD.
type MACMoveGuard struct {
	Enabled        bool              `db:"enabled"`
	Threshold      MoveThreshold     `db:"threshold"`       // default 1000
	DetectInterval Seconds           `db:"detect_interval"` // default 5
	ActionInterval Seconds           `db:"action_interval"` // default 600
	Action         GuardAction       `db:"action"`
	Unknown        map[string]string `db:"*"`
}

// MoveThreshold is how often a station may move, 1 to 1000000.
type MoveThreshold uint32

// UnmarshalText reads a decimal number.
func (t *MoveThreshold) UnmarshalText(b []byte) error {
	n, err := parseRange("threshold", b, 1, 1_000_000)
	*t = MoveThreshold(n)
	return err
}

// Seconds is a time of up to a day, 1 to 86400 seconds.
type Seconds uint32

// UnmarshalText reads a decimal number.
func (s *Seconds) UnmarshalText(b []byte) error {
	n, err := parseRange("interval", b, 1, 86400)
	*s = Seconds(n)
	return err
}

// GuardAction is what happens to a station that moves too often.
type GuardAction string

// The actions.
const (
	GuardDisablePort  GuardAction = "DISABLE_PORT"
	GuardDisableLearn GuardAction = "DISABLE_LEARN_ON_MAC_WITH_ACL"
)

// UnmarshalText accepts the two actions.
func (a *GuardAction) UnmarshalText(b []byte) error {
	if err := oneOf("action", b, string(GuardDisablePort), string(GuardDisableLearn)); err != nil {
		return err
	}
	*a = GuardAction(b)
	return nil
}
