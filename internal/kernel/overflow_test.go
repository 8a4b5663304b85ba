package kernel

import (
	"context"
	"log/slog"
	"net"
	"os"
	"testing"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

// A reader that is too slow for the kernel is told to list again.
func TestOverflowLeadsToResync(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root for a network namespace")
	}
	k := isolated(t)
	k.buffer = 1 // the kernel takes its smallest size
	ctx, cancel := context.WithCancel(t.Context())
	events := make(chan Event)
	done := make(chan error, 1)
	go func() { done <- k.Watch(ctx, slog.New(slog.DiscardHandler), Neighbours, events) }()
	if e := <-events; !e.Resync {
		t.Fatalf("first event %+v", e)
	}
	link, err := k.LinkByName("a")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2000 { // nobody reads meanwhile
		err := k.NeighSet(&netlink.Neigh{
			LinkIndex: link.Attrs().Index, State: netlink.NUD_PERMANENT, IP: net.IPv4(10, 0, byte(i>>8), byte(i)), HardwareAddr: net.HardwareAddr{2, 0, 0, 0, 0, 1},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	deadline, seen := time.After(3*time.Second), 0
	for again := false; !again; {
		select {
		case e := <-events:
			again = e.Resync
			seen++
		case <-deadline:
			t.Fatalf("no resync among %d events", seen)
		}
	}
	if list, err := k.Neighbours(); err != nil || len(list) != 2000 {
		t.Errorf("%d neighbours listed (%v)", len(list), err)
	}
	cancel()
	for {
		select {
		case <-events:
		case <-done:
			return
		}
	}
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
