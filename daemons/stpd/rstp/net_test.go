package rstp

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

func secs(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

// net is bridges and the links between them, in a time of its own.
type net struct {
	t       *testing.T
	seed    uint64
	now     time.Time
	rand    *rand.Rand
	loss    float64       // of frames
	delay   time.Duration // at most
	reorder bool          // unequal delays let frames overtake each other
	nodes   []*node
	wires   map[end]end
	last    map[end]time.Time // when the frame before arrives
	queue   frames
	seq     int

	looping time.Time
	longest time.Duration // that a loop lasted
}

// end is one end of a link.
type end struct {
	node *node
	port PortName
}

func (e end) String() string { return fmt.Sprintf("%s/%s", e.node.name, e.port) }

type node struct {
	net     *net
	name    string
	cfg     BridgeConfig
	ports   map[PortName]PortConfig
	bridge  *Bridge
	state   map[PortName]State
	sent    map[PortName]int
	kinds   map[PortName]Kind // of the last BPDU sent
	flushes int
	turns   int // changes of state
}

type frame struct {
	at  time.Time
	seq int
	to  end
	b   []byte
}

type frames []frame

func (f frames) Len() int      { return len(f) }
func (f frames) Swap(i, j int) { f[i], f[j] = f[j], f[i] }
func (f frames) Less(i, j int) bool {
	return f[i].at.Before(f[j].at) || f[i].at.Equal(f[j].at) && f[i].seq < f[j].seq
}
func (f *frames) Push(x any) { *f = append(*f, x.(frame)) }
func (f *frames) Pop() any {
	last := (*f)[len(*f)-1]
	*f = (*f)[:len(*f)-1]
	return last
}

func newNet(t *testing.T, seed uint64) *net {
	return &net{
		t: t, seed: seed, now: time.Unix(1000, 0), rand: rand.New(rand.NewPCG(seed, 0)), delay: time.Millisecond,
		wires: map[end]end{}, last: map[end]time.Time{},
	}
}

func (n *net) node(name string, priority uint16) *node {
	id := byte(len(n.nodes) + 1)
	d := &node{net: n, name: name, ports: map[PortName]PortConfig{}, cfg: BridgeConfig{
		ID: MakeBridgeID(priority, 10, MAC{2, 0, 0, 0, 0, id}), Times: DefaultTimes(), GuardTimeout: secs(30),
	}}
	d.restart()
	n.nodes = append(n.nodes, d)
	return d
}

// restart loses everything but the configuration.
func (d *node) restart() {
	d.bridge, d.state = New(d.cfg), map[PortName]State{}
	d.sent, d.kinds = map[PortName]int{}, map[PortName]Kind{}
	for i := range len(d.ports) {
		name := PortName(fmt.Sprintf("p%d", i+1))
		d.step(SetPort{name, d.ports[name]})
	}
}

// port makes a port, named by its number.
func (d *node) port(cfg PortConfig) PortName {
	i := len(d.ports) + 1
	name := PortName(fmt.Sprintf("p%d", i))
	if cfg.Cost == 0 {
		cfg.Cost = 2000
	}
	if cfg.ID == 0 {
		cfg.ID = MakePortID(128, uint16(i))
	}
	d.set(name, cfg)
	return name
}

func (d *node) set(name PortName, cfg PortConfig) {
	d.ports[name] = cfg
	d.step(SetPort{name, cfg})
}

func (d *node) configure(cfg BridgeConfig) {
	d.cfg = cfg
	d.step(SetBridge{cfg})
}

// cable connects two ends, and their links come up.
func (n *net) cable(a, b end) {
	n.wires[a], n.wires[b] = b, a
	a.node.step(Link{a.port, true})
	b.node.step(Link{b.port, true})
}

// link makes a port at each of two nodes and connects them.
func (n *net) link(a, b *node, cfg PortConfig) (end, end) {
	ea := end{a, a.port(cfg)}
	eb := end{b, b.port(cfg)}
	n.cable(ea, eb)
	return ea, eb
}

// cut takes a cable out.
func (n *net) cut(a end) {
	b, ok := n.wires[a]
	if !ok {
		return
	}
	delete(n.wires, a)
	delete(n.wires, b)
	a.node.step(Link{a.port, false})
	b.node.step(Link{b.port, false})
}

// step hands an event over and delivers what comes of it.
func (d *node) step(e Event) {
	n := d.net
	for _, o := range d.bridge.Step(n.now, e) {
		switch o := o.(type) {
		case PortChanged:
			if d.state[o.Port] != o.Status.State {
				d.turns++
			}
			d.state[o.Port] = o.Status.State
		case Flush:
			d.flushes++
		case Transmit:
			d.sent[o.Port]++
			d.kinds[o.Port] = o.BPDU.Kind
			n.send(end{d, o.Port}, o.BPDU.Append(nil))
		}
	}
	n.check()
}

func (n *net) send(from end, b []byte) {
	to, ok := n.wires[from]
	if !ok || n.rand.Float64() < n.loss {
		return
	}
	at := n.now.Add(time.Duration(n.rand.Int64N(int64(n.delay))))
	if at.Before(n.last[from]) && !n.reorder {
		at = n.last[from]
	}
	n.last[from] = at
	n.seq++
	heap.Push(&n.queue, frame{at, n.seq, to, b})
}

// run lets time pass.
func (n *net) run(d time.Duration) {
	n.t.Helper()
	until := n.now.Add(d)
	for steps := 0; ; steps++ {
		if steps > 3_000_000 {
			n.t.Fatalf("seed %d: the bridges never rest", n.seed)
		}
		var who *node
		next := until
		for _, x := range n.nodes {
			if t := x.bridge.Next(); !t.IsZero() && t.Before(next) {
				next, who = t, x
			}
		}
		if len(n.queue) > 0 && n.queue[0].at.Before(next) {
			n.deliver(heap.Pop(&n.queue).(frame))
			continue
		}
		if who == nil {
			n.now = until
			return
		}
		n.now = next
		who.step(Tick{})
	}
}

func (n *net) deliver(f frame) {
	n.now = f.at
	m, err := ParseBPDU(f.b)
	if err != nil {
		n.t.Fatal(err)
	}
	f.to.node.step(Receive{f.to.port, m})
}

// forwarding lists the links that packets can cross, each once.
func (n *net) forwarding() [][2]end {
	var out [][2]end
	for _, d := range n.nodes {
		for name, s := range d.state {
			a := end{d, name}
			b, ok := n.wires[a]
			if !ok || s != Forwarding || b.node.state[b.port] != Forwarding {
				continue
			}
			if a.String() < b.String() {
				out = append(out, [2]end{a, b})
			}
		}
	}
	return out
}

// groups joins what is connected, and says whether there is a loop.
type groups map[*node]*node

func (g groups) of(d *node) *node {
	for g[d] != nil && g[d] != d {
		d = g[d]
	}
	return d
}

func (g groups) join(a, b *node) (loop bool) {
	x, y := g.of(a), g.of(b)
	g[x] = y
	return x == y
}

// check looks for a loop at this moment.
func (n *net) check() {
	n.t.Helper()
	g, loop := groups{}, false
	for _, l := range n.forwarding() {
		loop = g.join(l[0].node, l[1].node) || loop
	}
	switch {
	case !loop && !n.looping.IsZero():
		n.longest = max(n.longest, n.now.Sub(n.looping))
		n.looping = time.Time{}
	case loop && n.looping.IsZero():
		n.looping = n.now
	}
}

// spans checks that the forwarding links are one spanning tree for all that is connected, and that all agree on the root.
func (n *net) spans() {
	n.t.Helper()
	n.check()
	if !n.looping.IsZero() {
		n.t.Fatalf("seed %d: a loop over %v", n.seed, n.forwarding())
	}
	wired, tree := groups{}, groups{}
	for a, b := range n.wires {
		wired.join(a.node, b.node)
	}
	for _, l := range n.forwarding() {
		tree.join(l[0].node, l[1].node)
	}
	for _, a := range n.nodes {
		best := a.cfg.ID
		for _, b := range n.nodes {
			if wired.of(a) != wired.of(b) {
				continue
			}
			if tree.of(a) != tree.of(b) {
				n.t.Fatalf("seed %d: %s and %s are connected, but not by the tree\n%s", n.seed, a.name, b.name, n.dump())
			}
			if b.cfg.ID.compare(best) < 0 {
				best = b.cfg.ID
			}
		}
		if got := a.bridge.Status().Vector.Root; got != best {
			n.t.Fatalf("seed %d: %s has root %s, want %s\n%s", n.seed, a.name, got, best, n.dump())
		}
	}
}

func (n *net) dump() string {
	out := ""
	for _, d := range n.nodes {
		out += fmt.Sprintf("%s %+v\n", d.name, d.bridge.Status())
		for _, p := range d.bridge.ports {
			out += fmt.Sprintf("  %s -> %v %+v\n", p.name, n.wires[end{d, p.name}], p.status())
		}
	}
	return out
}

// is checks a port's role and state.
func (n *net) is(e end, r Role, s State) {
	n.t.Helper()
	if st, _ := e.node.bridge.Port(e.port); st.Role != r || st.State != s {
		n.t.Errorf("%s is %s %s, want %s %s: %+v", e, st.Role, st.State, r, s, st)
	}
}
