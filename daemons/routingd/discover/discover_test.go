package discover

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
)

// start runs a discovery in a namespace until the test ends.
func start(t *testing.T, k *kernel.Kernel) *Discovery {
	t.Helper()
	d := New(k, slog.New(slog.NewTextHandler(t.Output(), nil)))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- d.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done })
	return d
}

// linkLocal waits for the address that the kernel gives a device.
func linkLocal(t *testing.T, k *kernel.Kernel, name string) netip.Addr {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		links, err := k.Links()
		if err != nil {
			t.Fatal(err)
		}
		addrs, err := k.Addrs()
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range addrs[links[name].Attrs().Index] {
			if addr, _ := netip.AddrFromSlice(a.IP); addr.IsLinkLocalUnicast() && addr.Is6() {
				return addr
			}
		}
	}
	t.Fatalf("%s has no link-local address", name)
	return netip.Addr{}
}

func next(t *testing.T, d *Discovery) map[string]netip.Addr {
	t.Helper()
	select {
	case found := <-d.Found():
		return found
	case <-time.After(30 * time.Second):
		t.Fatal("nothing found")
	}
	return nil
}

// TestTwoRoutersFindEachOther over a cable; and lose each other with it.
func TestTwoRoutersFindEachOther(t *testing.T) {
	left, right := kerneltest.New(t), kerneltest.New(t)
	kerneltest.Cable(t, left, "Ethernet0", right, "Ethernet4")
	kerneltest.Up(t, left, "Ethernet0")
	kerneltest.Up(t, right, "Ethernet4")
	a, b := start(t, left), start(t, right)
	a.Look(map[string]bool{"Ethernet0": true, "Ethernet8": true})
	b.Look(map[string]bool{"Ethernet4": true})
	if got, want := next(t, a)["Ethernet0"], linkLocal(t, right, "Ethernet4").WithZone("Ethernet0"); got != want {
		t.Errorf("left found %v, want %v", got, want)
	}
	if got, want := next(t, b)["Ethernet4"], linkLocal(t, left, "Ethernet0").WithZone("Ethernet4"); got != want {
		t.Errorf("right found %v, want %v", got, want)
	}
	links, err := left.Links()
	if err != nil {
		t.Fatal(err)
	}
	if err := left.LinkSetDown(links["Ethernet0"]); err != nil {
		t.Fatal(err)
	}
	if got := next(t, a); len(got) != 0 {
		t.Errorf("with its link down left still has %v", got)
	}
}

// TestARouterKeepsItsPlace while it is alive: another one on the link does not take the session away.
func TestARouterKeepsItsPlace(t *testing.T) {
	d := New(nil, slog.New(slog.DiscardHandler))
	d.links["Ethernet0"], d.indexes = &link{index: 7, up: true}, map[int]string{7: "Ethernet0"}
	first, second, now := netip.MustParseAddr("fe80::1"), netip.MustParseAddr("fe80::2"), time.Now()
	for i, step := range []struct {
		from    netip.Addr
		after   time.Duration
		changed bool
	}{{first, 0, true}, {second, time.Second, false}, {first, 20 * time.Second, false}, {second, 45 * time.Second, false}, {second, 51 * time.Second, true}} {
		if got := d.hear(heard{link: 7, from: step.from, lifetime: 30 * time.Second}, now.Add(step.after)); got != step.changed {
			t.Errorf("step %d: changed %v, want %v", i, got, step.changed)
		}
	}
	if d.hear(heard{link: 9, from: first}, now) {
		t.Error("heard on a link that nobody looks at")
	}
}

func FuzzParseAdvert(f *testing.F) {
	f.Add(advert(net.HardwareAddr{2, 0, 0, 0, 0, 1}), 255)
	f.Add(advert(nil)[:15], 255)
	f.Add(append(advert(nil), 1, 0), 255)
	f.Fuzz(func(t *testing.T, b []byte, hops int) {
		lifetime, err := parseAdvert(b, hops)
		if err == nil && (hops != 255 || lifetime < 0 || lifetime > 65535*time.Second) {
			t.Errorf("accepted with %d hops, lifetime %v", hops, lifetime)
		}
	})
}

func TestParseAdvert(t *testing.T) {
	good := advert(net.HardwareAddr{2, 0, 0, 0, 0, 1})
	if lifetime, err := parseAdvert(good, 255); err != nil || lifetime != 30*time.Second {
		t.Errorf("own advertisement: %v, %v", lifetime, err)
	}
	for what, bad := range map[string][]byte{"short": good[:15], "option without length": append(advert(nil), 1, 0), "cut option": good[:20], "empty": nil} {
		if _, err := parseAdvert(bad, 255); err == nil {
			t.Errorf("%s: accepted", what)
		}
	}
	if _, err := parseAdvert(good, 64); err == nil {
		t.Error("accepted from beyond the link")
	}
}
