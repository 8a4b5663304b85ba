package cfgmgrd

import (
	"net"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vishvananda/netlink"

	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// permanent lists the static neighbours of a device.
func (b *bench) permanent(name string) []string {
	b.t.Helper()
	list, err := b.kernel.Neighbours()
	if err != nil {
		b.t.Fatal(err)
	}
	var out []string
	for _, n := range list {
		if n.LinkIndex == kerneltest.Link(b.t, b.kernel, name).Attrs().Index && n.State&netlink.NUD_PERMANENT != 0 {
			out = append(out, n.IP.String()+" "+n.HardwareAddr.String())
		}
	}
	slices.Sort(out)
	return out
}

func (b *bench) neighboursBecome(name string, want ...string) {
	b.t.Helper()
	var got []string
	eventually(b.t, "static neighbours", func() bool { got = b.permanent(name); return slices.Equal(got, want) })
}

func TestStaticNeighbours(t *testing.T) {
	b := newBench(t)
	b.sampleConfig()
	kerneltest.Cable(t, b.kernel, "Ethernet0", b.kernel, "far0")
	b.set("NEIGH", "Ethernet0|10.0.0.1", "neigh", "02:00:00:00:00:01", "family", "IPv4")
	b.set("NEIGH", "Ethernet0|fc00::2", "neigh", "02:00:00:00:00:02", "family", "IPv6")
	b.set("NEIGH", "Ethernet4|10.0.0.9", "neigh", "02:00:00:00:00:03")
	stop := b.start()
	b.neighboursBecome("Ethernet0", "10.0.0.1 02:00:00:00:00:01", "fc00::2 02:00:00:00:00:02")
	b.becomes(b.state, "HEDDLE_CONFIG_ERROR", map[string]statedb.Fields{
		"NEIGH|Ethernet4|10.0.0.9": {"field": "", "value": "", "error": "Ethernet4 is no router interface", "waits": "true"},
	})
	b.set("NEIGH", "Ethernet0|10.0.0.1", "neigh", "02:00:00:00:00:04")
	b.neighboursBecome("Ethernet0", "10.0.0.1 02:00:00:00:00:04", "fc00::2 02:00:00:00:00:02")

	// The kernel forgets them when the device goes down.
	b.set("PORT", "Ethernet0", "admin_status", "down")
	eventually(t, "Ethernet0 down", func() bool {
		return kerneltest.Link(t, b.kernel, "Ethernet0").Attrs().Flags&net.FlagUp == 0
	})
	b.set("PORT", "Ethernet0", "admin_status", "up")
	b.neighboursBecome("Ethernet0", "10.0.0.1 02:00:00:00:00:04", "fc00::2 02:00:00:00:00:02")

	// What is removed while nobody listens goes too.
	stop()
	b.del("NEIGH", "Ethernet0|10.0.0.1")
	b.start()
	b.neighboursBecome("Ethernet0", "fc00::2 02:00:00:00:00:02")
	b.del("NEIGH", "Ethernet0|fc00::2")
	b.neighboursBecome("Ethernet0")
}

func TestRenderStatic(t *testing.T) {
	p := render(configure(t,
		"PORT|Ethernet0 lanes=1 speed=40000", "PORT|Ethernet4 lanes=2 speed=40000",
		"VLAN|Vlan100 vlanid=100", "VLAN_MEMBER|Vlan100|Ethernet4 tagging_mode=untagged",
		"VLAN_INTERFACE|Vlan100 proxy_arp=enabled",
		"FDB|Vlan100|02:00:00:00:00:0A port=Ethernet4", "FDB|Vlan100|02:00:00:00:00:0b port=Ethernet0",
	))
	if d := cmp.Diff(rows{"Vlan100:02:00:00:00:00:0a": {"port": "Ethernet4", "type": "static"}}, p.fdb); d != "" {
		t.Error(d)
	}
	if len(p.dangling) != 1 || p.dangling[0].row.key != "Vlan100|02:00:00:00:00:0b" {
		t.Errorf("rows that point to nothing: %+v", p.dangling)
	}
	if !p.devices["Vlan100"].proxyARP {
		t.Error("Vlan100 does not answer for others")
	}
}
