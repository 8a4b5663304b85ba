package status

import (
	"strconv"
	"time"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

// Tables of STATE_DB that belong to orchagent.
const (
	TableObject  = "HEDDLE_OBJECT_TABLE"
	TableSummary = "HEDDLE_ORCH_TABLE"
	KeySummary   = "summary"
)

// State is how an object stands.
type State string

// The states of an object.
const (
	Applied State = "applied"
	Waiting State = "waiting"
	Failed  State = "failed"
)

// Status is one object's state with its reason.
type Status struct {
	State  State
	Reason string
	SAI    sai.Status // of a failure that SAI reported
	Since  time.Time
	Owner  object.Owner
}

// Table holds the status of every object that any row wants.
type Table struct {
	all    map[object.Key]Status
	counts map[State]int
	out    *publish.Writer
	now    func() time.Time
}

// NewTable writes changes to out. Now gives the time.
func NewTable(out *publish.Writer, now func() time.Time) *Table {
	return &Table{all: make(map[object.Key]Status), counts: make(map[State]int), out: out, now: now}
}

// Get returns an object's status.
func (t *Table) Get(k object.Key) (Status, bool) {
	s, ok := t.all[k]
	return s, ok
}

// Count returns how many objects are in a state.
func (t *Table) Count(s State) int { return t.counts[s] }

// Set records a status and returns the state before, empty if there was none.
func (t *Table) Set(k object.Key, s Status) State {
	old := t.all[k]
	s.Since = old.Since
	if old.State != s.State {
		s.Since = t.now()
		t.counts[old.State]--
		t.counts[s.State]++
	}
	if s == old {
		return old.State
	}
	t.all[k] = s
	t.out.Add(publish.Set(statedb.StateDB, TableObject, string(k), s.fields()))
	return old.State
}

// Delete forgets an object and returns its last state.
func (t *Table) Delete(k object.Key) State {
	old, ok := t.all[k]
	if !ok {
		return ""
	}
	delete(t.all, k)
	t.counts[old.State]--
	t.out.Add(publish.Delete(statedb.StateDB, TableObject, string(k)))
	return old.State
}

// Keys calls yield for every object.
func (t *Table) Keys(yield func(object.Key) bool) {
	for k := range t.all {
		if !yield(k) {
			return
		}
	}
}

func (s Status) fields() map[string]string {
	f := map[string]string{
		"state":      string(s.State),
		"reason":     s.Reason,
		"sai_status": "",
		"since":      s.Since.UTC().Format(time.RFC3339),
		"owner":      string(s.Owner),
	}
	if s.SAI != sai.StatusSuccess {
		f["sai_status"] = s.SAI.String()
	}
	return f
}

// Summary writes the totals of objects and routes.
func (t *Table) Summary(routes map[string]int) {
	f := map[string]string{
		"objects_applied": strconv.Itoa(t.counts[Applied]),
		"objects_waiting": strconv.Itoa(t.counts[Waiting]),
		"objects_failed":  strconv.Itoa(t.counts[Failed]),
	}
	for name, n := range routes {
		f["routes_"+name] = strconv.Itoa(n)
	}
	t.out.Add(publish.Set(statedb.StateDB, TableSummary, KeySummary, f))
}
