package rstp

import "testing"

// TestLoopGuard makes a link of a triangle work one way only, so that the blocked port hears nothing: without the guard it would forward, and
// frames would go round.
func TestLoopGuard(t *testing.T) {
	for _, guard := range []bool{false, true} {
		n := newNet(t, 1)
		root, b, c := n.node("root", 4096), n.node("b", 8192), n.node("c", 12288)
		n.link(root, b, PortConfig{})
		n.link(root, c, PortConfig{})
		far, near := n.link(b, c, PortConfig{LoopGuard: guard})
		n.run(secs(60))
		n.is(near, Alternate, Blocking)

		delete(n.wires, far) // what b sends is lost
		n.run(secs(60))
		st, _ := c.bridge.Port(near.port)
		if !guard {
			if st.State != Forwarding {
				t.Errorf("without guard: %+v", st)
			}
			continue
		}
		silent := func(when string) {
			t.Helper()
			if st, _ := c.bridge.Port(near.port); st.Guard != Silence || st.State != Blocking {
				t.Errorf("%s: %+v", when, st)
			}
		}
		silent("unheard")

		memories := []Memory{}
		for name := range c.ports {
			memories = append(memories, c.bridge.Memory(name))
		}
		c.restart()
		c.step(Restore{memories})
		n.run(secs(60))
		silent("after a restart")

		n.wires[far] = near
		n.run(secs(10))
		n.is(near, Alternate, Blocking)
		if st, _ := c.bridge.Port(near.port); st.Guard != NoGuard {
			t.Errorf("heard again: %+v", st)
		}

		delete(n.wires, far)
		n.run(secs(60))
		silent("unheard again")
		n.wires[far] = near
		n.cut(near)
		n.cable(far, near)
		n.run(secs(10))
		n.is(near, Alternate, Blocking)

		delete(n.wires, far)
		n.run(secs(60))
		c.set(near.port, PortConfig{ID: c.ports[near.port].ID, Cost: 2000}) // who takes the guard away, takes the loop
		n.run(secs(60))
		if st, _ := c.bridge.Port(near.port); st.Guard != NoGuard || st.State != Forwarding {
			t.Errorf("without its guard: %+v", st)
		}
	}
}
