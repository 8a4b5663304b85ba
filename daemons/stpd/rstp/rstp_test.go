package rstp

import (
	"testing"
	"time"
)

// Two bridges agree at once: no timer has to run out.
func TestAgreement(t *testing.T) {
	n := newNet(t, 1)
	root, other := n.node("root", 4096), n.node("other", 32768)
	a, b := n.link(root, other, PortConfig{})
	n.run(secs(0.1))
	n.is(a, Designated, Forwarding)
	n.is(b, Root, Forwarding)
	st := other.bridge.Status()
	want := Vector{Root: root.cfg.ID, Cost: 2000, Bridge: root.cfg.ID, Port: MakePortID(128, 1)}
	if st.Vector != want || st.RootPort != b.port || st.Times.MessageAge != Seconds(1) {
		t.Errorf("got %+v, want %+v", st, want)
	}
}

// ring makes three bridges; the first is the root, and the link between the others is the one too many.
func ring(t *testing.T) (*net, [3]*node, [6]end) {
	n := newNet(t, 1)
	d := [3]*node{n.node("a", 4096), n.node("b", 8192), n.node("c", 12288)}
	var e [6]end
	for i := range 3 {
		e[2*i], e[2*i+1] = n.link(d[i], d[(i+1)%3], PortConfig{})
	}
	n.run(secs(5))
	return n, d, e
}

func TestRing(t *testing.T) {
	n, d, e := ring(t)
	n.is(e[2], Designated, Forwarding)
	n.is(e[3], Alternate, Blocking)
	n.spans()
	flushes, before := d[1].flushes, n.now
	n.cut(e[4]) // c loses the root, and has another way at hand
	n.is(e[3], Root, Forwarding)
	if took := n.now.Sub(before); took != 0 {
		t.Errorf("took %v", took)
	}
	n.run(secs(0.1))
	n.spans()
	if d[1].flushes == flushes {
		t.Error("addresses behind the old way were not forgotten")
	}
	n.cable(e[4], e[5])
	n.run(secs(0.1))
	n.is(e[3], Alternate, Blocking)
	n.spans()

	n.cut(e[0]) // b loses the root, and c lets it through
	n.run(secs(0.1))
	n.is(e[2], Root, Forwarding)
	n.spans()
}

// A bridge that dies with its links up is missed after three hellos.
func TestSilence(t *testing.T) {
	n, d, e := ring(t)
	delete(n.wires, e[0])
	delete(n.wires, e[5])
	n.run(secs(5))
	n.is(e[3], Alternate, Blocking)
	n.run(secs(4))
	if root := d[2].bridge.Status().Vector.Root; root != d[1].cfg.ID {
		t.Errorf("root is %s", root)
	}
	n.is(e[2], Designated, Forwarding)
	n.is(e[3], Root, Forwarding)
}

func TestEdges(t *testing.T) {
	n := newNet(t, 1)
	d := n.node("a", 4096)
	admin, auto, plain := d.port(PortConfig{Edge: true}), d.port(PortConfig{AutoEdge: true}), d.port(PortConfig{})
	for _, p := range []PortName{admin, auto, plain} {
		d.step(Link{p, true})
	}
	n.is(end{d, admin}, Designated, Forwarding) // at once
	n.is(end{d, auto}, Designated, Listening)
	n.run(secs(3.1))
	n.is(end{d, auto}, Designated, Forwarding)
	n.is(end{d, plain}, Designated, Listening)
	if d.flushes != 0 {
		t.Error("an edge changed the topology")
	}
	n.run(secs(30))
	n.is(end{d, plain}, Designated, Forwarding)

	// A bridge at an edge is no edge, until the link goes down.
	other := n.node("b", 8192)
	e := end{other, other.port(PortConfig{})}
	n.cable(end{d, admin}, e)
	n.run(secs(0.1))
	if st, _ := d.bridge.Port(admin); st.Edge {
		t.Error("still an edge")
	}
	n.cut(e)
	d.step(Link{admin, true})
	n.is(end{d, admin}, Designated, Forwarding)
}

func TestBPDUGuard(t *testing.T) {
	for _, c := range []struct {
		cfg   PortConfig
		guard Guard
		state State
		after State // when no bridge has been heard for a while
	}{
		{PortConfig{BPDUGuard: true, Edge: true}, BPDUSeen, Blocking, Forwarding},
		{PortConfig{BPDUGuard: true, DoDisable: true, Edge: true}, Shut, Down, Down},
	} {
		n := newNet(t, 1)
		d, other := n.node("a", 4096), n.node("b", 8192)
		a, b := end{d, d.port(c.cfg)}, end{other, other.port(PortConfig{})}
		n.cable(a, b)
		n.run(secs(3))
		if st, _ := d.bridge.Port(a.port); st.Guard != c.guard || st.State != c.state {
			t.Errorf("%+v: %+v", c.cfg, st)
		}
		delete(n.wires, b)
		n.run(secs(30))
		if st, _ := d.bridge.Port(a.port); st.State != c.after {
			t.Errorf("%+v, later: %+v", c.cfg, st)
		}
		n.cut(a)
		d.step(Link{a.port, true})
		n.is(a, Designated, Forwarding)
	}
}

func TestRootGuard(t *testing.T) {
	n := newNet(t, 1)
	root, rogue := n.node("a", 4096), n.node("b", 0)
	a, b := end{root, root.port(PortConfig{RootGuard: true})}, end{rogue, rogue.port(PortConfig{})}
	n.cable(a, b)
	n.run(secs(60))
	st, _ := root.bridge.Port(a.port)
	if st.Guard != RootSeen || st.State != Blocking || root.bridge.GuardLeft(n.now, a.port) < secs(25) {
		t.Errorf("%+v", st)
	}
	if got := root.bridge.Status().Vector.Root; got != root.cfg.ID {
		t.Errorf("root is %s", got)
	}
	cfg := rogue.cfg
	cfg.ID.Priority = 0x8000
	rogue.configure(cfg)
	n.run(secs(25))
	n.is(a, Designated, Blocking)
	n.run(secs(7))
	n.is(a, Designated, Forwarding)
	n.is(b, Root, Forwarding)

	// A guard that comes when the root is already behind the port.
	cfg.ID.Priority = 0
	root.set(a.port, PortConfig{ID: root.ports[a.port].ID, Cost: 2000})
	rogue.configure(cfg)
	n.run(secs(1))
	n.is(a, Root, Forwarding)
	root.set(a.port, PortConfig{ID: root.ports[a.port].ID, Cost: 2000, RootGuard: true})
	n.run(secs(3))
	n.is(a, Designated, Blocking)
}

// A bridge of the older protocol is spoken to in it; its listening and learning take their time, and its notifications are heard.
func TestLegacy(t *testing.T) {
	n := newNet(t, 1)
	d, old := n.node("new", 4096), n.node("old", 8192)
	cfg := old.cfg
	cfg.Legacy = true
	old.cfg = cfg
	old.restart()
	a, b := n.link(d, old, PortConfig{})
	n.run(secs(4))
	n.is(a, Designated, Listening)
	n.run(secs(50))
	n.is(a, Designated, Forwarding)
	n.is(b, Root, Forwarding)
	if d.kinds[a.port] != Config {
		t.Errorf("sends %x", d.kinds[a.port])
	}
	changes := d.bridge.Status().Changes
	leaf := n.node("leaf", 12288)
	n.link(old, leaf, PortConfig{}) // a change that the old one notifies of
	n.run(secs(60))
	n.spans()
	if d.bridge.Status().Changes == changes {
		t.Error("the notification was not heard")
	}
	old.cfg.Legacy = false
	old.configure(old.cfg)
	old.step(Migrate{b.port})
	d.step(Migrate{a.port})
	n.run(secs(10))
	if d.kinds[a.port] != RST || old.kinds[b.port] != Config && old.kinds[b.port] != RST {
		t.Errorf("sends %x and %x", d.kinds[a.port], old.kinds[b.port])
	}
}

// Links with more than two ends have one designated port, and nobody agrees to anything there.
func TestSharedLink(t *testing.T) {
	n := newNet(t, 1)
	d, other := n.node("a", 4096), n.node("b", 8192)
	a, b := n.link(d, other, PortConfig{Shared: true})
	n.run(secs(1))
	n.is(a, Designated, Listening)
	n.run(secs(40))
	n.is(a, Designated, Forwarding)
	n.is(b, Root, Forwarding)
}

// A port that hears itself discards.
func TestSelfLoop(t *testing.T) {
	n := newNet(t, 1)
	d := n.node("a", 4096)
	a := end{d, d.port(PortConfig{Edge: true})}
	n.wires[a] = a
	d.step(Link{a.port, true})
	n.run(secs(60))
	if st, _ := d.bridge.Port(a.port); st.State > Listening {
		t.Errorf("%+v", st)
	}
}

// Two ends that believe to be designated: one of them hears nothing, and the other stops to forward.
func TestDispute(t *testing.T) {
	n := newNet(t, 1)
	d, other := n.node("a", 4096), n.node("b", 8192)
	a, b := n.link(d, other, PortConfig{})
	n.run(secs(5))
	delete(n.wires, a) // frames from a to b are lost
	n.run(secs(60))
	n.is(a, Designated, Listening)
	n.wires[a] = b
	n.run(secs(5))
	n.is(a, Designated, Forwarding)
	n.is(b, Root, Forwarding)
}

// A bridge that starts again with its memory is not noticed by the others.
func TestRestore(t *testing.T) {
	for i := range 3 {
		n, d, e := ring(t)
		n.run(secs(60))
		who := d[i]
		var past []Memory
		for name := range who.ports {
			past = append(past, who.bridge.Memory(name))
		}
		totals := func() (turns, flushes int) {
			for _, x := range d {
				turns, flushes = turns+x.turns, flushes+x.flushes
			}
			return turns, flushes
		}
		n.run(secs(1.5))
		turns, flushes := totals()
		was, own := who.state, who.turns
		who.restart()
		who.step(Restore{past})
		for name, s := range was {
			if who.state[name] != s {
				t.Errorf("%s %s is %s, was %s", who.name, name, who.state[name], s)
			}
		}
		who.turns = own // up to here they are the new life's first word
		n.run(secs(60))
		if turns2, flushes2 := totals(); turns2 != turns || flushes2 != flushes {
			t.Errorf("%s: %d changes of state, %d flushes", who.name, turns2-turns, flushes2-flushes)
		}
		n.is(e[3], Alternate, Blocking)
		n.spans()
	}
}

// What was remembered and is no longer so is found out.
func TestRestoreStale(t *testing.T) {
	n, d, _ := ring(t)
	var past []Memory
	for name := range d[2].ports {
		past = append(past, d[2].bridge.Memory(name))
	}
	cfg := d[2].cfg
	cfg.ID.Priority = 10 // becomes the root while it is away
	d[2].cfg = cfg
	d[2].restart()
	d[2].step(Restore{past})
	n.run(secs(10))
	n.spans()
}

// The limit on BPDUs holds, and none is owed for ever.
func TestHoldCount(t *testing.T) {
	n := newNet(t, 1)
	d, other := n.node("a", 4096), n.node("b", 8192)
	a, _ := n.link(d, other, PortConfig{})
	n.run(secs(5))
	before := d.sent[a.port]
	for i := range 100 {
		cfg := d.cfg
		cfg.ID.Priority = uint16(i%2)<<12 | 10
		d.configure(cfg)
		n.run(10 * time.Millisecond)
	}
	if got := d.sent[a.port] - before; got > DefaultHoldCount+2 {
		t.Errorf("%d BPDUs in a second", got)
	}
	n.run(secs(20))
	n.spans()
}

func TestPortChange(t *testing.T) {
	n, d, e := ring(t)
	cfg := d[2].ports[e[4].port]
	cfg.Cost = 100000
	d[2].set(e[4].port, cfg) // the way over b is the shorter one now
	n.run(secs(0.1))
	n.is(e[3], Root, Forwarding)
	n.is(e[4], Alternate, Blocking)
	n.spans()
	d[2].step(DeletePort{e[3].port})
	delete(n.wires, e[3])
	delete(n.wires, e[2])
	delete(d[2].state, e[3].port)
	n.run(secs(0.1))
	n.is(e[4], Root, Forwarding)
	n.spans()
}
