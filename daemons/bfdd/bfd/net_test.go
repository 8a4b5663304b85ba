package bfd

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// end is one of two systems that watch each other; flight is a packet between them.
type end struct {
	engine *Engine
	addr   netip.Addr
	peer   netip.Addr
	config Config
	downs  int // times it left Up
	was    State
}

type flight struct {
	at   time.Time
	to   int
	data []byte
}

// wire joins two systems in virtual time.
type wire struct {
	t       *rapid.T
	now     time.Time
	random  *rand.Rand
	ends    [2]*end
	air     []flight
	loss    float64
	latency time.Duration // at most; packets overtake each other
	cut     bool
}

func newWire(t *rapid.T, a, b Config) *wire {
	w := &wire{t: t, now: began(), random: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))}
	addrs := [2]netip.Addr{netip.MustParseAddr("fe80::1"), netip.MustParseAddr("fe80::2")}
	for i, c := range []Config{a, b} {
		w.ends[i] = &end{addr: addrs[i], peer: addrs[1-i], config: c}
		w.start(i, nil)
	}
	return w
}

func (e *end) key() Key { return Key{Interface: "Ethernet0", Peer: e.peer} }

func (e *end) status() Status {
	s, _ := e.engine.Session(e.key())
	return s
}

// start is a new life of a system.
func (w *wire) start(i int, m *Memory) {
	e := w.ends[i]
	e.engine = New(rand.New(rand.NewPCG(w.random.Uint64(), 0)))
	w.step(i, Configure{Key: e.key(), Config: e.config, Memory: m})
}

func (w *wire) step(i int, event Event) {
	e := w.ends[i]
	for _, o := range e.engine.Step(w.now, event) {
		if t, ok := o.(Transmit); ok && !w.cut && w.random.Float64() >= w.loss {
			delay := time.Duration(w.random.Int64N(int64(w.latency) + 1))
			w.air = append(w.air, flight{w.now.Add(delay), 1 - i, t.Packet.Append(nil)})
		}
	}
	if next := e.engine.Next(); !next.IsZero() && !next.After(w.now) {
		w.t.Fatalf("system %d has still something to do", i)
	}
	state := e.status().State
	if e.was == Up && state != Up {
		e.downs++
	}
	e.was = state
}

// run lets time pass.
func (w *wire) run(d time.Duration) {
	for end := w.now.Add(d); ; {
		next, what := end, -1
		for i, f := range w.air {
			if f.at.Before(next) {
				next, what = f.at, i
			}
		}
		who := -1
		for i, e := range w.ends {
			if n := e.engine.Next(); !n.IsZero() && n.Before(next) {
				next, what, who = n, -1, i
			}
		}
		w.now = next
		switch {
		case who >= 0:
			w.step(who, Tick{})
		case what >= 0:
			f := w.air[what]
			w.air = slices.Delete(w.air, what, what+1)
			to := w.ends[f.to]
			w.step(f.to, Receive{At: w.now, Interface: "Ethernet0", From: to.peer, To: to.addr, TTL: TTL, Payload: f.data})
		default:
			return
		}
	}
}

func (w *wire) both(state State, when string) {
	w.t.Helper()
	for i, e := range w.ends {
		if s := e.status(); s.State != state {
			w.t.Fatalf("%s: system %d is %v (%v, configured %+v), want %v", when, i, s.State, s.Diag, e.config, state)
		}
	}
}

func (w *wire) downs() int { return w.ends[0].downs + w.ends[1].downs }

func config(t *rapid.T, name string) Config {
	every := rapid.SampledFrom([]time.Duration{10 * ms, 50 * ms, 300 * ms, 2 * time.Second})
	return Config{
		MinTx: every.Draw(t, name+" tx"), MinRx: every.Draw(t, name+" rx"), Multiplier: uint8(rapid.IntRange(2, 5).Draw(t, name+" multiplier")),
	}
}

// Whatever the two want, and over a link that delays and reorders but loses nothing, they come up and stay up; over one that is cut both go down
// in their detection time; over one that is good again they come up.
func TestTwoSystems(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b := config(rt, "a"), config(rt, "b")
		a.Passive = rapid.Bool().Draw(rt, "a is passive")
		w := newWire(rt, a, b)
		w.latency = min(a.MinTx, a.MinRx, b.MinTx, b.MinRx) / 4
		w.run(10 * time.Second)
		w.both(Up, "good link")
		w.run(30 * time.Second)
		if w.both(Up, "good link, later"); w.downs() != 0 {
			rt.Fatalf("%d times down on a good link", w.downs())
		}
		slowest := max(w.ends[0].status().Detection, w.ends[1].status().Detection)
		w.cut = true
		w.run(slowest + w.latency + time.Nanosecond)
		w.both(Down, "cut link")
		w.cut = false
		w.run(10 * time.Second)
		w.both(Up, "link again")
	})
}

// Through loss, restarts with and without memory, changes of configuration and shutdowns, they come up in the end, agreed on the intervals.
func TestTroubles(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWire(rt, config(rt, "a"), config(rt, "b"))
		for n := range rapid.IntRange(1, 12).Draw(rt, "troubles") {
			i := rapid.IntRange(0, 1).Draw(rt, "system")
			e := w.ends[i]
			switch rapid.SampledFrom([]string{"loss", "restart", "resume", "configure", "shut", "remove", "hold"}).Draw(rt, "trouble") {
			case "loss":
				w.loss, w.latency = rapid.Float64Range(0, 0.9).Draw(rt, "loss"), time.Duration(rapid.IntRange(0, 500).Draw(rt, "latency"))*ms
			case "restart":
				w.start(i, nil)
			case "resume":
				if s := e.status(); s.State == Up {
					w.start(i, &Memory{s.Local, s.Remote, s.RemoteMinTx, s.RemoteMinRx, s.RemoteMult})
				}
			case "configure":
				e.config = config(rt, fmt.Sprint("change ", n))
				w.step(i, Configure{Key: e.key(), Config: e.config})
			case "shut":
				shut := e.config
				shut.AdminDown = true
				w.step(i, Configure{Key: e.key(), Config: shut})
				w.run(time.Second)
				w.step(i, Configure{Key: e.key(), Config: e.config})
			case "remove":
				w.step(i, Remove{e.key()})
				w.run(time.Duration(rapid.IntRange(0, 3000).Draw(rt, "away")) * ms)
				w.step(i, Configure{Key: e.key(), Config: e.config})
			case "hold":
				w.step(i, Hold{2 * time.Second})
				w.step(i, Configure{Key: e.key(), Config: e.config})
			}
			w.run(time.Duration(rapid.IntRange(0, 2000).Draw(rt, "pause")) * ms)
		}
		w.loss, w.latency = 0, ms
		w.run(60 * time.Second)
		w.both(Up, "after the troubles")
		for i, e := range w.ends {
			s, other := e.status(), w.ends[1-i].config
			if s.Polling || s.TxInterval != max(e.config.MinTx, other.MinRx) || s.Detection != time.Duration(other.Multiplier)*max(e.config.MinRx, other.MinTx) {
				rt.Fatalf("system %d: %+v, configured %+v and %+v", i, s, e.config, other)
			}
		}
	})
}

// A daemon that stops with warning and starts again within the time it asked for is not missed.
func TestPlannedRestart(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b := fast(), fast()
		w := newWire(rt, a, b)
		w.latency = 0 // packets keep their order, as on a link: one of before that the poll overtakes would bring the short wait back
		w.run(5 * time.Second)
		w.step(0, Hold{2 * time.Second})
		w.run(100 * ms)
		if !w.ends[0].engine.Settled() {
			rt.Fatal("the peer has not agreed")
		}
		s := w.ends[0].status()
		asleep := w.ends[0].engine
		w.ends[0].engine = New(rand.New(rand.NewPCG(1, 1))) // says nothing
		w.run(time.Duration(rapid.IntRange(0, 5500).Draw(rt, "away")) * ms)
		w.ends[0].engine = asleep
		w.ends[0].was = Up
		w.start(0, &Memory{s.Local, s.Remote, s.RemoteMinTx, s.RemoteMinRx, s.RemoteMult})
		w.run(time.Second)
		if w.both(Up, "after the restart"); w.ends[1].downs != 0 {
			rt.Fatalf("the peer saw %d breaks", w.ends[1].downs)
		}
	})
}
