package display

import (
	"net"
	"testing"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

func TestRouteText(t *testing.T) {
	names := map[int]string{2: "eth0"}
	subnet := func(s string) *net.IPNet {
		_, n, err := net.ParseCIDR(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, c := range []struct {
		r    netlink.Route
		want string
	}{
		{netlink.Route{Dst: subnet("0.0.0.0/0"), Gw: net.IP{10, 16, 210, 254}, LinkIndex: 2, Protocol: unix.RTPROT_STATIC, Priority: 201, Type: unix.RTN_UNICAST},
			"default via 10.16.210.254 dev eth0 proto static metric 201"},
		{netlink.Route{Dst: subnet("10.16.210.0/24"), LinkIndex: 2, Protocol: unix.RTPROT_KERNEL, Scope: netlink.SCOPE_LINK, Src: net.IP{10, 16, 210, 75}, Type: unix.RTN_UNICAST},
			"10.16.210.0/24 dev eth0 proto kernel scope link src 10.16.210.75"},
		{netlink.Route{Dst: subnet("10.16.210.75/32"), LinkIndex: 2, Protocol: unix.RTPROT_KERNEL, Scope: netlink.SCOPE_HOST, Src: net.IP{10, 16, 210, 75}, Type: unix.RTN_LOCAL},
			"local 10.16.210.75 dev eth0 proto kernel scope host src 10.16.210.75"},
		{netlink.Route{Protocol: unix.RTPROT_BOOT, Type: unix.RTN_UNREACHABLE, Priority: 4278198272}, "unreachable default metric 4278198272"},
	} {
		if got := routeText(c.r, names); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

func TestLinkText(t *testing.T) {
	at := netlink.LinkAttrs{
		Index: 2, Name: "eth0", MTU: 1500, TxQLen: 1000, HardwareAddr: net.HardwareAddr{0x4c, 0x76, 0x25, 0xf4, 0xf9, 0xf3}, OperState: netlink.OperUp,
		RawFlags: unix.IFF_BROADCAST | unix.IFF_MULTICAST | unix.IFF_UP | unix.IFF_RUNNING | unix.IFF_LOWER_UP,
	}
	got := linkText(&netlink.Device{LinkAttrs: at}, "mgmt")
	want := "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master mgmt state UP mode DEFAULT group default qlen 1000"
	if got[0] != want || got[1] != "    link/ether 4c:76:25:f4:f9:f3 brd ff:ff:ff:ff:ff:ff" {
		t.Errorf("got  %q\nwant %s", got, want)
	}
	if f := linkFlags(unix.IFF_NOARP | unix.IFF_MASTER | unix.IFF_UP); f != "NO-CARRIER,NOARP,MASTER,UP" {
		t.Errorf("flags %s", f)
	}
}
