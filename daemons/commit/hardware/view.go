package hardware

import (
	"context"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/daemons/badrow"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/progress"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// Tables of STATE_DB that daemons tell their state in.
const (
	objectTable = "HEDDLE_OBJECT_TABLE" // orchagent, of each object
	staticTable = "HEDDLE_STATIC_ROUTE" // routingd, of each static route
	keySet      = "_KEY_SET"            // of a table in APPL_DB: what its consumer has not taken
)

// object is the status of one object in orchagent.
type object struct{ key, state, reason, sai, owner string }

// owned says whether a row wants the object.
func (o object) owned(owner string) bool {
	return o.owner == owner || strings.HasPrefix(o.owner, owner+" and ")
}

// refusal is why a daemon cannot use a row: it is bad, or waits for something.
type refusal struct {
	state  State
	reason string
}

// knowledge is what is known of the daemons.
type knowledge struct {
	who  progress.Daemons
	late map[string]string // why one has not carried the change out
}

// guessed says whether nobody tells when a change has come to the ASIC: a daemon on its way is not ours.
func (k knowledge) guessed(c commit.Change) bool {
	_, ok := placeOf(c)
	return ok && (!k.who.Has(planner) || len(k.who.Following(c.Table)) == 0)
}

// view is what the databases say at one moment.
type view struct {
	knowledge
	objects []object
	appl    map[string]map[string]string // rows of APPL_DB by full name
	busy    map[string]bool              // tables with rows that orchagent has not taken
	refused map[string]refusal           // rows that a daemon cannot use
	statics map[string]statedb.Fields    // static routes
}

func (w *Waiter) read(ctx context.Context, changes []commit.Change) (*view, error) {
	v := &view{appl: make(map[string]map[string]string), busy: make(map[string]bool), refused: make(map[string]refusal)}
	// First what orchagent was given, then what it says: an answer is never older than its question.
	if err := w.readAppl(ctx, v, changes); err != nil {
		return nil, err
	}
	state := w.Client.DB(statedb.StateDB)
	bad, err := state.All(ctx, badrow.Table)
	if err != nil {
		return nil, err
	}
	for key, row := range bad {
		r := refusal{Failed, strings.TrimSpace(strings.Join([]string{row["field"], row["value"], row["error"]}, " "))}
		if row[badrow.FieldWaits] != "" {
			r.state = Waiting
		}
		v.refused[key] = r
	}
	if v.statics, err = state.All(ctx, staticTable); err != nil {
		return nil, err
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
