package moveguard

import (
	"time"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Tables without a database: the engine feeds to a feature what the guard holds.
const (
	// TablePort has a row for each port or port channel that is shut.
	TablePort = "GUARD_PORT"
	// TableStation has a row for each station that stays at its port.
	TableStation = "GUARD_STATION"
)

// Action is what happens to a station that moves too often.
type Action uint8

// The actions.
const (
	// DisablePort shuts the port where the station was seen last.
	DisablePort Action = iota
	// PinStation keeps the station where it was: its address is not learned
	// elsewhere.
	PinStation
)

// Config says what is too often.
type Config struct {
	Enabled   bool
	Threshold int           // moves allowed in a window
	Window    time.Duration // detect_interval
	Hold      time.Duration // action_interval
	Action    Action
}

// Decode reads the row MAC_MOVE_GUARD|GLOBAL; no row switches the guard off.
func Decode(fields statedb.Fields) (Config, error) {
	row := schema.MACMoveGuard{Threshold: 1000, DetectInterval: 5, ActionInterval: 600}
	if err := statedb.Decode(fields, &row); err != nil {
		return Config{}, err
	}
	c := Config{
		Enabled: row.Enabled, Threshold: int(row.Threshold),
		Window: time.Duration(row.DetectInterval) * time.Second, Hold: time.Duration(row.ActionInterval) * time.Second,
	}
	if row.Action == schema.GuardDisableLearn {
		c.Action = PinStation
	}
	return c, nil
}
