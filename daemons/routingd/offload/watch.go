package offload

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Channel is where orchagent says what became of each change of ROUTE_TABLE.
const Channel = "APPL_DB_" + schema.AppTableRoute + "_RESPONSE_CHANNEL"

const (
	success = "SWSS_RC_SUCCESS"
	reason  = "err_str" // is in every answer; the other fields are those of the route
)

// Watch gathers what is said. Changes of a prefix that nobody has taken yet replace each other.
type Watch struct {
	db   *statedb.DB // APPL_STATE_DB
	log  *slog.Logger
	want chan bool     // of one: the newest
	wake chan struct{} // of one

	mu      sync.Mutex
	on      bool
	known   bool // all rows have been read since it was switched on
	whole   bool // pending is all that the ASIC has
	pending map[schema.RouteKey]bool
}

// Batch is what has become known.
type Batch struct {
	Whole bool // Has is all there is; else what changed
	Has   map[schema.RouteKey]bool
}

// New makes a watch that is off.
func New(db *statedb.DB, log *slog.Logger) *Watch {
	return &Watch{db: db, log: log, want: make(chan bool, 1), wake: make(chan struct{}, 1), pending: make(map[schema.RouteKey]bool)}
}

// Follow switches the watch on or off. It belongs to one goroutine.
func (w *Watch) Follow(on bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.on == on {
		return
	}
	w.on, w.known, w.whole = on, false, false
	clear(w.pending)
	for {
		select {
		case w.want <- on:
			return
		default:
		}
		select {
		case <-w.want:
		default:
		}
	}
}

// Known says whether all that the ASIC has can be taken.
func (w *Watch) Known() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.known
}

// Wake has an element when there may be something to take.
func (w *Watch) Wake() <-chan struct{} { return w.wake }

func (w *Watch) ring() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Take gives what has become known.
func (w *Watch) Take() Batch {
	w.mu.Lock()
	defer w.mu.Unlock()
	b := Batch{Whole: w.whole, Has: w.pending}
	w.whole, w.pending = false, make(map[schema.RouteKey]bool)
	return b
}

// Run serves until ctx ends.
func (w *Watch) Run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case on := <-w.want:
			for on {
				var err error
				if on, err = w.follow(ctx); err != nil {
					return err
				}
			}
		}
	}
}

const (
	again  = time.Second           // how soon reading the rows is tried again
	gather = 10 * time.Millisecond // how long answers are gathered: they come one by one, and are cheaper to take together
)

// follow listens until it is to stop, and then says what is wanted.
func (w *Watch) follow(ctx context.Context) (on bool, err error) {
	notes := statedb.Subscribe(ctx, w.db, Channel)
	defer notes.Close()
	wake := time.NewTimer(gather)
	defer wake.Stop()
	waits := true                                 // for wake
	tick := time.NewTicker(50 * time.Millisecond) // a subscription tells of its begin, and of a gap, by a count only
	defer tick.Stop()
	gaps, last := uint64(0), time.Time{}
	for {
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case on := <-w.want:
			return on, nil
		case n := <-notes.C():
			if w.note(n); !waits {
				wake.Reset(gather)
				waits = true
			}
			continue
		case <-wake.C:
			waits = false
			w.ring()
			continue
		case <-tick.C:
		}
		now := notes.Gaps()
		if now == gaps || time.Since(last) < again {
			continue
		}
		last = time.Now()
		if err := w.read(ctx); err != nil {
			w.log.Warn("read the ASIC's routes", "err", err)
			continue
		}
		gaps = now
	}
}

// read takes all rows. What is heard later is newer.
func (w *Watch) read(ctx context.Context) error {
	keys, err := w.db.Keys(ctx, schema.AppTableRoute)
	if err != nil {
		return fmt.Errorf("keys of %s: %w", schema.AppTableRoute, err)
	}
	has := make(map[schema.RouteKey]bool, len(keys))
	for _, text := range keys {
		if key, err := schema.ParseAppRouteKey(text); err == nil {
			has[key] = true
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.on {
		w.pending, w.whole, w.known = has, true, true
		w.ring()
	}
	return nil
}

// note takes an answer. One that tells no fields of the route is about a route that is gone.
func (w *Watch) note(n statedb.Notification) {
	key, err := schema.ParseAppRouteKey(n.Data)
	if err != nil {
		w.log.Warn("skip answer about a route", "err", err)
		return
	}
	there := false
	for _, f := range n.Fields {
		there = there || f.Name != reason && f.Value != ""
	}
	if n.Op != success {
		if !there { // it could not be deleted
			return
		}
		there = false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.on {
		w.pending[key] = there
	}
}
