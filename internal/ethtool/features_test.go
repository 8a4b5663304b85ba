package ethtool

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"testing"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"
)

func TestFeatureNames(t *testing.T) {
	for _, c := range []struct {
		f      Feature
		kernel string
		want   bool
	}{
		{TxChecksum, "tx-checksum-ip-generic", true},
		{TxChecksum, "tx-vlan-hw-insert", false},
		{GRO, "rx-gro", true},
		{GRO, "rx-gro-hw", false},
		{TSO, "tx-tcp6-segmentation", true},
		{Feature("rx-all"), "rx-all", true},
	} {
		if got := c.f.matches(c.kernel); got != c.want {
			t.Errorf("%s matches %s = %v", c.f, c.kernel, got)
		}
	}
}

func TestSwitchOffloads(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs root to make a network namespace")
	}
	runtime.LockOSThread() // never unlocked: the thread dies with its namespace
	ns, err := netns.New()
	if err != nil {
		t.Fatal(err)
	}
	defer ns.Close()
	name := fmt.Sprintf("et%d", os.Getpid())
	if err := netlink.LinkAdd(&netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: name}, PeerName: "peer"}); err != nil {
		t.Skipf("needs veth: %v", err)
	}
	for _, f := range []Feature{TxChecksum, GRO, TxVLAN, RxVLAN} {
		for _, on := range []bool{true, false, false, true} {
			change := Disable
			if on {
				change = Enable
			}
			if err := change(name, f); err != nil {
				t.Fatalf("%s %v: %v", f, on, err)
			}
			if got, err := Enabled(name, f); err != nil || got != on {
				t.Errorf("%s is %v, %v; want %v", f, got, err, on)
			}
		}
	}
	if err := Enable("nosuch", GRO); err == nil {
		t.Error("no error for a missing device")
	}
	if err := Enable(name, "no-such-feature"); !errors.Is(err, errUnknown) {
		t.Errorf("unknown feature: %v", err)
	}
	if err := Enable("a-name-that-is-far-too-long", GRO); err == nil {
		t.Error("no error for an overlong name")
	}
}
