package hardware

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// Tables of STATE_DB that daemons tell their state in.
const (
	objectTable = "HEDDLE_OBJECT_TABLE" // orchagent, of each object
	errorTable  = "HEDDLE_CONFIG_ERROR" // of rows that a daemon cannot use
	keySet      = "_KEY_SET"            // of a table in APPL_DB: what its consumer has not taken
)

// Waiter waits for commits.
type Waiter struct {
	Client *statedb.Client
	Quiet  time.Duration // that the answer must stay the same: a refusal may come after it
	Pause  time.Duration // between two looks
}

// NewWaiter makes one with the times of a switch.
func NewWaiter(c *statedb.Client) *Waiter {
	return &Waiter{Client: c, Quiet: 400 * time.Millisecond, Pause: 40 * time.Millisecond}
}

// Wait looks until every row has an answer that stays, or the time is over; then
// rows without an answer are Pending.
func (w *Waiter) Wait(ctx context.Context, changes []commit.Change, most time.Duration) ([]Outcome, error) {
	deadline := time.Now().Add(most)
	var last []Outcome
	since := time.Now()
	for {
		began := time.Now()
		now, err := w.Look(ctx, changes)
		if err != nil {
			return nil, fmt.Errorf("look what became of the change: %w", err)
		}
		if !slices.Equal(now, last) {
			last, since = now, time.Now()
		}
		answered := !slices.ContainsFunc(now, func(o Outcome) bool { return o.State == Pending })
		if answered && time.Since(since) >= w.Quiet || time.Now().After(deadline) {
			return now, nil
		}
		select {
		case <-ctx.Done():
			return now, ctx.Err()
		case <-time.After(max(w.Pause, 2*time.Since(began))): // a large switch is not kept busy by the look
		}
	}
}

// Look judges every row once.
func (w *Waiter) Look(ctx context.Context, changes []commit.Change) ([]Outcome, error) {
	v, err := w.read(ctx, changes)
	if err != nil {
		return nil, err
	}
	out := make([]Outcome, len(changes))
	for i, c := range changes {
		out[i] = v.outcome(c)
	}
	return out, nil
}

func (w *Waiter) read(ctx context.Context, changes []commit.Change) (*view, error) {
	v := &view{appl: make(map[string]map[string]string), busy: make(map[string]bool), refused: make(map[string]string)}
	// First what orchagent was given, then what it says: an answer is never older than its question.
	if err := w.readAppl(ctx, v, changes); err != nil {
		return nil, err
	}
	state := w.Client.DB(statedb.StateDB)
	bad, err := state.All(ctx, errorTable)
	if err != nil {
		return nil, err
	}
	for key, row := range bad {
		v.refused[key] = strings.TrimSpace(strings.Join([]string{row["field"], row["value"], row["error"]}, " "))
	}
	objects, err := state.All(ctx, objectTable)
	if err != nil {
		return nil, err
	}
	for key, row := range objects {
		v.objects = append(v.objects, object{key, row["state"], row["reason"], row["sai_status"], row["owner"]})
	}
	slices.SortFunc(v.objects, func(a, b object) int { return strings.Compare(a.key, b.key) })
	return v, nil
}

// readAppl reads the rows of APPL_DB that the changes lead to.
func (w *Waiter) readAppl(ctx context.Context, v *view, changes []commit.Change) error {
	db := w.Client.DB(statedb.ApplDB).Redis()
	rows := make(map[string]*redis.MapStringStringCmd)
	waits := make(map[string]*redis.IntCmd)
	_, err := db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, c := range changes {
			at, ok := placeOf(c)
			if !ok || at.direct {
				continue
			}
			rows[at.owner()] = p.HGetAll(ctx, at.owner())
			if waits[at.table] == nil {
				waits[at.table] = p.Exists(ctx, at.table+keySet)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for name, r := range rows {
		if len(r.Val()) > 0 {
			v.appl[name] = r.Val()
		}
	}
	for table, n := range waits {
		v.busy[table] = n.Val() > 0
	}
	return nil
}
