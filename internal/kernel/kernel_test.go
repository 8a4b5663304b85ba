package kernel_test

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/vishvananda/netlink"

	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
)

func TestWatch(t *testing.T) {
	k := kerneltest.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	events := make(chan kernel.Event)
	done := make(chan error, 1)
	go func() {
		done <- k.Watch(ctx, slog.New(slog.DiscardHandler), kernel.Links|kernel.Addrs|kernel.Neighbours|kernel.Routes, events)
	}()
	resyncs := kernel.Groups(0)
	next := func(what string, match func(kernel.Event) bool) {
		t.Helper()
		deadline := time.After(10 * time.Second)
		for {
			select {
			case e := <-events:
				if e.Resync {
					resyncs |= e.Group
				}
				if match(e) {
					return
				}
			case <-deadline:
				t.Fatalf("no event: %s", what)
			}
		}
	}
	next("all resyncs", func(kernel.Event) bool { return resyncs == kernel.Links|kernel.Addrs|kernel.Neighbours|kernel.Routes })
	kerneltest.Cable(t, k, "a", k, "b")
	next("link", func(e kernel.Event) bool { return e.Link != nil && e.Link.Attrs().Name == "a" })
	kerneltest.Up(t, k, "a")
	kerneltest.Address(t, k, "a", "10.0.0.1/24")
	address, route := false, false // come by different sockets, in either order
	next("address and route", func(e kernel.Event) bool {
		address = address || e.Group == kernel.Addrs && !e.Resync
		route = route || e.Route != nil && e.Route.Dst.String() == "10.0.0.0/24"
		return address && route
	})
	addr := netip.MustParseAddr("10.0.0.9")
	link := kerneltest.Link(t, k, "a").Attrs().Index
	if err := k.Hold(link, addr); err != nil {
		t.Fatal(err)
	}
	next("neighbour", func(e kernel.Event) bool { return e.Neigh != nil && e.Neigh.IP.Equal(addr.AsSlice()) })
	list, err := k.Neighbours()
	held := false
	for _, n := range list {
		held = held || (n.IP.Equal(addr.AsSlice()) && n.FlagsExt&netlink.NTF_EXT_MANAGED != 0)
	}
	if err != nil || !held {
		t.Errorf("neighbour is not kept: %v %v", list, err)
	}
	cancel()
	for {
		select {
		case <-events:
			continue
		case err := <-done:
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			return
		}
	}
}

func TestSysctlStaysInside(t *testing.T) {
	k := kerneltest.New(t)
	const file = "/proc/sys/net/ipv4/ip_forward"
	before, err := os.ReadFile(file)
	if err != nil {
		t.Skip(err)
	}
	other := "1"
	if strings.TrimSpace(string(before)) == "1" {
		other = "0"
	}
	for range 2 {
		if err := k.Sysctl("net/ipv4/ip_forward", other); err != nil {
			t.Fatal(err)
		}
	}
	if after, _ := os.ReadFile(file); string(after) != string(before) {
		t.Errorf("the machine's own setting became %s", after)
	}
	if err := k.Sysctl("net/ipv4/no_such_setting", "1"); err == nil {
		t.Error("unknown setting was accepted")
	}
}
