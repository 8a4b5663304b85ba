package hardware

import (
	"fmt"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// State is how a row stands.
type State string

// The states of a row.
const (
	Applied State = "applied" // its objects are in the ASIC; or it has none, and the daemons that it names have applied it
	Waiting State = "waiting" // one of them needs something that is not there
	Failed  State = "failed"
	Removed State = "removed"
	Taken   State = "taken"     // by a daemon that does not tell what became of it
	Stored  State = "stored"    // no daemon of the switch says that it follows the table
	Pending State = "no answer" // a daemon has not carried it out
)

// Outcome is what became of one row.
type Outcome struct {
	Table  string   `json:"table"`
	Key    string   `json:"key"`
	State  State    `json:"state"`
	By     []string `json:"by,omitempty"` // the daemons that have applied a row without an object
	Reason string   `json:"reason,omitempty"`
	SAI    string   `json:"sai_status,omitempty"`
}

// String is a line for an operator.
func (o Outcome) String() string {
	text := fmt.Sprintf("%s|%s: %s", o.Table, o.Key, o.State)
	if len(o.By) > 0 {
		text += " by " + strings.Join(o.By, ", ")
	}
	if o.Reason != "" {
		text += ": " + o.Reason
	}
	if o.SAI != "" && !strings.Contains(o.Reason, o.SAI) {
		text += " (" + o.SAI + ")"
	}
	return text
}

func (o Outcome) same(p Outcome) bool { return o.String() == p.String() }

// FailedError lists the rows that the ASIC, or a daemon before it, refused, or that have no answer.
type FailedError struct{ Outcomes []Outcome }

func (e *FailedError) Error() string {
	lines := make([]string, len(e.Outcomes))
	for i, o := range e.Outcomes {
		lines[i] = fmt.Sprintf("  %s|%s: %s", o.Table, o.Key, o.Reason)
	}
	return "the switch does not have the change as wanted\n" + strings.Join(lines, "\n")
}

// Failures gives an error about the rows that failed or have no answer, or nil.
func Failures(list []Outcome) error {
	failed := slices.DeleteFunc(slices.Clone(list), func(o Outcome) bool { return o.State != Failed && o.State != Pending })
	if len(failed) == 0 {
		return nil
	}
	return &FailedError{failed}
}

// outcome judges one row.
func (v *view) outcome(c commit.Change) Outcome {
	out := Outcome{Table: c.Table, Key: c.Key}
	if r, bad := v.refused[c.Table+"|"+c.Key]; bad && c.After != nil {
		out.State, out.Reason = r.state, r.reason
		return out
	}
	by := v.who.Following(c.Table)
	for _, daemon := range by {
		if why := v.late[daemon]; why != "" {
			out.State, out.Reason = Pending, why
			return out
		}
	}
	p, inASIC := placeOf(c)
	switch {
	case !inASIC && len(by) == 0:
		out.State = Stored
		return out
	case !inASIC && c.After == nil:
		out.State, out.By = Removed, by
		return out
	case inASIC && v.guessed(c) && v.passing(c, p):
		out.State, out.Reason = Pending, "not taken in time"
		return out
	case inASIC && v.late[planner] != "":
		out.State, out.Reason = Pending, v.late[planner]
		return out
	case c.After == nil:
		v.removal(p, &out)
	case c.Table == schema.TableStaticRoute:
		v.static(p, &out)
	default:
		v.standing(p, &out)
	}
	if out.State == "" {
		out.State, out.By = Applied, by
		if inASIC && v.guessed(c) {
			out.State, out.By = Taken, nil
		}
	}
	return out
}

// passing says that a change has not come to the end of its way through daemons that do not tell: the row is not there, or not gone, or a
// field that has the same name in both tables is not the same, or orchagent has not taken it.
func (v *view) passing(c commit.Change, p place) bool {
	if p.direct {
		return false
	}
	row, exists := v.appl[p.owner()]
	if v.busy[p.table] || (c.After == nil) == exists {
		return true
	}
	for field, want := range c.After {
		if got, has := row[field]; has && got != want && c.Before[field] != want {
			return true
		}
	}
	return false
}

// standing gives the worst state of a row's objects, none if it has none.
func (v *view) standing(p place, out *Outcome) {
	for _, o := range v.objects {
		if p.table == "" || !o.owned(p.owner()) {
			continue
		}
		switch s := State(o.state); {
		case s == Failed && out.State != Failed, s == Waiting && out.State != Failed:
			out.State, out.Reason, out.SAI = s, o.key+": "+o.reason, o.sai
		case s == Applied && out.State == "":
			out.State = Applied
		}
	}
}

// static judges a static route: first whether it is in use, then whether the ASIC has it.
func (v *view) static(p place, out *Outcome) {
	if row := v.statics[out.Key]; row["state"] == string(Waiting) {
		out.State, out.Reason = Waiting, row["reason"]
		return
	}
	out.State = Applied
	for _, o := range v.objects {
		if o.key == p.object {
			out.State, out.Reason, out.SAI = State(o.state), o.key+": "+o.reason, o.sai
		}
	}
}

// removal finds what of a row is still there.
func (v *view) removal(p place, out *Outcome) {
	out.State = Removed
	for _, o := range v.objects {
		if p.table == "" || o.owner != p.owner() {
			continue
		}
		out.State, out.Reason, out.SAI = Waiting, o.key+" is still in the ASIC", o.sai
		if State(o.state) == Failed {
			out.State, out.Reason = Failed, o.key+": "+o.reason
			return
		}
	}
}
