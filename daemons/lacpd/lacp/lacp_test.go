package lacp

import (
	"fmt"
	"testing"
	"time"
)

const po = LAGName("PortChannel1")

var members = []PortName{"p1", "p2", "p3"}

// pair is two systems with three links between them.
func pair(t *testing.T, a, b LAGConfig) (*net, *node, *node) {
	n := newNet(t, 1)
	one, two := n.node("one", 1), n.node("two", 2)
	a.Key, b.Key = 10001, 20
	for _, x := range []struct {
		*node
		cfg LAGConfig
	}{{one, a}, {two, b}} {
		x.lag(po, x.cfg)
		for i, p := range members {
			x.port(p, po, uint16(i+1))
		}
	}
	for _, p := range members {
		n.cable(one, p, two, p)
	}
	return n, one, two
}

func TestAggregates(t *testing.T) {
	for name, c := range map[string]struct{ a, b LAGConfig }{
		"slow":           {},
		"fast":           {LAGConfig{Fast: true}, LAGConfig{Fast: true}},
		"one fast":       {LAGConfig{Fast: true}, LAGConfig{}},
		"active passive": {LAGConfig{}, LAGConfig{Passive: true}},
		"min links":      {LAGConfig{MinLinks: 3}, LAGConfig{}},
		"fallback":       {LAGConfig{Fallback: true}, LAGConfig{Fallback: true}},
	} {
		t.Run(name, func(t *testing.T) {
			n, one, two := pair(t, c.a, c.b)
			n.run(secs(4))
			one.uses(members...)
			two.uses(members...)
			want := LAGStatus{Up: true, Links: 3, Partner: SystemID{0xffff, two.mac}, Key: 20}
			if got := one.lags[po]; got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			before := one.changes + two.changes
			one.sent, two.sent = 0, 0
			n.run(secs(300))
			if one.changes+two.changes != before {
				t.Error("links changed without a cause")
			}
			// Each end is heard as often as the other asks for.
			for _, x := range []struct {
				sender *node
				asks   LAGConfig
			}{{one, c.b}, {two, c.a}} {
				want := 30
				if x.asks.Fast {
					want = 900
				}
				if x.sender.sent < want-3 || x.sender.sent > want+3 {
					t.Errorf("%s sent %d LACPDUs, want %d", x.sender.name, x.sender.sent, want)
				}
			}
		})
	}
}

func TestBothPassive(t *testing.T) {
	n, one, two := pair(t, LAGConfig{Passive: true}, LAGConfig{Passive: true})
	n.run(secs(200))
	one.uses()
	if one.sent+two.sent != 0 {
		t.Errorf("%d LACPDUs sent", one.sent+two.sent)
	}
}

func TestLinkLoss(t *testing.T) {
	n, one, two := pair(t, LAGConfig{MinLinks: 2}, LAGConfig{})
	n.run(secs(4))
	n.cut(one, "p2") // no time passes
	one.uses("p1", "p3")
	two.uses("p1", "p3")
	n.cut(one, "p3")
	if st := one.lags[po]; st.Up || st.Links != 1 {
		t.Errorf("one link of two at least: %+v", st)
	}
	if st := two.lags[po]; !st.Up {
		t.Errorf("one link: %+v", st)
	}
	n.cable(one, "p2", two, "p2")
	n.run(secs(4))
	one.uses("p1", "p2")
}

// One end hears nothing and says so; the other stops sending on that link.
func TestUnidirectionalLoss(t *testing.T) {
	n, one, two := pair(t, LAGConfig{Fast: true}, LAGConfig{Fast: true})
	n.run(secs(4))
	to := n.wires[end{one, "p1"}]
	delete(n.wires, end{one, "p1"})
	n.run(secs(4)) // in EXPIRED an end stops to use the link; in DEFAULTED it tells the other
	two.uses("p2", "p3")
	n.run(secs(4))
	one.uses("p2", "p3")
	two.uses("p2", "p3")
	n.wires[end{one, "p1"}] = to
	n.run(secs(5))
	one.uses(members...)
	two.uses(members...)
}

func TestSlowTimeOut(t *testing.T) {
	n, one, two := pair(t, LAGConfig{}, LAGConfig{})
	n.run(secs(4))
	n.wires = map[end]end{}
	n.run(secs(59))
	one.uses(members...)
	n.run(secs(32))
	one.uses()
	n.run(secs(4))
	two.uses()
	if st, _ := one.sys.Port("p1"); st.Receive != Defaulting || st.Partner != (Party{}) {
		t.Errorf("%+v", st)
	}
}

func TestMiscabled(t *testing.T) {
	n := newNet(t, 1)
	one, two, three := n.node("one", 1), n.node("two", 2), n.node("three", 3)
	for i, d := range []*node{one, two, three} {
		d.lag(po, LAGConfig{Key: uint16(10 + i)})
		for j, p := range members {
			d.port(p, po, uint16(j+1))
		}
	}
	n.cable(one, "p1", three, "p1") // the wrong one is first
	n.run(secs(10))
	one.uses("p1")
	n.cable(one, "p2", two, "p1")
	n.run(secs(10))
	one.uses("p1") // what works is not disturbed by as many others
	one.problem("p2", OtherPartner)
	n.cable(one, "p3", two, "p2")
	n.run(secs(10))
	one.uses("p2", "p3")
	two.uses("p1", "p2")
	three.uses()
	one.problem("p1", OtherPartner)
	n.cut(one, "p1")
	n.cable(one, "p1", two, "p3")
	n.run(secs(10))
	one.uses(members...)
}

// Two LAGs of one partner are two partners.
func TestCrossedLAGs(t *testing.T) {
	n := newNet(t, 1)
	one, two := n.node("one", 1), n.node("two", 2)
	one.lag(po, LAGConfig{Key: 1})
	two.lag(po, LAGConfig{Key: 1})
	two.lag("PortChannel2", LAGConfig{Key: 2})
	for i, p := range members {
		one.port(p, po, uint16(i+1))
	}
	two.port("p1", po, 1)
	two.port("p2", po, 2)
	two.port("p3", "PortChannel2", 3)
	for _, p := range members {
		n.cable(one, p, two, p)
	}
	n.run(secs(10))
	one.uses("p1", "p2")
	two.uses("p1", "p2")
	one.problem("p3", OtherPartner)
}

func TestLoop(t *testing.T) {
	n := newNet(t, 1)
	one := n.node("one", 1)
	one.lag(po, LAGConfig{Key: 1})
	one.port("p1", po, 1)
	one.port("p2", po, 2)
	n.cable(one, "p1", one, "p2")
	one.port("p3", po, 3)
	n.wires[end{one, "p3"}] = end{one, "p3"} // a loopback plug
	one.step(Link{"p3", true})
	n.run(secs(120))
	one.uses()
	for _, p := range members {
		one.problem(p, Looped)
	}
}

// A hub shows one port of the partner on two of ours.
func TestDuplicatePartner(t *testing.T) {
	n := newNet(t, 1)
	one, two := n.node("one", 1), n.node("two", 2)
	one.lag(po, LAGConfig{Key: 1})
	two.lag(po, LAGConfig{Key: 2, Fast: true})
	one.port("p1", po, 1)
	one.port("p2", po, 2)
	two.port("p1", po, 1)
	n.cable(one, "p1", two, "p1")
	n.run(secs(5))
	one.step(Link{"p2", true})
	st, _ := two.sys.Port("p1")
	hear := func() { one.step(Receive{"p2", PDU{Actor: st.Actor, Partner: st.Partner}}) }
	hear()
	n.run(secs(5))
	one.uses("p1")
	one.problem("p2", Duplicate)
	n.cut(one, "p1") // the hub keeps the link of p2
	hear()
	one.problem("p2", NoProblem)
}

func TestIndividual(t *testing.T) {
	n := newNet(t, 1)
	one := n.node("one", 1)
	one.lag(po, LAGConfig{Key: 1})
	for i, p := range members[:2] {
		one.port(p, po, uint16(i+1))
		one.step(Link{p, true})
	}
	alone := func(number uint16) {
		one.step(Receive{members[number-1], PDU{Actor: Party{
			System: SystemID{1, MAC{9}}, Key: 5, Port: PortID{1, number}, State: Activity | Synchronization | Collecting | Distributing,
		}}})
	}
	alone(1)
	alone(2)
	n.run(secs(3))
	one.uses("p1")
	one.problem("p2", NotAggregating)
}

func TestKeyChange(t *testing.T) {
	n, one, two := pair(t, LAGConfig{}, LAGConfig{})
	n.run(secs(4))
	one.lag(po, LAGConfig{Key: 777})
	one.uses()
	n.run(10 * time.Millisecond)
	two.uses()
	n.run(secs(4))
	one.uses(members...)
	two.uses(members...)
	if two.lags[po].Key != 777 {
		t.Errorf("%+v", two.lags[po])
	}
	one.lag(po, LAGConfig{Key: 777, MinLinks: 2, Fast: true}) // nothing that takes links out
	one.uses(members...)
	n.run(secs(4))
	if st, _ := two.sys.Port("p1"); !st.Partner.State.Has(ShortTimeout) {
		t.Errorf("the partner was not told: %+v", st)
	}
}

func TestAdminDown(t *testing.T) {
	n, one, two := pair(t, LAGConfig{}, LAGConfig{})
	n.run(secs(4))
	one.lag(po, LAGConfig{Key: 10001, Down: true})
	one.uses()
	n.run(10 * time.Millisecond)
	two.uses()
	n.run(secs(100))
	one.uses()
	two.uses()
	one.lag(po, LAGConfig{Key: 10001})
	n.run(secs(4))
	two.uses(members...)
}

func TestMemberLeaves(t *testing.T) {
	n, one, two := pair(t, LAGConfig{}, LAGConfig{})
	n.run(secs(4))
	one.step(DeletePort{"p2"})
	n.run(10 * time.Millisecond)
	two.uses("p1", "p3")
	one.step(DeleteLAG{po})
	one.uses()
	n.run(10 * time.Millisecond)
	two.uses()
	one.lag(po, LAGConfig{Key: 10001})
	n.run(secs(4))
	two.uses("p1", "p3")
}

func TestFallback(t *testing.T) {
	n := newNet(t, 1)
	one := n.node("one", 1)
	one.lag(po, LAGConfig{Key: 1, Fallback: true})
	for i, p := range members {
		one.port(p, po, uint16(i+1))
	}
	one.step(Link{"p2", true})
	one.step(Link{"p3", true})
	n.run(secs(6))
	one.uses("p2")
	one.step(Link{"p1", true}) // a better one comes, but what works stays
	n.run(secs(6))
	one.uses("p2")
	one.step(Link{"p2", false})
	n.run(secs(3))
	one.uses("p1")

	two := n.node("two", 2) // the host has booted
	two.lag(po, LAGConfig{Key: 2})
	for i, p := range members[:2] {
		two.port(p, po, uint16(i+1))
		n.cable(one, p, two, p)
	}
	n.run(secs(4))
	one.uses("p1", "p2")
	two.uses("p1", "p2")
}

// A daemon that starts again remembers; the partner notices nothing.
func TestRestart(t *testing.T) {
	for _, cfg := range []LAGConfig{{}, {Fast: true}} {
		n, one, two := pair(t, cfg, cfg)
		n.run(secs(20))
		memory := map[PortName]PortStatus{}
		for _, p := range members {
			memory[p], _ = one.sys.Port(p)
		}
		n.run(time.Second)
		before := two.changes
		one.restart()
		cfg.Key = 10001
		one.lag(po, cfg)
		for i, p := range members {
			one.port(p, po, uint16(i+1))
			one.step(Restore{p, memory[p].Actor, memory[p].Partner})
		}
		one.uses(members...)
		n.run(secs(200))
		one.uses(members...)
		if two.changes != before {
			t.Errorf("fast %v: the partner saw %d changes", cfg.Fast, two.changes-before)
		}
	}
}

// Memory that is not true any more is found out.
func TestRestartElsewhere(t *testing.T) {
	n, one, two := pair(t, LAGConfig{}, LAGConfig{})
	n.run(secs(20))
	memory := map[PortName]PortStatus{}
	for _, p := range members {
		memory[p], _ = one.sys.Port(p)
	}
	one.restart()
	n.cut(two, "p1")
	n.cut(two, "p2")
	one.lag(po, LAGConfig{Key: 10001})
	for i, p := range members {
		one.port(p, po, uint16(i+1))
	}
	for _, p := range members {
		one.step(Restore{p, memory[p].Actor, memory[p].Partner})
	}
	n.cable(one, "p1", two, "p2")
	n.cable(one, "p2", two, "p1")
	n.run(secs(10))
	one.uses(members...)
	two.uses(members...)

	one.step(Restore{"p1", memory["p1"].Actor, memory["p1"].Partner}) // too late: it has heard the truth
	if st, _ := one.sys.Port("p1"); st.Partner.Port.Number != 2 {
		t.Errorf("%+v", st)
	}
	one.restart()
	one.lag(po, LAGConfig{Key: 10002}) // it is not the same port any more
	one.port("p1", po, 1)
	one.step(Restore{"p1", memory["p1"].Actor, memory["p1"].Partner})
	one.uses()
}

func TestTransmitLimit(t *testing.T) {
	n := newNet(t, 1)
	one := n.node("one", 1)
	one.lag(po, LAGConfig{Key: 1})
	one.port("p1", po, 1)
	one.step(Link{"p1", true})
	for range 1000 { // a partner that is never content
		one.step(Receive{"p1", PDU{Actor: Party{System: SystemID{1, MAC{9}}, State: Activity | ShortTimeout | Aggregation}}})
		n.run(10 * time.Millisecond)
	}
	if one.sent > 3*11 {
		t.Errorf("%d LACPDUs in ten seconds", one.sent)
	}
}

// Whatever happens on the way, once the links are good again both ends use them all; and at every moment, the links in use lead to one
// place (checked in each step).
func TestChaos(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			n, one, two := pair(t, LAGConfig{Fast: seed%2 == 0, Fallback: seed%5 == 0}, LAGConfig{Fast: seed%3 == 0})
			*n.rand = *newNet(t, seed).rand
			three := n.node("three", 3)
			three.lag(po, LAGConfig{Key: 30})
			three.port("p1", po, 1)
			for range 60 {
				n.loss = []float64{0, 0.1, 0.5, 0.9}[n.rand.IntN(4)]
				n.delay = []time.Duration{time.Millisecond, time.Second, 5 * time.Second}[n.rand.IntN(3)]
				n.mishap(one, two, three)
				n.run(time.Duration(n.rand.Int64N(int64(10 * time.Second))))
			}
			n.loss, n.delay, n.queue = 0, time.Millisecond, nil
			for _, p := range members {
				if _, cabled := n.wires[end{one, p}]; cabled {
					n.cut(one, p)
				}
			}
			for _, d := range []*node{one, two} {
				d.lag(po, LAGConfig{Key: d.sys.lags[po].cfg.Key})
			}
			for _, p := range members {
				if _, cabled := n.wires[end{two, p}]; cabled {
					n.cut(two, p)
				}
				n.cable(one, p, two, p)
			}
			n.run(secs(8))
			one.uses(members...)
			two.uses(members...)
		})
	}
}

func (n *net) mishap(one, two, three *node) {
	p := members[n.rand.IntN(len(members))]
	_, cabled := n.wires[end{one, p}]
	switch n.rand.IntN(6) {
	case 0:
		if cabled {
			n.cut(one, p)
		}
	case 1:
		if _, far := n.wires[end{two, p}]; !cabled && !far {
			n.cable(one, p, two, p)
		}
	case 2:
		if _, far := n.wires[end{three, "p1"}]; !cabled && !far {
			n.cable(one, p, three, "p1")
		}
	case 3:
		one.lag(po, LAGConfig{Key: uint16(1 + n.rand.IntN(5)), Down: n.rand.IntN(3) == 0, Fast: n.rand.IntN(2) == 0})
	case 4:
		memory, _ := one.sys.Port(p)
		one.step(DeletePort{p})
		one.port(p, po, memory.Actor.Port.Number)
		if cabled {
			one.step(Restore{p, memory.Actor, memory.Partner})
		}
	}
}
