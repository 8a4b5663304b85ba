package interop_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
)

// TestHostileNeighbors lets neighbours send nonsense of every kind, each until its session ends. What they send is of no consequence for another
// neighbour's session, and for the daemon.
func TestHostileNeighbors(t *testing.T) {
	const neighbors, messages = 40, 100
	d := newSwitch(t, device65001)
	far := d.cable(0)
	name := func(i int) string { return fmt.Sprintf("10.0.0.%d", 3+i) }
	for i := range neighbors + 1 {
		kerneltest.Address(t, far, "eth0", name(i)+"/32")
		d.set(fmt.Sprintf("BGP_NEIGHBOR|default|%s asn=%d passive_mode=true", name(i), strangerAS))
		for _, f := range []string{"ipv4_unicast", "ipv6_unicast", "l2vpn_evpn"} {
			d.set("BGP_NEIGHBOR_AF|default|" + name(i) + "|" + f + " admin_status=up")
		}
	}
	d.start("routingd")
	honest := d.meet(far, name(neighbors), "10.0.0.1")
	honest.send(msgUpdate, update(good(), nlri(victim)...))
	for i := range neighbors {
		random := rand.New(rand.NewPCG(7, uint64(i)))
		s := d.meet(far, name(i), "10.0.0.1")
		for range messages {
			kind := byte(msgUpdate)
			if random.IntN(20) == 0 {
				kind = byte(random.IntN(8))
			}
			if _, err := s.conn.Write(message(kind, nonsense(random))); err != nil {
				break // the switch has had enough of it
			}
		}
		_ = s.conn.Close()
	}
	honest.send(msgUpdate, update(good(), nlri("192.0.2.0/24")...))
	eventually(t, "the honest neighbour's routes", true, func() bool {
		routes := d.paths(name(neighbors), "accepted")
		return routes[victim] != nil && routes["192.0.2.0/24"] != nil
	})
	if n := d.neighbor(name(neighbors)); n.Established != 1 {
		t.Errorf("the honest neighbour's session was established %d times", n.Established)
	}
}

// nonsense is the body of an UPDATE that is nearly right.
func nonsense(random *rand.Rand) []byte {
	attrs := good()
	for range 1 + random.IntN(3) {
		value := make([]byte, random.IntN(24))
		for i := range value {
			value[i] = byte(random.Uint32())
		}
		kind := byte(random.IntN(42))
		if kind == attrMPReach || kind == attrMPUnreach {
			// Of a family that was agreed upon: what follows is looked at.
			head := [][]byte{{0, 1, 1}, {0, 2, 1}, {0, 25, 70}}[random.IntN(3)]
			value = append(append([]byte{}, head...), value...)
		}
		attrs = with(attrs, attr{[]byte{optional, transitive, optional | transitive}[random.IntN(3)], kind, value})
	}
	body := update(attrs, nlri(victim)...)
	if random.IntN(3) == 0 {
		body[random.IntN(len(body))] = byte(random.Uint32())
	}
	return body
}
