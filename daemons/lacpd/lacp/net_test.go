package lacp

import (
	"container/heap"
	"math/rand/v2"
	"testing"
	"time"
)

func secs(n int) time.Duration { return time.Duration(n) * time.Second }

// net is systems and the links between them, in a time of its own.
type net struct {
	t     *testing.T
	now   time.Time
	rand  *rand.Rand
	loss  float64       // of frames
	delay time.Duration // at most; unequal delays reorder
	nodes []*node
	wires map[end]end
	queue frames
	seq   int
}

// end is one end of a link.
type end struct {
	node *node
	port PortName
}

type node struct {
	net     *net
	name    string
	mac     MAC
	sys     *System
	enabled map[PortName]bool
	lags    map[LAGName]LAGStatus
	sent    int
	changes int // of enabled
}

type frame struct {
	at  time.Time
	seq int
	to  end
	pdu PDU
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
		t: t, now: time.Unix(1000, 0), rand: rand.New(rand.NewPCG(seed, 0)), delay: time.Millisecond, wires: map[end]end{},
	}
}

func (n *net) node(name string, id byte) *node {
	d := &node{net: n, name: name, mac: MAC{2, 0, 0, 0, 0, id}}
	d.restart()
	n.nodes = append(n.nodes, d)
	return d
}

func (d *node) restart() {
	d.sys, d.enabled, d.lags = New(), map[PortName]bool{}, map[LAGName]LAGStatus{}
}

func (d *node) lag(name LAGName, cfg LAGConfig) {
	if cfg.System == (SystemID{}) {
		cfg.System = SystemID{Priority: 0xffff, MAC: d.mac}
	}
	d.step(SetLAG{name, cfg})
}

func (d *node) port(name PortName, lag LAGName, number uint16) {
	d.step(SetPort{name, PortConfig{LAG: lag, ID: PortID{Priority: 255, Number: number}}})
}

// cable connects two ports, and their links come up.
func (n *net) cable(a *node, pa PortName, b *node, pb PortName) {
	n.wires[end{a, pa}], n.wires[end{b, pb}] = end{b, pb}, end{a, pa}
	a.step(Link{pa, true})
	b.step(Link{pb, true})
}

// cut takes a cable out.
func (n *net) cut(a *node, pa PortName) {
	far := n.wires[end{a, pa}]
	delete(n.wires, end{a, pa})
	delete(n.wires, far)
	a.step(Link{pa, false})
	far.node.step(Link{far.port, false})
}

// step hands an event over and delivers what comes of it.
func (d *node) step(e Event) {
	n := d.net
	for _, o := range d.sys.Step(n.now, e) {
		switch o := o.(type) {
		case PortChanged:
			if d.enabled[o.Port] != o.Status.Enabled {
				d.changes++
			}
			d.enabled[o.Port] = o.Status.Enabled
		case LAGChanged:
			d.lags[o.LAG] = o.Status
		case Transmit:
			d.sent++
			to, ok := n.wires[end{d, o.Port}]
			if !ok || n.rand.Float64() < n.loss {
				continue
			}
			n.seq++
			heap.Push(&n.queue, frame{n.now.Add(time.Duration(n.rand.Int64N(int64(n.delay)))), n.seq, to, o.PDU})
		}
	}
	d.check()
}

// check holds at every moment: links in use at once lead to the same place, and work.
func (d *node) check() {
	d.net.t.Helper()
	partner := map[LAGName]Party{}
	for _, p := range d.sys.ports {
		st := p.status()
		if !st.Enabled {
			continue
		}
		if !st.Up || !st.Selected {
			d.net.t.Fatalf("%s %s is used: %+v", d.name, p.name, st)
		}
		first, seen := partner[st.LAG]
		if seen && (first.System != st.Partner.System || first.Key != st.Partner.Key) {
			d.net.t.Fatalf("%s uses links to %v and to %v in one LAG", d.name, first, st.Partner)
		}
		partner[st.LAG] = st.Partner
	}
}

// run lets time pass.
func (n *net) run(d time.Duration) {
	n.t.Helper()
	end := n.now.Add(d)
	for steps := 0; ; steps++ {
		if steps > 1_000_000 {
			n.t.Fatal("the systems never rest")
		}
		var who *node
		next := end
		for _, x := range n.nodes {
			if t := x.sys.Next(); !t.IsZero() && t.Before(next) {
				next, who = t, x
			}
		}
		if len(n.queue) > 0 && n.queue[0].at.Before(next) {
			f := heap.Pop(&n.queue).(frame)
			n.now = f.at
			f.to.node.step(Receive{f.to.port, f.pdu})
			continue
		}
		if who == nil {
			n.now = end
			return
		}
		if next.Before(n.now) {
			n.t.Fatalf("%s wanted to be called before now", who.name)
		}
		n.now = next
		who.step(Tick{})
	}
}

// uses checks which ports of a node are in use.
func (d *node) uses(want ...PortName) {
	d.net.t.Helper()
	on := map[PortName]bool{}
	for _, p := range want {
		on[p] = true
	}
	for _, p := range d.sys.ports {
		if st := p.status(); st.Enabled != on[p.name] {
			d.net.t.Errorf("%s %s: used is %v, want %v: %+v", d.name, p.name, st.Enabled, on[p.name], st)
		}
	}
}

func (d *node) problem(port PortName, want Problem) {
	d.net.t.Helper()
	if st, _ := d.sys.Port(port); st.Problem != want {
		d.net.t.Errorf("%s %s: problem %q, want %q", d.name, port, st.Problem, want)
	}
}
