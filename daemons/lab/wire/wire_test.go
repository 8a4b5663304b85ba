package wire_test

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/lab/namespace"
	"github.com/heddle-nos/heddle/daemons/lab/ping"
	"github.com/heddle-nos/heddle/daemons/lab/topology"
	"github.com/heddle-nos/heddle/daemons/lab/wire"
)

// pair lays a cable between two hosts with the given VLANs and returns their namespaces.
func pair(t *testing.T, name string, vlanA, vlanB uint16) (a, b string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root to make network namespaces")
	}
	a, b = fmt.Sprintf("lw%s-%d-a", name, os.Getpid()), fmt.Sprintf("lw%s-%d-b", name, os.Getpid())
	for _, ns := range []string{a, b} {
		if err := namespace.Create(ns); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { namespace.Delete(ns) })
		if err := wire.Up(ns); err != nil {
			t.Fatal(err)
		}
	}
	if err := wire.Lay(wire.Plug{Namespace: a, Device: "eth0", MTU: 1500}, wire.Plug{Namespace: b, Device: "eth0", MTU: 1500}); err != nil {
		t.Fatal(err)
	}
	attach(t, a, vlanA, "10.9.9.1/24", "fd09::1/64")
	attach(t, b, vlanB, "10.9.9.2/24", "fd09::2/64")
	return a, b
}

func attach(t *testing.T, ns string, vlan uint16, addresses ...string) {
	t.Helper()
	i := topology.Interface{Name: "eth0", VLAN: vlan}
	for _, a := range addresses {
		i.Addresses = append(i.Addresses, netip.MustParsePrefix(a))
	}
	if err := wire.Attach(ns, topology.Host{Name: ns, Interfaces: []topology.Interface{i}}); err != nil {
		t.Fatal(err)
	}
}

func reach(t *testing.T, ns, to string, limit time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	return ping.Once(ctx, ns, netip.MustParseAddr(to))
}

func TestHostsReachEachOther(t *testing.T) {
	for _, c := range []struct {
		name         string
		vlanA, vlanB uint16
		reached      bool
	}{
		{"untagged", 0, 0, true},
		{"same", 100, 100, true},
		{"other", 100, 200, false},
		{"onetagged", 100, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, _ := pair(t, c.name, c.vlanA, c.vlanB)
			for _, to := range []string{"10.9.9.2", "fd09::2"} {
				limit := 700 * time.Millisecond
				if c.reached {
					limit = 5 * time.Second
				}
				if err := reach(t, a, to, limit); (err == nil) != c.reached {
					t.Errorf("ping %s: %v", to, err)
				}
			}
		})
	}
}

func TestStreamCountsLoss(t *testing.T) {
	a, b := pair(t, "loss", 0, 0)
	if err := reach(t, a, "10.9.9.2", 5*time.Second); err != nil {
		t.Fatal(err)
	}
	s, err := ping.Start(a, netip.MustParseAddr("10.9.9.2"), 5*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	until(t, s, func(_, received int) bool { return received > 20 })
	if err := wire.Pull(b, "eth0", true); err != nil {
		t.Fatal(err)
	}
	sent, _ := s.Progress()
	until(t, s, func(now, _ int) bool { return now > sent+20 })
	r, err := s.Stop()
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Lost) < 15 || r.Received < 20 || r.Sent != r.Received+len(r.Lost) {
		t.Errorf("sent %d, received %d, lost %d", r.Sent, r.Received, len(r.Lost))
	}
}

func until(t *testing.T, s *ping.Stream, condition func(sent, received int) bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if condition(s.Progress()) {
			return
		}
	}
	t.Fatal("condition never held")
}
