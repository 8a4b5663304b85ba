package speaker_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/vishvananda/netlink"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/daemons/routingd/discover"
	"github.com/heddle-nos/heddle/internal/kernel"
)

// inNamespace is set in the environment of a test that runs in a network namespace of its own.
const inNamespace = "HEDDLE_TEST_IN_NAMESPACE"

// alone runs the calling test in a process with a network namespace of its own, and says whether this is that process.
func alone(t *testing.T) bool {
	t.Helper()
	if os.Getenv(inNamespace) != "" {
		return true
	}
	if os.Getuid() != 0 {
		t.Skip("needs root for a network namespace")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), inNamespace+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("in a namespace of its own: %v\n%s", err, out)
	}
	return false
}

// TestUnnumbered brings a session up between two ends of a cable that have no address but what the kernel gives them, and sends an
// IPv4 route over it (RFC 8950).
func TestUnnumbered(t *testing.T) {
	if !alone(t) {
		return
	}
	k, err := kernel.Here()
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	cable := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: "Ethernet0"}, PeerName: "Ethernet4"}
	if err := k.LinkAdd(cable); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"lo", "Ethernet0", "Ethernet4"} {
		l, err := k.LinkByName(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := k.LinkSetUp(l); err != nil {
			t.Fatal(err)
		}
	}
	a, b := newRouter(t, "::", 10179), newRouter(t, "::", 10180)
	a.rows.Set("BGP_GLOBALS_AF_NETWORK", "default|ipv4_unicast|192.0.2.0/24", nil)
	left := unnumbered(t, k, a, "Ethernet0", "bgp_asn=65001 bgp_router_id=1.1.1.1", 10180)
	right := unnumbered(t, k, b, "Ethernet4", "bgp_asn=65002 bgp_router_id=2.2.2.2", 10179)
	meet(t, a, left, "Ethernet0")
	meet(t, b, right, "Ethernet4")
	wait(t, "session", func() bool { return b.view("Ethernet4").State == "Established" })
	b.expect("an IPv4 route", map[string]string{"192.0.2.0/24": "65001"})

	n := b.view("Ethernet4")
	if addr, err := netip.ParseAddr(n.Address); err != nil || !addr.IsLinkLocalUnicast() || addr.Zone() != "Ethernet4" || n.ASN != 65001 {
		t.Errorf("neighbour %+v", n.Peer)
	}
	err = b.speaker.Answer(t.Context(), bgpview.Query{Ask: bgpview.AskRoutes}, func(ans bgpview.Answer) error {
		for _, r := range ans.Routes {
			if hop, err := netip.ParseAddr(r.Paths[0].NextHop); err != nil || !hop.Is6() || r.Paths[0].Neighbor != "Ethernet4" {
				t.Errorf("path %+v, want a next hop of IPv6, from Ethernet4", r.Paths[0])
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// unnumbered configures a neighbour by interface, and looks for it.
func unnumbered(t *testing.T, k *kernel.Kernel, r *router, port, device string, peerPort int) *discover.Discovery {
	t.Helper()
	d := discover.New(k, slog.New(slog.NewTextHandler(t.Output(), nil)))
	d.Look(map[string]bool{port: true})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = d.Run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-done })
	r.clean(r.set("DEVICE_METADATA|localhost "+device,
		fmt.Sprintf("BGP_NEIGHBOR|default|%s peer_type=external peer_port=%d", port, peerPort)))
	if n := r.view(port); n.State != "Idle" || n.Error != "no router is seen on "+port {
		t.Errorf("before it is found: %+v", n.Peer)
	}
	return d
}

// meet tells a speaker the address of its neighbour, once it has been found.
func meet(t *testing.T, r *router, d *discover.Discovery, port string) {
	t.Helper()
	select {
	case found := <-d.Found():
		desired := bgpconf.Resolve(r.rows)
		desired.Instances[""].Peers[port].Addr = found[port]
		r.clean(r.report(r.speaker.Apply(desired)))
	case <-time.After(patience):
		t.Fatalf("no router on %s", port)
	}
}

// view is what commands are told about a neighbour.
func (r *router) view(neighbor string) bgpview.Neighbor {
	r.t.Helper()
	var n bgpview.Neighbor
	err := r.speaker.Answer(r.t.Context(), bgpview.Query{Ask: bgpview.AskNeighbors, Neighbor: neighbor}, func(a bgpview.Answer) error {
		n = a.Neighbors[0]
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return n
}
