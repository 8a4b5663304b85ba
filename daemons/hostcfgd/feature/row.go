package feature

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// Table is FEATURE, of CONFIG_DB and of STATE_DB.
const Table = "FEATURE"

// unitName is what becomes the name of a unit; nothing else of a row reaches systemd.
var unitName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$`)

// want is what a row asks for.
type want struct {
	enabled bool
	restart bool // systemd starts it again when it ended
	delayed bool // it is not started before the ports are there
}

// decode reads a row of CONFIG_DB.
func decode(name string, row statedb.Fields) (want, error) {
	if !unitName.MatchString(name) {
		return want{}, &statedb.FieldError{Field: "key", Value: name, Err: errors.New("not the name of a service")}
	}
	enabled, err := state(row, "state")
	if err != nil {
		return want{}, err
	}
	restart, err := state(row, "auto_restart")
	if err != nil {
		return want{}, err
	}
	switch v := row["delayed"]; v {
	case "", "false", "False":
		return want{enabled: enabled, restart: restart}, nil
	case "true", "True":
		return want{enabled: enabled, restart: restart, delayed: true}, nil
	default:
		return want{}, &statedb.FieldError{Field: "delayed", Value: v, Err: errors.New("neither true nor false")}
	}
}

// state reads one of SONiC's words for on and off. The always ones cannot be changed by an operator, and mean the same.
func state(row statedb.Fields, field string) (bool, error) {
	switch v := row[field]; v {
	case "", "enabled", "always_enabled":
		return true, nil
	case "disabled", "always_disabled":
		return false, nil
	default:
		return false, &statedb.FieldError{Field: field, Value: v, Err: fmt.Errorf("neither enabled nor disabled")}
	}
}

// Unit is what systemd knows of a unit.
type Unit struct {
	Loaded  bool   // there is such a unit, if only a masked one
	Boot    string // UnitFileState: enabled, disabled, masked, static ...
	Running string // ActiveState: active, inactive, failed, activating ...
}

// step is what is to be done to a unit.
type step int

const (
	nothing step = iota
	enable
	disable
)

// next says what a unit needs. A unit that is enabled and does not run is left to systemd, or to the operator who stopped it, unless its row
// has just been seen for the first time.
func next(w want, u Unit, first bool) step {
	switch {
	case !u.Loaded:
		return nothing
	case w.enabled && (u.Boot == "disabled" || u.Boot == "masked"):
		return enable
	case w.enabled && first && u.Running == "inactive":
		return enable
	case !w.enabled && (u.Boot == "enabled" || u.Running == "active" || u.Running == "activating"):
		return disable
	}
	return nothing
}

// report is the row of STATE_DB.
func report(w want, u Unit, refused bool) statedb.Fields {
	row := statedb.Fields{"state": "disabled", "system_state": "down", "current_owner": "none", "remote_state": "none"}
	switch {
	case refused:
		row["state"] = "failed"
	case w.enabled && u.Loaded:
		row["state"] = "enabled"
	}
	if u.Running == "active" {
		row["system_state"], row["current_owner"] = "up", "local"
	}
	return row
}
