package cfgmgrd

import (
	"os"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// Subinterfaces, addresses of interfaces and what a VLAN accepts reach the kernel, and leave it again, over restarts too.
func TestKernelInterfaces(t *testing.T) {
	b := newBench(t)
	far := kerneltest.New(t)
	kerneltest.Cable(t, b.kernel, "Ethernet0", far, "eth0")
	kerneltest.Cable(t, b.kernel, "Vlan100", far, "eth1")
	b.set("PORT", "Ethernet0", "lanes", "1", "speed", "40000", "admin_status", "up", "mtu", "1600")
	b.set("VLAN", "Vlan100", "vlanid", "100")
	b.set("INTERFACE", "Ethernet0", "mac_addr", "02:00:00:00:00:77")
	b.set("VLAN_INTERFACE", "Vlan100", "grat_arp", "enabled")
	b.set("VLAN_SUB_INTERFACE", "Ethernet0.10", "admin_status", "up")
	b.set("VLAN_SUB_INTERFACE", "Ethernet0.10|10.9.0.1/24")
	stop := b.start()
	ok := statedb.Fields{"state": "ok"}
	b.becomes(b.client.DB(statedb.StateDB), "PORT_TABLE", map[string]statedb.Fields{"Ethernet0.10": ok})
	has := func(device, mac string, mtu int) {
		t.Helper()
		eventually(t, device, func() bool {
			link, err := b.kernel.LinkByName(device)
			return err == nil && link.Attrs().HardwareAddr.String() == mac && link.Attrs().MTU == mtu
		})
	}
	has("Ethernet0", "02:00:00:00:00:77", 1600)
	has("Ethernet0.10", "02:00:00:00:00:77", 1600)
	accepts := func(want string) {
		t.Helper()
		eventually(t, "arp_accept "+want, func() bool {
			var got []byte
			_ = b.kernel.Inside(func() (err error) {
				got, err = os.ReadFile("/proc/sys/net/ipv4/conf/Vlan100/arp_accept")
				return err
			})
			return strings.TrimSpace(string(got)) == want
		})
	}
	accepts("1")
	index := kerneltest.Link(t, b.kernel, "Ethernet0.10").Attrs().Index
	stop()
	b.set("VLAN_INTERFACE", "Vlan100", "grat_arp", "disabled")
	b.start()
	accepts("0")
	if got := kerneltest.Link(t, b.kernel, "Ethernet0.10").Attrs().Index; got != index {
		t.Error("a restart made the subinterface anew")
	}
	b.del("VLAN_SUB_INTERFACE", "Ethernet0.10|10.9.0.1/24")
	b.del("VLAN_SUB_INTERFACE", "Ethernet0.10")
	eventually(t, "the subinterface is gone", func() bool {
		_, err := b.kernel.LinkByName("Ethernet0.10")
		return err != nil
	})
	b.becomes(b.client.DB(statedb.StateDB), "PORT_TABLE", map[string]statedb.Fields{})
}
