package cfgmgrd

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
	"github.com/heddle-nos/heddle/internal/statedb"
)

func TestRenderManagement(t *testing.T) {
	p := render(configure(t,
		"MGMT_VRF_CONFIG|vrf_global mgmtVrfEnabled=true",
		"MGMT_PORT|eth0 admin_status=up mtu=1400",
		"MGMT_INTERFACE|eth0|172.16.0.1/24 gwaddr=172.16.0.254 forced_mgmt_routes@=10.0.0.0/8,1.1.1.1",
		"MGMT_INTERFACE|eth0|fd00::1/64 gwaddr=fd01::fe",
	))
	d := p.devices["eth0"]
	if !d.up || d.mtu != 1400 || d.vrf != "mgmt" || len(d.addrs) != 2 || len(d.gateways) != 1 || len(d.forced) != 2 {
		t.Errorf("eth0: %+v", d)
	}
	if p.kernel["mgmt"].table != 5000 || !p.devices["lo-m"].loopback || len(p.intfs) != 0 || len(p.vrfs) != 0 {
		t.Errorf("VRF %v, loopback %v; the ASIC is told of %v, %v", p.kernel, p.devices["lo-m"], p.intfs, p.vrfs)
	}
	if len(p.dangling) != 1 || p.dangling[0].err.Error() != "gateway fd01::fe is no other host in fd00::/64" {
		t.Errorf("dangling: %v", p.dangling)
	}
	if d := render(configure(t, "MGMT_VRF_CONFIG|vrf_global mgmtVrfEnabled=false")).devices; len(d) != 0 {
		t.Errorf("nothing is configured, and yet: %v", d)
	}
}

// mgmt lists the routes and rules of management.
func (b *bench) mgmt() []string {
	b.t.Helper()
	links, err := b.kernel.Links()
	if err != nil {
		b.t.Fatal(err)
	}
	eth0 := links["eth0"].Attrs().Index
	var list []string
	for _, family := range []int{netlink.FAMILY_V4, netlink.FAMILY_V6} {
		routes, err := b.kernel.Routes(family)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, r := range routes {
			if r.Protocol == unix.RTPROT_STATIC && r.LinkIndex == eth0 {
				list = append(list, "route "+routeName(r))
			}
		}
		rules, err := b.kernel.RuleList(family)
		if err != nil {
			b.t.Fatal(err)
		}
		for _, r := range rules {
			if r.Priority == mgmtForcedRule || r.Priority == mgmtSourceRule {
				list = append(list, "rule "+strings.ReplaceAll(ruleName(r), "<nil>", "-"))
			}
		}
	}
	slices.Sort(list)
	return list
}

func (b *bench) awaitMgmt(want ...string) {
	b.t.Helper()
	var last string
	defer func() {
		if b.t.Failed() {
			b.t.Log(last)
		}
	}()
	eventually(b.t, "routes and rules of management", func() bool { last = cmp.Diff(want, b.mgmt()); return last == "" })
}

func TestManagement(t *testing.T) {
	b := newBench(t)
	kerneltest.Cable(t, b.kernel, "eth0", b.kernel, "far0")
	kerneltest.Address(t, b.kernel, "eth0", "192.168.7.7/24") // a DHCP client's
	b.set("MGMT_PORT", "eth0", "mtu", "1400")
	b.start()
	eventually(t, "mtu of eth0", func() bool { return kerneltest.Link(t, b.kernel, "eth0").Attrs().MTU == 1400 })
	if d := cmp.Diff([]string{"192.168.7.7/24"}, b.addrs("eth0")); d != "" {
		t.Error(d)
	}
	b.set("MGMT_INTERFACE", "eth0|172.16.0.1/24", "gwaddr", "172.16.0.254", "forced_mgmt_routes@", "10.0.0.0/8")
	b.set("MGMT_INTERFACE", "eth0|fd00::1/64", "gwaddr", "fd00::fe")
	subnets := []string{
		"route 0.0.0.0/0 172.16.0.254 253 201", "route 172.16.0.0/24 <nil> 253 0",
		"route ::/0 fd00::fe 253 201", "route fd00::/64 <nil> 253 1024",
		"rule 32764 - 10.0.0.0/8 253", "rule 32765 172.16.0.1/32 - 253", "rule 32765 fd00::1/128 - 253",
	}
	b.awaitMgmt(subnets...)
	if d := cmp.Diff([]string{"172.16.0.1/24", "fd00::1/64"}, b.addrs("eth0")); d != "" {
		t.Error(d)
	}
	eth0 := kerneltest.Link(t, b.kernel, "eth0")
	if err := b.kernel.LinkSetDown(eth0); err != nil { // it is set up again, and what it took is put back
		t.Fatal(err)
	}
	b.awaitMgmt(subnets...)
	b.del("MGMT_INTERFACE", "eth0|fd00::1/64")
	b.set("MGMT_INTERFACE", "eth0|172.16.0.1/24", "gwaddr", "10.9.9.9", "forced_mgmt_routes@", "")
	b.awaitMgmt("route 172.16.0.0/24 <nil> 253 0", "rule 32765 172.16.0.1/32 - 253")
	b.becomes(b.state, "HEDDLE_CONFIG_ERROR", map[string]statedb.Fields{
		"MGMT_INTERFACE|eth0|172.16.0.1/24": {"field": "", "value": "", "error": "gateway 10.9.9.9 is no other host in 172.16.0.0/24"},
	})
	b.del("MGMT_INTERFACE", "eth0|172.16.0.1/24")
	b.del("MGMT_PORT", "eth0")
	b.awaitMgmt()
	eventually(t, "no address", func() bool { return len(b.addrs("eth0")) == 0 })
}

func TestKernelMgmtVRF(t *testing.T) {
	b := newBench(t)
	kerneltest.NeedVRF(t, b.kernel)
	kerneltest.Cable(t, b.kernel, "eth0", b.kernel, "far0")
	b.set("MGMT_INTERFACE", "eth0|172.16.0.1/24", "gwaddr", "172.16.0.254")
	b.start()
	out := []string{"route 0.0.0.0/0 172.16.0.254 253 201", "route 172.16.0.0/24 <nil> 253 0", "rule 32765 172.16.0.1/32 - 253"}
	b.awaitMgmt(out...)
	b.set("MGMT_VRF_CONFIG", "vrf_global", "mgmtVrfEnabled", "true")
	b.awaitVRFs(map[string]uint32{"mgmt": 5000}, map[string]string{"eth0": "mgmt", "lo-m": "mgmt"})
	b.awaitMgmt("route 0.0.0.0/0 172.16.0.254 5000 201", "rule 32765 172.16.0.1/32 - 5000")
	if d := cmp.Diff([]string{"127.0.0.1/16"}, b.addrs("lo-m")); d != "" {
		t.Error(d)
	}
	b.set("MGMT_VRF_CONFIG", "vrf_global", "mgmtVrfEnabled", "false")
	b.awaitVRFs(map[string]uint32{}, map[string]string{})
	b.awaitMgmt(out...)
	if _, err := b.kernel.LinkByName("lo-m"); err == nil {
		t.Error("lo-m is still there")
	}
}

func TestMgmtVRFWithoutKernel(t *testing.T) {
	b := newBench(t)
	if err := b.kernel.LinkAdd(&netlink.Vrf{LinkAttrs: netlink.LinkAttrs{Name: "probe"}, Table: 9}); err == nil {
		t.Skip("the kernel has VRF devices")
	}
	kerneltest.Cable(t, b.kernel, "eth0", b.kernel, "far0")
	b.set("MGMT_VRF_CONFIG", "vrf_global", "mgmtVrfEnabled", "true")
	b.set("MGMT_INTERFACE", "eth0|172.16.0.1/24", "gwaddr", "172.16.0.254")
	b.start()
	b.awaitMgmt("route 0.0.0.0/0 172.16.0.254 253 201", "route 172.16.0.0/24 <nil> 253 0", "rule 32765 172.16.0.1/32 - 253") // still reached
	b.becomes(b.state, "HEDDLE_CONFIG_ERROR", map[string]statedb.Fields{
		"MGMT_VRF_CONFIG|vrf_global": {"field": "", "value": "", "error": "the kernel has no VRF devices"},
	})
	b.set("MGMT_VRF_CONFIG", "vrf_global", "mgmtVrfEnabled", "false")
	b.becomes(b.state, "HEDDLE_CONFIG_ERROR", map[string]statedb.Fields{})
}
