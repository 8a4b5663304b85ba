package liveness

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// What a session has that says nothing else: a failure is found within 150 ms.
const (
	interval   = 50 * time.Millisecond
	multiplier = 3
)

// owner marks our rows; others may ask for sessions too.
const owner = "routingd"

const retry = time.Second // after the table could not be written

// Session is how a peer is to be watched. Of two who ask for the same peer in two ways, the one with the smaller name is heard, and the one that
// wants a failure found sooner for the intervals.
type Session struct {
	Local      netip.Addr // of ours; invalid: any
	Multihop   bool
	Interval   time.Duration // both ways; 0: 50 ms
	Multiplier uint8         // 0: 3
}

// State is what is known of a peer.
type State uint8

// The states. A peer that was shut down by its operator is not one that failed (RFC 5882 section 3.2): it takes no route away.
const (
	Unknown State = iota // not yet up, or nobody watches
	Up
	Shut
	Failed
)

// Watch belongs to routingd; its methods may be called by any of its goroutines, and never wait.
type Watch struct {
	log  *slog.Logger
	rows *statedb.Desired // of the goroutine that writes
	db   *statedb.DB      // STATE_DB

	mu      sync.Mutex
	parts   []string                             // of routingd, that ask
	wanted  map[string]map[schema.BFDKey]Session // by who asks
	states  map[schema.BFDKey]State
	broke   map[schema.BFDKey]time.Time // when a peer was last lost
	known   bool
	forget  bool
	changed []chan struct{} // one for each subscriber
	wake    chan struct{}   // holds one: there is something to write
}

// New makes a watch without sessions, for the parts of routingd that are named: until all of them have asked, what an earlier life asked for
// stays.
func New(client *statedb.Client, log *slog.Logger, parts ...string) *Watch {
	owns := func(_ string, row statedb.Fields) bool { return row["heddle_owner"] == owner }
	return &Watch{
		log:    log,
		rows:   statedb.NewDesiredProduced(client.DB(statedb.ApplDB), schema.AppTableBFDSession, statedb.DesiredOptions{Owns: owns}),
		db:     client.DB(statedb.StateDB),
		parts:  parts,
		wanted: make(map[string]map[schema.BFDKey]Session),
		states: make(map[schema.BFDKey]State),
		broke:  make(map[schema.BFDKey]time.Time),
		wake:   make(chan struct{}, 1),
	}
}

// Subscribe gives a channel that tells when the state of some peer has changed. It holds one.
func (w *Watch) Subscribe() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := make(chan struct{}, 1)
	w.changed = append(w.changed, c)
	return c
}

// Want says all the sessions that one part of routingd wants from now on. The map must not be changed afterwards.
func (w *Watch) Want(who string, sessions map[schema.BFDKey]Session) {
	w.mu.Lock()
	w.wanted[who] = sessions
	w.mu.Unlock()
	post(w.wake)
}

// Known says whether the states of all sessions have been read. Before that, no state is a reason to take anything away.
func (w *Watch) Known() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.known
}

// State is what is known of a peer now.
func (w *Watch) State(key schema.BFDKey) State {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.states[key]
}

// Broke is when the session with a peer last went from up to failed; zero: not while we looked on.
func (w *Watch) Broke(key schema.BFDKey) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.broke[key]
}

// On lists the sessions with link-local peers on an interface that there are now, whoever asked for them.
func (w *Watch) On(vrf string, link schema.InterfaceName) []schema.BFDKey {
	w.mu.Lock()
	defer w.mu.Unlock()
	var keys []schema.BFDKey
	for key := range w.states {
		if key.VRF == vrf && key.Interface == link && key.Peer.IsLinkLocalUnicast() {
			keys = append(keys, key)
		}
	}
	return keys
}

// Run follows and writes until ctx ends.
func (w *Watch) Run(ctx context.Context) error {
	changes := make(chan statedb.TableChange)
	g := process.NewGroup(ctx)
	g.Go("follow sessions", func(ctx context.Context) error {
		return statedb.Follow(ctx, w.db, changes, schema.StateTableBFDSession)
	})
	g.Go("take states", func(ctx context.Context) error {
		for {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case c := <-changes:
				w.take(c)
			}
		}
	})
	g.Go("ask for sessions", w.write)
	return g.Wait()
}

func (w *Watch) take(c statedb.TableChange) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.Whole {
		w.forget, w.known = true, true
		post(w.wake)
	}
	for _, op := range c.Ops {
		key, err := schema.ParseBFDKey(op.Key, schema.ConfigSeparator)
		if err != nil {
			continue // of nobody that we asked for
		}
		if op.Op == statedb.OpDel {
			delete(w.states, key)
			delete(w.broke, key)
			continue
		}
		before := w.states[key]
		now := stateOf(op.Map(), before)
		if w.states[key] = now; before == Up && now == Failed {
			w.broke[key] = time.Now()
		}
	}
	for _, c := range w.changed {
		post(c)
	}
}

// stateOf reads a row. Until a session was up once, that it is not is no failure.
func stateOf(row statedb.Fields, before State) State {
	const shut = "Admin_Down"
	switch {
	case row["state"] == "Up":
		return Up
	case row["state"] == shut || row["remote_state"] == shut:
		if before != Failed {
			return Shut
		}
	case before == Unknown && row["local_diag"] == "none":
		return Unknown
	}
	return Failed
}

func (w *Watch) write(ctx context.Context) error {
	again := time.NewTimer(time.Hour)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-w.wake:
		case <-again.C:
		}
		if w.ask() {
			if _, err := w.rows.Flush(ctx); err != nil {
				w.log.Error("ask for BFD sessions", "err", err)
				again.Reset(retry)
			}
		}
	}
}

// ask puts together what all want; false if one has not said so yet: what an earlier life asked for stays.
func (w *Watch) ask() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.forget {
		w.forget = false
		w.rows.Forget()
	}
	asked := make(map[schema.BFDKey]Session)
	for _, who := range slices.Sorted(maps.Keys(w.wanted)) {
		for key, s := range w.wanted[who] {
			if other, taken := asked[key]; taken {
				s = other.with(s)
			}
			asked[key] = s
		}
	}
	rows := make(map[string]statedb.Fields, len(asked))
	for key, s := range asked {
		rows[key.Join(schema.AppSeparator)] = s.row()
	}
	w.rows.Replace(rows)
	for _, part := range w.parts {
		if _, said := w.wanted[part]; !said {
			return false
		}
	}
	return true
}

// with is a session that finds a failure as soon as either asks for.
func (s Session) with(other Session) Session {
	if other.detection() < s.detection() {
		s.Interval, s.Multiplier = other.Interval, other.Multiplier
	}
	return s
}

func (s Session) detection() time.Duration {
	return cmp.Or(s.Interval, interval) * time.Duration(cmp.Or(s.Multiplier, multiplier))
}

// row writes a session as SONiC's orchagent would take it, too.
func (s Session) row() statedb.Fields {
	every := strconv.FormatInt(cmp.Or(s.Interval, interval).Milliseconds(), 10)
	row := statedb.Fields{
		"tx_interval": every, "rx_interval": every, "multiplier": strconv.Itoa(int(cmp.Or(s.Multiplier, multiplier))),
		"multihop": strconv.FormatBool(s.Multihop), "type": "async_active", "heddle_owner": owner,
	}
	if s.Local.IsValid() {
		row["local_addr"] = s.Local.String()
	}
	return row
}

func post(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
