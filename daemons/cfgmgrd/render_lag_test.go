package cfgmgrd

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRenderPortChannels(t *testing.T) {
	p := render(configure(t,
		"PORT|Ethernet0 lanes=1 speed=40000 mtu=9216 admin_status=up",
		"PORT|Ethernet4 lanes=5 speed=40000 admin_status=up",
		"PORTCHANNEL|PortChannel1 mtu=1500",
		"PORTCHANNEL|PortChannel2 admin_status=down",
		"PORTCHANNEL_MEMBER|PortChannel1|Ethernet0",
		"PORTCHANNEL_MEMBER|PortChannel9|Ethernet4",
		"VLAN|Vlan100 vlanid=100",
		"VLAN_MEMBER|Vlan100|PortChannel2 tagging_mode=tagged",
		"VLAN_MEMBER|Vlan100|PortChannel3 tagging_mode=tagged",
		"PORTCHANNEL_INTERFACE|PortChannel1",
		"PORTCHANNEL_INTERFACE|PortChannel1|10.0.0.0/31",
		"PORTCHANNEL_INTERFACE|PortChannel3|10.0.3.0/31",
	))
	mtus := []string{p.ports["Ethernet0"]["mtu"], p.ports["Ethernet4"]["mtu"]}
	if want := []string{"1500", "9100"}; !slices.Equal(mtus, want) {
		t.Errorf("MTUs of the ports are %v, want %v", mtus, want)
	}
	if d := cmp.Diff(rows{"Vlan100:PortChannel2": {"tagging_mode": "tagged"}}, p.members); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(rows{"PortChannel1": {}, "PortChannel1:10.0.0.0/31": {"scope": "global", "family": "IPv4"}}, p.intfs); d != "" {
		t.Error(d)
	}
	one, two := p.devices["PortChannel1"], p.devices["PortChannel2"]
	if got, want := fmt.Sprint(one.up, one.mtu, one.addrs, two.up, two.mtu), "true 1500 [10.0.0.0/31] false 9100"; got != want {
		t.Errorf("devices %s, want %s", got, want)
	}
	if p.devices["Ethernet0"].mtu != 1500 {
		t.Errorf("Ethernet0 has MTU %d", p.devices["Ethernet0"].mtu)
	}
	if len(p.dangling) != 2 {
		t.Errorf("dangling: %v", p.dangling)
	}
}
