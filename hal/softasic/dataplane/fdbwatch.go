package dataplane

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/cilium/ebpf/ringbuf"
)

const (
	// An entry's age counts in slices of the ageing time: it goes after
	// ageSlices to ageSlices+1 of them without a frame.
	ageSlices = 8
	// The FDB is scanned at least this often for events that the ring lost.
	longestSlice  = 10 * time.Second
	shortestSlice = 50 * time.Millisecond
	// Moves told at once, and per second. A loop moves addresses with every frame;
	// beyond this the next scan tells where they ended up.
	moveBurst = 4000
	moveRate  = 2000
)

// fdbWatch turns learning in the kernel into events and ages entries. Its own
// picture of the FDB tells it what the ring lost.
type fdbWatch struct {
	p      *Plane
	ring   *ringbuf.Reader
	mu     sync.Mutex // guards known and the ageing time
	known  map[fdbKey]PortID
	static map[fdbKey]bool
	ageing time.Duration
	wake   chan struct{} // the ageing time changed
}

func (p *Plane) startFDB() error {
	ring, err := ringbuf.NewReader(p.t.FdbEvents)
	if err != nil {
		return fmt.Errorf("read fdb events: %w", err)
	}
	w := &fdbWatch{p: p, ring: ring, ageing: p.cfg.Ageing, known: map[fdbKey]PortID{}, static: map[fdbKey]bool{},
		wake: make(chan struct{}, 1)}
	p.fdb = w
	p.t.fdb.all(func(k fdbKey, v fdbValue) { w.set(k, v.port(), v.static()) })
	p.joined.Go(w.listen)
	p.joined.Go(w.age)
	return nil
}

func (w *fdbWatch) close() error { return w.ring.Close() }

// set and forget keep the picture of what the caller does itself.
func (w *fdbWatch) set(k fdbKey, port PortID, static bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.known[k] = port
	if static {
		w.static[k] = true
	} else {
		delete(w.static, k)
	}
}

func (w *fdbWatch) forget(k fdbKey) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.known, k)
	delete(w.static, k)
}

// listen reports what the kernel learns, as it learns.
func (w *fdbWatch) listen() {
	var rec ringbuf.Record
	moves := budget{left: moveBurst}
	for {
		err := w.ring.ReadInto(&rec)
		if errors.Is(err, ringbuf.ErrClosed) {
			return
		}
		if err != nil || len(rec.RawSample) < 16 {
			if !errors.Is(err, os.ErrDeadlineExceeded) {
				w.p.log.Error("read fdb event", "error", err, "bytes", len(rec.RawSample))
			}
			continue
		}
		// struct fdb_event in bpf/defs.h
		b := rec.RawSample
		k := fdbKey(binary.NativeEndian.Uint64(b))
		if binary.NativeEndian.Uint32(b[12:]) == fdbEventMove && !moves.take(time.Now()) {
			continue
		}
		if e, news := w.seen(k, PortID(binary.NativeEndian.Uint16(b[8:]))); news {
			w.p.tell(e)
		}
		if w.full() {
			_ = w.p.do(w.p.limitFDB) // the next scan tries again
		}
	}
}

// fdbEventMove is FDB_EVENT_MOVE of bpf/defs.h.
const fdbEventMove = 2

// budget bounds how many moves are told.
type budget struct {
	left int
	last time.Time // left was filled up
}

func (b *budget) take(now time.Time) bool {
	if n := int(now.Sub(b.last).Seconds() * moveRate); n > 0 {
		b.left, b.last = min(b.left+n, moveBurst), now
	}
	if b.left == 0 {
		return false
	}
	b.left--
	return true
}

// full tells whether the table holds as many entries as it may.
func (w *fdbWatch) full() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.known) >= int(w.p.cfg.MaxFDB)
}

// seen notes an address on a port, and gives an event if that is news.
func (w *fdbWatch) seen(k fdbKey, port PortID) (Event, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	old, known := w.known[k]
	if w.static[k] || known && old == port {
		return Event{}, false
	}
	w.known[k] = port
	if known {
		return Event{Kind: FDBMoved, VLAN: k.vlan(), MAC: k.mac(), Port: port, OldPort: old}, true
	}
	return Event{Kind: FDBLearned, VLAN: k.vlan(), MAC: k.mac(), Port: port}, true
}

// SetAgeing sets the FDB ageing time; 0 keeps entries for ever.
func (p *Plane) SetAgeing(d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("set ageing time %v: %w", d, ErrInvalid)
	}
	p.fdb.mu.Lock()
	p.fdb.ageing = d
	p.fdb.mu.Unlock()
	select {
	case p.fdb.wake <- struct{}{}:
	default: // it has not looked yet
	}
	return nil
}

func (w *fdbWatch) times() (ageing, slice time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ageing == 0 {
		return 0, longestSlice
	}
	return w.ageing, max(w.ageing/ageSlices, shortestSlice)
}

// age lets time pass in the tables: each slice begins a new epoch, and entries
// whose last epoch is too old go.
func (w *fdbWatch) age() {
	begun := time.Now()
	for {
		ageing, slice := w.times()
		timer := time.NewTimer(min(slice-min(time.Since(begun), slice), longestSlice))
		select {
		case <-w.p.ctx.Done():
			timer.Stop()
			return
		case <-w.wake:
			timer.Stop()
			continue
		case <-timer.C:
		}
		next := time.Since(begun) >= slice
		if next {
			begun = time.Now()
		}
		if err := w.scan(ageing != 0 && next); err != nil && !errors.Is(err, ErrClosed) {
			w.p.log.Error("scan fdb", "error", err)
		}
	}
}

// scan compares the table with the picture, and removes what is too old if a new
// epoch begins. No call changes the table meanwhile; the kernel only adds.
func (w *fdbWatch) scan(epoch bool) error {
	var events []Event
	err := w.p.do(func() error {
		if epoch {
			w.p.settings.Epoch++
			if err := w.p.putSettings(); err != nil {
				return err
			}
		}
		present := map[fdbKey]bool{}
		w.p.t.fdb.all(func(k fdbKey, v fdbValue) {
			if epoch && !v.static() && w.p.settings.Epoch-v.epoch() > ageSlices {
				w.p.t.fdb.remove(k)
				return
			}
			present[k] = true
			if e, news := w.seen(k, v.port()); news {
				events = append(events, e)
			}
		})
		events = append(events, w.lost(present)...)
		return w.p.limitFDB()
	})
	for _, e := range events {
		w.p.tell(e)
	}
	return err
}

// lost forgets the addresses that are no longer there, and gives their events.
func (w *fdbWatch) lost(present map[fdbKey]bool) []Event {
	w.mu.Lock()
	defer w.mu.Unlock()
	var gone []Event
	for k, port := range w.known {
		if present[k] || w.static[k] {
			continue
		}
		if w.p.t.fdb.find(k) != 0 {
			continue // learned since the scan
		}
		gone = append(gone, Event{Kind: FDBAged, VLAN: k.vlan(), MAC: k.mac(), Port: port})
		delete(w.known, k)
	}
	return gone
}
