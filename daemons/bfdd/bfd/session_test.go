package bfd

import (
	"errors"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"
)

const ms = time.Millisecond

func began() time.Time { return time.Unix(1_000_000, 0) }

func fast() Config { return Config{MinTx: 50 * ms, MinRx: 50 * ms, Multiplier: 3} }

// alone is an engine whose peer the test plays.
type alone struct {
	t   *testing.T
	e   *Engine
	now time.Time
	key Key
	out []Packet
	err error
}

func newAlone(t *testing.T, c Config, m *Memory) *alone {
	a := &alone{t: t, e: New(rand.New(rand.NewPCG(1, 2))), now: began(), key: Key{Peer: netip.MustParseAddr("10.0.0.2")}}
	a.step(Configure{Key: a.key, Config: c, Memory: m})
	return a
}

func (a *alone) step(event Event) {
	a.out, a.err = nil, nil
	for _, o := range a.e.Step(a.now, event) {
		switch o := o.(type) {
		case Transmit:
			a.out = append(a.out, o.Packet)
		case Refused:
			a.err = o.Err
		}
	}
}

func (a *alone) status() Status {
	s, _ := a.e.Session(a.key)
	return s
}

// hear is a packet of the peer, which has discriminator 77 and knows ours.
func (a *alone) hear(p Packet) {
	p.My, p.Multiplier = 77, 3
	if p.MinTx == 0 {
		p.MinTx = 50 * ms
	}
	if p.MinRx == 0 {
		p.MinRx = 50 * ms
	}
	if p.State >= Init {
		p.Your = a.status().Local
	}
	a.step(Receive{At: a.now, From: a.key.Peer, To: netip.MustParseAddr("10.0.0.1"), Interface: "Ethernet0", TTL: TTL, Payload: p.Append(nil)})
}

// pass lets time pass, and gives what is sent.
func (a *alone) pass(d time.Duration) (sent []Packet) {
	for end := a.now.Add(d); ; {
		next := a.e.Next()
		if next.IsZero() || next.After(end) {
			a.now = end
			return sent
		}
		a.now = next
		a.step(Tick{})
		sent = append(sent, a.out...)
	}
}

func (a *alone) want(what string, state State, diag Diag) {
	a.t.Helper()
	if s := a.status(); s.State != state || s.Diag != diag {
		a.t.Fatalf("%s: %v (%v), want %v (%v)", what, s.State, s.Diag, state, diag)
	}
}

func (a *alone) up() {
	a.t.Helper()
	a.hear(Packet{State: Down})
	a.hear(Packet{State: Init})
	a.want("after the handshake", Up, DiagNone)
	a.hear(Packet{State: Up, Final: true})
}

// The table of RFC 5880 section 6.2.
func TestTransitions(t *testing.T) {
	for _, c := range []struct {
		from, heard, to State
		diag            Diag
	}{
		{Down, AdminDown, Down, DiagNone}, {Down, Down, Init, DiagNone}, {Down, Init, Up, DiagNone}, {Down, Up, Down, DiagNone},
		{Init, AdminDown, Down, DiagNeighborDown}, {Init, Down, Init, DiagNone}, {Init, Init, Up, DiagNone}, {Init, Up, Up, DiagNone},
		{Up, AdminDown, Down, DiagNeighborDown}, {Up, Down, Down, DiagNeighborDown}, {Up, Init, Up, DiagNone}, {Up, Up, Up, DiagNone},
	} {
		a := newAlone(t, fast(), nil)
		if c.from >= Init {
			a.hear(Packet{State: Down})
		}
		if c.from == Up {
			a.hear(Packet{State: Init})
		}
		a.want("before", c.from, DiagNone)
		a.hear(Packet{State: c.heard})
		a.want(c.from.String()+" hears "+c.heard.String(), c.to, c.diag)
	}
}

// A session that is not up sends once a second at most; one that is up as both sides want it, with 0 to 25 percent of jitter.
func TestPace(t *testing.T) {
	a := newAlone(t, fast(), nil)
	if sent := a.pass(10 * time.Second); len(sent) < 10 || len(sent) > 14 || sent[0].MinTx != time.Second {
		t.Fatalf("%d packets in 10 s, the first %+v", len(sent), sent)
	}
	a.up()
	if s := a.status(); s.Polling || s.TxInterval != 50*ms || s.Detection != 150*ms {
		t.Fatalf("up as %+v", s)
	}
	last, distinct := a.now, map[time.Duration]bool{}
	a.pass(0)
	for i := range 200 {
		a.now = a.e.Next()
		a.step(Tick{})
		if gap := a.now.Sub(last); len(a.out) != 1 || i > 0 && (gap < 37500*time.Microsecond || gap > 50*ms) {
			t.Fatalf("%d packets after %v", len(a.out), gap)
		} else {
			distinct[gap] = true
		}
		last = a.now
		a.hear(Packet{State: Up})
	}
	if len(distinct) < 100 {
		t.Errorf("only %d different gaps of 200", len(distinct))
	}
	a.hear(Packet{State: Up, MinRx: 400 * ms, MinTx: 300 * ms})
	if s := a.status(); s.TxInterval != 400*ms || s.Detection != 900*ms {
		t.Errorf("a slow peer: %+v", s)
	}
}

func TestDetection(t *testing.T) {
	a := newAlone(t, fast(), nil)
	a.up()
	a.pass(149 * ms)
	a.want("before its time", Up, DiagNone)
	sent := a.pass(2 * ms)
	a.want("silence", Down, DiagExpired)
	if len(sent) == 0 || sent[len(sent)-1].State != Down || sent[len(sent)-1].Your != 0 || sent[len(sent)-1].Diag != DiagExpired {
		t.Errorf("the peer is not told: %+v", sent)
	}
	a.up() // and again
}

// A packet counts when it arrived, however late it is looked at.
func TestLatePacket(t *testing.T) {
	a := newAlone(t, fast(), nil)
	a.up()
	arrived := a.now.Add(140 * ms)
	a.now = a.now.Add(200 * ms)
	p := Packet{State: Up, Multiplier: 3, My: 77, Your: a.status().Local, MinTx: 50 * ms, MinRx: 50 * ms}
	a.step(Receive{At: arrived, From: a.key.Peer, Interface: "Ethernet0", TTL: TTL, Payload: p.Append(nil)})
	a.want("a packet that waited", Up, DiagNone)
	a.pass(91 * ms)
	a.want("and none since", Down, DiagExpired)
}

// RFC 5880 section 6.8.3: what is slower for one side comes into force only once the other has agreed.
func TestPoll(t *testing.T) {
	a := newAlone(t, fast(), nil)
	a.up()
	slower := Config{MinTx: 300 * ms, MinRx: 20 * ms, Multiplier: 3}
	a.step(Configure{Key: a.key, Config: slower})
	if len(a.out) != 1 || !a.out[0].Poll || a.out[0].MinTx != 300*ms || a.out[0].MinRx != 20*ms {
		t.Fatalf("no poll: %+v", a.out)
	}
	if s := a.status(); s.TxInterval != 50*ms || s.Detection != 150*ms {
		t.Fatalf("before the answer: %+v", s)
	}
	slower.Multiplier, slower.MinTx = 5, 400*ms
	a.step(Configure{Key: a.key, Config: slower})
	a.hear(Packet{State: Up, Final: true, MinTx: 10 * ms}) // may be the answer to the first
	if s := a.status(); !s.Polling || s.TxInterval != 50*ms {
		t.Fatalf("an answer to an earlier poll counts: %+v", s)
	}
	a.hear(Packet{State: Up, Final: true, MinTx: 10 * ms})
	if s := a.status(); s.Polling || s.TxInterval != 400*ms || s.Detection != 60*ms {
		t.Fatalf("after the answer: %+v", s)
	}
	a.hear(Packet{State: Up, Poll: true})
	if len(a.out) == 0 || !a.out[len(a.out)-1].Final || a.out[len(a.out)-1].Poll {
		t.Errorf("a poll is answered with %+v", a.out)
	}
}

func TestAdminDown(t *testing.T) {
	a := newAlone(t, fast(), nil)
	a.up()
	off := fast()
	off.AdminDown = true
	a.step(Configure{Key: a.key, Config: off})
	a.want("shut", AdminDown, DiagAdminDown)
	if len(a.out) != 1 || a.out[0].State != AdminDown {
		t.Fatalf("the peer hears %+v", a.out)
	}
	a.hear(Packet{State: Down, Poll: true})
	a.want("shut, and heard", AdminDown, DiagAdminDown)
	if len(a.out) != 0 {
		t.Errorf("a poll is answered while shut: %+v", a.out)
	}
	a.step(Configure{Key: a.key, Config: fast()})
	a.want("open", Down, DiagAdminDown)
	a.up()
}

// A session that ends says so three times; one that nobody knows ends at once.
func TestRemove(t *testing.T) {
	a := newAlone(t, fast(), nil)
	a.step(Remove{a.key})
	if len(a.out) != 0 || len(a.e.Keys()) != 0 {
		t.Fatalf("%+v, %v left", a.out, a.e.Keys())
	}
	a.step(Configure{Key: a.key, Config: fast()})
	a.up()
	a.step(Remove{a.key})
	sent := append(a.out, a.pass(time.Minute)...)
	if len(sent) != 3 || sent[2].State != AdminDown || len(a.e.Keys()) != 0 || !a.e.Next().IsZero() {
		t.Fatalf("%+v, %v left", sent, a.e.Keys())
	}
	a.step(Remove{a.key})
	a.step(Configure{Key: a.key, Config: fast()})
	a.up()
	a.step(Remove{a.key})
	a.step(Configure{Key: a.key, Config: fast()})
	a.up()
}

func TestPassive(t *testing.T) {
	c := fast()
	c.Passive = true
	a := newAlone(t, c, nil)
	if sent := a.pass(10 * time.Second); len(sent) != 0 || len(a.out) != 0 {
		t.Fatalf("spoke first: %+v", sent)
	}
	a.up()
	a.pass(200 * ms)
	a.want("silence", Down, DiagExpired)
	if sent := a.pass(10 * time.Second); len(sent) != 0 {
		t.Errorf("speaks to nobody: %+v", sent)
	}
}

// RFC 5880 section 6.6: who asks for demand mode is left in peace, but for polls.
func TestPeerInDemandMode(t *testing.T) {
	a := newAlone(t, fast(), nil)
	a.up()
	for range 20 {
		a.hear(Packet{State: Up, Demand: true})
		if sent := a.pass(50 * ms); len(sent) != 0 {
			t.Fatalf("sent %+v", sent)
		}
	}
	a.hear(Packet{State: Up, Demand: true, Poll: true})
	if len(a.out) != 1 || !a.out[0].Final {
		t.Errorf("a poll is answered with %+v", a.out)
	}
	a.hear(Packet{State: Up})
	if sent := a.pass(60 * ms); len(sent) != 1 {
		t.Errorf("no longer in demand mode: %+v", sent)
	}
}

// A daemon that starts again keeps its discriminator, says Up, and believes the peer for one detection time.
func TestMemory(t *testing.T) {
	m := &Memory{Local: 4711, Remote: 77, RemoteMinTx: 50 * ms, RemoteMinRx: 50 * ms, RemoteMult: 3}
	a := newAlone(t, fast(), m)
	a.want("at once", Up, DiagNone)
	if len(a.out) != 1 || a.out[0].My != 4711 || a.out[0].Your != 77 || !a.out[0].Poll {
		t.Fatalf("sent %+v", a.out)
	}
	a.hear(Packet{State: Up, Final: true})
	a.pass(100 * ms)
	a.want("heard", Up, DiagNone)
	a.pass(100 * ms)
	a.want("silence", Down, DiagExpired)

	a = newAlone(t, fast(), m)
	a.hear(Packet{State: Down})
	a.want("the peer is down", Down, DiagNeighborDown)
}

// Hold has the peer wait for longer than the daemon is away.
func TestHold(t *testing.T) {
	a := newAlone(t, fast(), nil)
	a.up()
	a.step(Hold{MinTx: 2 * time.Second})
	if len(a.out) != 1 || !a.out[0].Poll || a.out[0].MinTx != 2*time.Second || a.e.Settled() {
		t.Fatalf("sent %+v", a.out)
	}
	a.hear(Packet{State: Up, Final: true})
	if !a.e.Settled() {
		t.Error("the peer has agreed")
	}
}

func TestStrangers(t *testing.T) {
	a := newAlone(t, Config{MinTx: 50 * ms, MinRx: 50 * ms, Multiplier: 3, Local: netip.MustParseAddr("10.0.0.1")}, nil)
	a.up()
	good := Receive{
		At: a.now, From: a.key.Peer, To: netip.MustParseAddr("10.0.0.1"), Interface: "Ethernet0", TTL: TTL,
		Payload: Packet{State: Down, Multiplier: 3, My: 1, Your: a.status().Local}.Append(nil),
	}
	for name, c := range map[string]struct {
		spoil func(r *Receive)
		want  error
	}{
		"over a router":     {func(r *Receive) { r.TTL = 254 }, ErrTTL},
		"on the other port": {func(r *Receive) { r.Multihop = true }, ErrNoSession},
		"of another VRF":    {func(r *Receive) { r.VRF = "Vrf1" }, ErrNoSession},
		"from another":      {func(r *Receive) { r.From = netip.MustParseAddr("10.0.0.3") }, ErrNoSession},
		"to another":        {func(r *Receive) { r.To = netip.MustParseAddr("10.0.0.9") }, ErrNoSession},
		"not ours":          {func(r *Receive) { r.Payload = Packet{State: Up, Multiplier: 3, My: 1, Your: 1}.Append(nil) }, ErrNoSession},
		"garbage":           {func(r *Receive) { r.Payload = []byte("GET / HTTP/1.1\r\nHost: switch") }, ErrVersion},
	} {
		r := good
		c.spoil(&r)
		a.step(r)
		if !errors.Is(a.err, c.want) {
			t.Errorf("%s: %v, want %v", name, a.err, c.want)
		}
		a.want(name, Up, DiagNone)
	}
	a.step(good)
	a.want("the peer itself", Down, DiagNeighborDown)
}
