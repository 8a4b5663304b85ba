package cfgmgrd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
)

// vrfs gives the VRF devices and who is in which.
func (b *bench) vrfs() (tables map[string]uint32, members map[string]string) {
	b.t.Helper()
	links, err := b.kernel.Links()
	if err != nil {
		b.t.Fatal(err)
	}
	tables, members = kernel.VRFs(links), map[string]string{}
	for vrf := range tables {
		for name, link := range links {
			if link.Attrs().MasterIndex == links[vrf].Attrs().Index {
				members[name] = vrf
			}
		}
	}
	return tables, members
}

// awaitVRFs waits until these are the VRF devices and their members.
func (b *bench) awaitVRFs(tables map[string]uint32, members map[string]string) {
	b.t.Helper()
	eventually(b.t, "VRF devices", func() bool {
		t, m := b.vrfs()
		return cmp.Equal(t, tables) && cmp.Equal(m, members)
	})
}

func TestKernelVRF(t *testing.T) {
	b := newBench(t)
	kerneltest.NeedVRF(t, b.kernel)
	kerneltest.Cable(t, b.kernel, "Ethernet0", b.kernel, "far0")
	kerneltest.Cable(t, b.kernel, "Ethernet4", b.kernel, "far4")
	b.sampleConfig()
	b.set("VRF", "Vrf-red")
	b.set("VRF", "Vrf-blue", "fallback", "true")
	b.set("INTERFACE", "Ethernet0", "vrf_name", "Vrf-red")
	b.set("INTERFACE", "Ethernet4", "vrf_name", "Vrf-blue")
	b.set("INTERFACE", "Ethernet4|10.0.0.0/31") // the address of Ethernet0
	b.set("LOOPBACK_INTERFACE", "Loopback0", "vrf_name", "Vrf-red")
	stop := b.start()
	members := map[string]string{"Ethernet0": "Vrf-red", "Ethernet4": "Vrf-blue", "Loopback0": "Vrf-red"}
	tables := map[string]uint32{"Vrf-blue": 1001, "Vrf-red": 1002}
	b.awaitVRFs(tables, members)
	eventually(t, "addresses", func() bool {
		return cmp.Equal(b.addrs("Ethernet0"), []string{"10.0.0.0/31", "fc00::1/126"}) && cmp.Equal(b.addrs("Ethernet4"), []string{"10.0.0.0/31"})
	})
	b.checkEnd(1002, 2)
	b.checkEnd(1001, 0) // falls back to the main table
	for _, family := range []int{netlink.FAMILY_V4, netlink.FAMILY_V6} {
		rules, err := b.kernel.RuleList(family)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rules {
			if r.Table == unix.RT_TABLE_LOCAL && r.Priority != localRule {
				t.Errorf("local addresses are looked up before VRFs: %v", r)
			}
		}
	}

	stop()
	b.set("VRF", "Vrf-green")
	b.del("VRF", "Vrf-blue")
	b.set("INTERFACE", "Ethernet4", "vrf_name", "Vrf-red")
	b.set("INTERFACE", "Ethernet0", "vrf_name", "Vrf-green")
	b.set("LOOPBACK_INTERFACE", "Loopback0", "NULL", "NULL")
	b.del("LOOPBACK_INTERFACE", "Loopback0")
	b.set("LOOPBACK_INTERFACE", "Loopback0")
	b.start()
	b.awaitVRFs(map[string]uint32{"Vrf-red": 1002, "Vrf-green": 1001}, map[string]string{"Ethernet0": "Vrf-green", "Ethernet4": "Vrf-red"})
	b.checkEnd(1001, 2)
	eventually(t, "addresses after moving", func() bool {
		return cmp.Equal(b.addrs("Ethernet0"), []string{"10.0.0.0/31", "fc00::1/126"}) && cmp.Equal(b.addrs("Ethernet4"), []string{"10.0.0.0/31"})
	})
}

// checkEnd counts the unreachable routes that end the lookup in a table.
func (b *bench) checkEnd(table, want int) {
	b.t.Helper()
	n := 0
	for _, family := range []int{netlink.FAMILY_V4, netlink.FAMILY_V6} {
		list, err := b.kernel.Routes(family)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, r := range list {
			if r.Table == table && r.Priority == kernel.UnreachableMetric {
				n++
			}
		}
	}
	if n != want {
		b.t.Errorf("%d routes end the lookup in table %d, want %d", n, table, want)
	}
}
