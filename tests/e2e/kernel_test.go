package e2e_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/namespace"
	"github.com/heddle-nos/heddle/daemons/lab/wire"
)

// needDrivers skips the test where the kernel lacks VRF or bonding devices. `make qemu` runs it on Debian's kernel, which has them.
func needDrivers(t *testing.T) {
	t.Helper()
	need(t)
	ns := fmt.Sprintf("e2e-drivers-%d", os.Getpid())
	if err := namespace.Create(ns); err != nil {
		t.Fatal(err)
	}
	defer namespace.Delete(ns)
	err := namespace.Do(ns, func() error {
		return errors.Join(netlink.LinkAdd(&netlink.Vrf{LinkAttrs: netlink.LinkAttrs{Name: "v"}, Table: 9999}),
			netlink.LinkAdd(netlink.NewLinkBond(netlink.LinkAttrs{Name: "b"})))
	})
	if errors.Is(err, unix.EOPNOTSUPP) {
		t.Skip("needs the kernel's VRF and bonding devices: make qemu")
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestKernel is about what the switch shares with its kernel, or with another one: VRFs, the management port, bonding.
func TestKernel(t *testing.T) {
	needDrivers(t)
	l := own(t, "testdata/kernel.yaml", "kernel")
	t.Run("forwards", func(t *testing.T) {
		reach(t, l, []lab.Path{path("a", "10.10.0.3"), path("b", "10.9.0.2"), path("d", "10.10.0.2"), path("d", "10.10.0.1"), path("sub", "10.9.0.2")})
		if err := contains(run(t, l, sw, "ip", "-d", "link", "show", "Ethernet28.20"), "vlan protocol 802.1Q id 20"); err != nil {
			t.Error(err)
		}
	})
	t.Run("VRFs", func(t *testing.T) { testKernelVRFs(t, l) })
	t.Run("management", func(t *testing.T) { testManagement(t, l) })
	t.Run("bonding", func(t *testing.T) { testBonding(t, l) })
}

// answers pings an address from a switch or host, in a VRF if one is named.
func answers(t *testing.T, l *lab.Lab, node, vrf, address string) error {
	t.Helper()
	args := []string{"ping", "-c", "1", "-W", "1", address}
	if vrf != "" {
		args = append([]string{"ip", "vrf", "exec", vrf}, args...)
	}
	out, err := l.Output(t.Context(), node, args[0], args[1:]...)
	if err != nil {
		return fmt.Errorf("%s in VRF %q: %w: %s", node, vrf, err, out)
	}
	return nil
}

// testKernelVRFs has the same addresses in two VRFs, for packets of the switch's own and for those it forwards.
func testKernelVRFs(t *testing.T, l *lab.Lab) {
	reach(t, l, []lab.Path{path("red", "10.1.0.1"), path("blue", "10.1.0.1")})
	red, blue := openTap(t, l, "red"), openTap(t, l, "blue")
	for _, c := range []struct {
		vrf       string
		at, other *tap
	}{{"Vrf-red", red, blue}, {"Vrf-blue", blue, red}} {
		red.drain(t)
		blue.drain(t)
		eventually(t, soon, func() error { return answers(t, l, sw, c.vrf, "10.1.0.2") })
		if c.at.receive(t, quiet, isEchoRequest) == nil || c.other.receive(t, quiet, isEchoRequest) != nil {
			t.Errorf("the ping in %s went elsewhere", c.vrf)
		}
	}
	if answers(t, l, sw, "", "10.1.0.2") == nil {
		t.Error("the default VRF reaches 10.1.0.2")
	}
	// A route that the operator gives to the kernel's VRF forwards in the ASIC's.
	run(t, l, sw, "ip", "route", "add", "vrf", "Vrf-red", "198.51.100.0/24", "via", "10.1.0.2")
	returns := func(p *tap, dst string) bool {
		d := datagram{srcMAC: p.mac, dstMAC: routerMAC(t, l), src: "10.1.0.2", dst: dst, ttl: 9, length: 64}
		p.send(t, d.frame(t))
		return red.receive(t, quiet, isUDP(d.src, dst)) != nil
	}
	eventually(t, soon, func() error { return expect(returns(red, "198.51.100.7"), "the route of Vrf-red does not forward") })
	if returns(blue, "198.51.100.8") {
		t.Error("the route of Vrf-red forwards in Vrf-blue")
	}
}

// isEchoRequest matches an IPv4 ping without tag and options.
func isEchoRequest(frame []byte) bool {
	return len(frame) > 34 && frame[12] == 8 && frame[13] == 0 && frame[23] == unix.IPPROTO_ICMP && frame[34] == 8
}

// testManagement gives the management port an address and a gateway, in the default VRF and in its own.
func testManagement(t *testing.T, l *lab.Lab) {
	cable := []wire.Plug{{Namespace: l.Namespace(sw), Device: "eth0"}, {Namespace: l.Namespace("d"), Device: "mgmt0"}}
	if err := wire.Lay(cable[0], cable[1]); err != nil {
		t.Fatal(err)
	}
	run(t, l, "d", "ip", "addr", "add", "172.16.0.254/24", "dev", "mgmt0")
	run(t, l, "d", "ip", "addr", "add", "172.31.0.1/32", "dev", "lo")
	run(t, l, "d", "ip", "link", "set", "mgmt0", "up")
	run(t, l, sw, "config", "interface", "ip", "add", "eth0", "172.16.0.1/24", "172.16.0.254")
	reached := func() error { return answers(t, l, "d", "", "172.16.0.1") }
	eventually(t, soon, reached)
	eventually(t, soon, func() error { return answers(t, l, sw, "", "172.31.0.1") }) // by the gateway

	run(t, l, sw, "config", "vrf", "add", "mgmt")
	eventually(t, soon, func() error { return answers(t, l, sw, "mgmt", "172.31.0.1") })
	eventually(t, soon, reached)
	if answers(t, l, sw, "", "172.31.0.1") == nil {
		t.Error("the default VRF still has the management's gateway")
	}
	if err := contains(run(t, l, sw, "show", "mgmt-vrf"), "ManagementVRF : Enabled", "vrf table 5000", " eth0: ", " lo-m: "); err != nil {
		t.Error(err)
	}
	if err := contains(run(t, l, sw, "show", "mgmt-vrf", "routes"), "default via 172.16.0.254 dev eth0", "172.16.0.0/24 dev eth0"); err != nil {
		t.Error(err)
	}
	run(t, l, sw, "config", "vrf", "del", "mgmt")
	eventually(t, soon, func() error { return answers(t, l, sw, "", "172.31.0.1") })
	if out := run(t, l, sw, "show", "mgmt-vrf"); strings.TrimSpace(out) != "ManagementVRF : Disabled" {
		t.Errorf("show mgmt-vrf: %s", out)
	}
	run(t, l, sw, "config", "interface", "ip", "remove", "eth0", "172.16.0.1/24")
	eventually(t, soon, func() error { return expect(reached() != nil, "the address is still there") })
}
