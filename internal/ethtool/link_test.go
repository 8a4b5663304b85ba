package ethtool

import (
	"errors"
	"os"
	"runtime"
	"testing"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

func TestCarrier(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root to make a network namespace")
	}
	runtime.LockOSThread() // never unlocked: the thread dies with its namespace
	ns, err := netns.New()
	if err != nil {
		t.Fatal(err)
	}
	defer ns.Close()
	near := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: "near"}, PeerName: "far"}
	if err := netlink.LinkAdd(near); err != nil {
		t.Skipf("needs veth: %v", err)
	}
	far, err := netlink.LinkByName("far")
	if err := errors.Join(err, netlink.LinkSetUp(near), netlink.LinkSetUp(far)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []bool{true, false} {
		if got, err := Carrier("near"); err != nil || got != want {
			t.Errorf("carrier %v, %v; want %v", got, err, want)
		}
		if err := netlink.LinkSetDown(far); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Carrier("none"); err == nil {
		t.Error("carrier of a device that is not there")
	}
}
