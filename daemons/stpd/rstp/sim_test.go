package rstp

import (
	"flag"
	"math/rand/v2"
	"testing"
)

var (
	simSeed  = flag.Uint64("sim.seed", 0, "seed of the only simulation to run")
	simCount = flag.Int("sim.count", 40, "how many simulations of each kind to run")
)

func simulations(t *testing.T, run func(*testing.T, uint64)) {
	if *simSeed != 0 {
		run(t, *simSeed)
		return
	}
	for range *simCount {
		run(t, rand.Uint64())
	}
}

// build makes a random network.
func build(n *net, r *rand.Rand) []end {
	count := 2 + r.IntN(7)
	for i := range count {
		n.node(string(rune('A'+i)), uint16(r.IntN(4))<<12)
	}
	var ends []end
	for i := range count + r.IntN(2*count) {
		a, b := n.nodes[i%count], n.nodes[r.IntN(count)]
		if i < count-1 { // so that most of it is connected
			b = n.nodes[i+1]
		}
		ea := end{a, a.port(PortConfig{Cost: uint32(1 + r.IntN(4)), AutoEdge: r.IntN(2) == 0})}
		eb := end{b, b.port(PortConfig{Cost: uint32(1 + r.IntN(4)), AutoEdge: r.IntN(2) == 0})}
		n.cable(ea, eb)
		ends = append(ends, ea, eb)
	}
	return ends
}

// disturb lets something happen.
func disturb(n *net, r *rand.Rand, ends []end) {
	e := ends[r.IntN(len(ends))]
	switch r.IntN(6) {
	case 0, 1:
		n.cut(e)
	case 2, 3:
		i := r.IntN(len(ends)/2) * 2
		if _, ok := n.wires[ends[i]]; !ok {
			n.cable(ends[i], ends[i+1])
		}
	case 4:
		cfg := e.node.cfg
		cfg.ID.Priority = uint16(r.IntN(4))<<12 | 10
		e.node.configure(cfg)
	case 5:
		cfg := e.node.ports[e.port]
		cfg.Cost = uint32(1 + r.IntN(5))
		e.node.set(e.port, cfg)
	}
}

// TestSimulation changes random networks at random moments. Soon after all is quiet there is one tree. On the way to it no loop lasts for
// longer than a few messages take: while word of a root that is gone still goes round, the protocol can do no better.
func TestSimulation(t *testing.T) {
	simulations(t, func(t *testing.T, seed uint64) {
		n := newNet(t, seed)
		ends := build(n, n.rand)
		for range 30 {
			n.run(secs(n.rand.ExpFloat64() * 3))
			disturb(n, n.rand, ends)
		}
		n.run(secs(60))
		n.spans()
		if n.longest > 10*n.delay {
			t.Errorf("seed %d: a loop lasted %v", seed, n.longest)
		}
		flushes, turns := 0, 0
		for _, d := range n.nodes {
			flushes, turns = flushes-d.flushes, turns-d.turns
		}
		n.run(secs(300))
		for _, d := range n.nodes {
			flushes, turns = flushes+d.flushes, turns+d.turns
		}
		if flushes != 0 || turns != 0 {
			t.Errorf("seed %d: %d flushes, %d changes of state without a cause", seed, flushes, turns)
		}
	})
}

// TestLossySimulation loses and reorders frames. A loop may come up where several in a row are lost, but none lasts.
func TestLossySimulation(t *testing.T) {
	simulations(t, func(t *testing.T, seed uint64) {
		n := newNet(t, seed)
		n.loss, n.reorder, n.delay = 0.15, true, secs(0.05)
		ends := build(n, n.rand)
		for range 30 {
			n.run(secs(n.rand.ExpFloat64() * 3))
			disturb(n, n.rand, ends)
		}
		n.run(secs(60))
		n.loss = 0
		n.run(secs(60))
		n.spans()
		if n.longest > secs(10) {
			t.Errorf("seed %d: a loop lasted %v", seed, n.longest)
		}
	})
}
