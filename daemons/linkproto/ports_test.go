package linkproto

import (
	"net"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/yang/schema"
)

func attrs(name string, index int, up bool) *netlink.LinkAttrs {
	at := &netlink.LinkAttrs{Name: name, Index: index, HardwareAddr: net.HardwareAddr{2, 0, 0, 0, 0, byte(index)}}
	if up {
		at.Flags, at.RawFlags = net.FlagUp, unix.IFF_UP|unix.IFF_RUNNING
	}
	return at
}

func TestPorts(t *testing.T) {
	now := time.Unix(1000, 0)
	var got []LinkChange
	p := NewPorts(func(_ time.Time, c LinkChange) { got = append(got, c) })
	told := func(why string, want ...LinkChange) {
		t.Helper()
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", why, d)
		}
		got = nil
	}
	down, up := Device{Index: 5, MAC: schema.MAC{2, 0, 0, 0, 0, 5}}, Device{Index: 5, MAC: schema.MAC{2, 0, 0, 0, 0, 5}, Up: true}
	again := Device{Index: 9, MAC: schema.MAC{2, 0, 0, 0, 0, 9}, Up: true}
	p.Set(now, attrs("Ethernet0", 5, false))
	told("a device comes", LinkChange{Port: "Ethernet0", New: down})
	p.Set(now, attrs("Ethernet0", 5, false))
	told("nothing new")
	p.Set(now, attrs("Ethernet0", 5, true))
	told("its link comes up", LinkChange{"Ethernet0", down, up})
	p.Set(now, attrs("eth0", 6, true))
	told("a device of somebody else")
	p.Set(now, attrs("Ethernet0", 9, true))
	told("made anew before its end was told", LinkChange{Port: "Ethernet0", Old: up}, LinkChange{Port: "Ethernet0", New: again})
	p.Drop(now, 5)
	told("an end that is known")
	if p.Name(9) != "Ethernet0" || p.Name(5) != "" || p.Device("Ethernet0") != again {
		t.Errorf("9 is %q, 5 is %q", p.Name(9), p.Name(5))
	}
	p.Set(now, attrs("spare", 9, true))
	told("renamed away", LinkChange{Port: "Ethernet0", Old: again})
	p.Set(now, attrs("PortChannel1", 9, true))
	told("and to a name of ours", LinkChange{Port: "PortChannel1", New: again})
	if mac := p.MAC(func(n schema.InterfaceName) bool { return n == "PortChannel1" }); mac != again.MAC || !p.MAC(func(schema.InterfaceName) bool { return false }).IsZero() {
		t.Error(mac)
	}
	p.List(now, map[string]netlink.Link{"Ethernet0": &netlink.Dummy{LinkAttrs: *attrs("Ethernet0", 5, true)}})
	told("a listing", LinkChange{Port: "PortChannel1", Old: again}, LinkChange{Port: "Ethernet0", New: up})
}
