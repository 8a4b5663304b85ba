package hardware

import (
	"fmt"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/daemons/commit"
)

// State is how a row stands.
type State string

// The states of a row.
const (
	Applied State = "applied" // its objects are in the ASIC
	Waiting State = "waiting" // one of them needs something that is not there
	Failed  State = "failed"
	Removed State = "removed"
	Taken   State = "taken"     // by cfgmgrd; it has no object of its own in the ASIC
	NoASIC  State = "no ASIC"   // the row does not concern the ASIC
	Pending State = "no answer" // a daemon has not taken it yet
)

// Outcome is what became of one row.
type Outcome struct {
	Table  string `json:"table"`
	Key    string `json:"key"`
	State  State  `json:"state"`
	Reason string `json:"reason,omitempty"`
	SAI    string `json:"sai_status,omitempty"`
}

// FailedError lists the rows that the ASIC, or a daemon before it, refused.
type FailedError struct{ Outcomes []Outcome }

func (e *FailedError) Error() string {
	lines := make([]string, len(e.Outcomes))
	for i, o := range e.Outcomes {
		lines[i] = fmt.Sprintf("  %s|%s: %s", o.Table, o.Key, o.Reason)
	}
	return "the switch does not have the change as wanted\n" + strings.Join(lines, "\n")
}

// Failures gives an error about the rows that failed, or nil.
func Failures(list []Outcome) error {
	failed := slices.DeleteFunc(slices.Clone(list), func(o Outcome) bool { return o.State != Failed })
	if len(failed) == 0 {
		return nil
	}
	return &FailedError{failed}
}

// object is the status of one object in orchagent.
type object struct{ key, state, reason, sai, owner string }

// owned says whether a row wants the object.
func (o object) owned(owner string) bool {
	return o.owner == owner || strings.HasPrefix(o.owner, owner+" and ")
}

// view is what the databases say at one moment.
type view struct {
	objects []object
	appl    map[string]map[string]string // rows of APPL_DB by full name
	busy    map[string]bool              // tables with rows that orchagent has not taken
	refused map[string]string            // rows that a daemon cannot use, with the reason
}

// outcome judges one row.
func (v *view) outcome(c commit.Change) Outcome {
	out := Outcome{Table: c.Table, Key: c.Key}
	if reason, bad := v.refused[c.Table+"|"+c.Key]; bad && c.After != nil {
		out.State, out.Reason = Failed, reason
		return out
	}
	p, ok := placeOf(c)
	if !ok {
		out.State = NoASIC
		return out
	}
	row, exists := v.appl[p.owner()]
	switch {
	case v.busy[p.table], !p.direct && !passed(c, row, exists):
		out.State = Pending
	case c.After == nil:
		out.State = v.removal(p, &out)
	default:
		out.State = v.standing(p, &out)
	}
	return out
}

// passed says whether cfgmgrd has handed the change on: the row is there, or
// gone, and fields that have the same name in both tables are the same.
func passed(c commit.Change, row map[string]string, exists bool) bool {
	if c.After == nil || !exists {
		return (c.After == nil) == !exists
	}
	for field, want := range c.After {
		if got, has := row[field]; has && got != want && c.Before[field] != want {
			return false
		}
	}
	return true
}

// standing gives the worst state of a row's objects.
func (v *view) standing(p place, out *Outcome) State {
	state := Taken
	for _, o := range v.objects {
		if !o.owned(p.owner()) {
			continue
		}
		switch s := State(o.state); {
		case s == Failed, s == Waiting && state != Failed:
			state, out.Reason, out.SAI = s, o.key+": "+o.reason, o.sai
		case s == Applied && state == Taken:
			state = Applied
		}
	}
	return state
}

// removal waits for the objects of a row to go.
func (v *view) removal(p place, out *Outcome) State {
	for _, o := range v.objects {
		if o.owner != p.owner() {
			continue
		}
		if State(o.state) == Failed {
			out.Reason, out.SAI = o.key+": "+o.reason, o.sai
			return Failed
		}
		return Pending
	}
	return Removed
}
