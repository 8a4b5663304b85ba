package kernel

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

const flood = 2000

// A reader that is too slow for the kernel is told to list again.
func TestOverflowLeadsToResync(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root for a network namespace")
	}
	for name, c := range map[string]struct {
		group  Groups
		flood  func(*testing.T, *Kernel, int)
		listed func(*Kernel) (int, error)
	}{
		"neighbours": {Neighbours, floodNeighbours, func(k *Kernel) (int, error) { list, err := k.Neighbours(); return len(list), err }},
		"routes":     {Routes, floodRoutes, listedRoutes},
	} {
		t.Run(name, func(t *testing.T) {
			k := isolated(t)
			k.buffer = 1 // the kernel takes its smallest size
			ctx, cancel := context.WithCancel(t.Context())
			events, done := make(chan Event), make(chan error, 1)
			go func() { done <- k.Watch(ctx, slog.New(slog.DiscardHandler), c.group, events) }()
			if e := <-events; !e.Resync {
				t.Fatalf("first event %+v", e)
			}
			link, err := k.LinkByName("a")
			if err != nil {
				t.Fatal(err)
			}
			c.flood(t, k, link.Attrs().Index) // nobody reads meanwhile
			deadline, seen := time.After(30*time.Second), 0
			for again := false; !again; {
				select {
				case e := <-events:
					again = e.Resync
					seen++
				case <-deadline:
					t.Fatalf("no resync among %d events", seen)
				}
			}
			if n, err := c.listed(k); err != nil || n != flood {
				t.Errorf("%d listed (%v)", n, err)
			}
			cancel()
			for ended := false; !ended; {
				select {
				case <-events:
				case <-done:
					ended = true
				}
			}
		})
	}
}

func floodNeighbours(t *testing.T, k *Kernel, link int) {
	for i := range flood {
		err := k.NeighSet(&netlink.Neigh{
			LinkIndex: link, State: netlink.NUD_PERMANENT, IP: net.IPv4(10, 0, byte(i>>8), byte(i)), HardwareAddr: net.HardwareAddr{2, 0, 0, 0, 0, 1},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func floodRoutes(t *testing.T, k *Kernel, _ int) {
	w, err := k.NewRouteWriter(func(p netip.Prefix, err error) { t.Errorf("%s: %v", p, err) })
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	for i := range flood {
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte{20, byte(i >> 8), byte(i), 0}), 24)
		if err := w.Replace(Route{Prefix: p, Table: unix.RT_TABLE_MAIN, Protocol: unix.RTPROT_STATIC, Blackhole: true}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
}

func listedRoutes(k *Kernel) (int, error) {
	list, err := k.Routes(netlink.FAMILY_V4)
	return len(list), err
}

// isolated is a namespace of its own with a device a; package kerneltest, which makes them for others, imports this one.
func isolated(t *testing.T) *Kernel {
	here, err := Here()
	if err != nil {
		t.Fatal(err)
	}
	defer here.Close()
	var k *Kernel
	err = here.Inside(func() error {
		ns, err := netns.New()
		if err != nil {
			return err
		}
		k, err = At(ns)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = k.Close() })
	at := netlink.NewLinkAttrs()
	at.Name, at.Flags = "a", net.FlagUp
	if err := k.LinkAdd(&netlink.Veth{LinkAttrs: at, PeerName: "b"}); err != nil {
		t.Fatal(err)
	}
	return k
}
