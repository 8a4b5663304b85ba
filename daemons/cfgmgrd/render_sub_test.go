package cfgmgrd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRenderSubinterfaces(t *testing.T) {
	p := render(configure(t,
		"PORT|Ethernet0 lanes=1 speed=40000 admin_status=up mtu=1600",
		"PORT|Ethernet4 lanes=2 speed=40000",
		"PORTCHANNEL|PortChannel1",
		"VLAN_SUB_INTERFACE|Ethernet0.10 admin_status=up vrf_name=Vrf-red",
		"VLAN_SUB_INTERFACE|Ethernet0.10|10.0.0.1/24",
		"VLAN_SUB_INTERFACE|Ethernet0.10|fc00::1/64",
		"VLAN_SUB_INTERFACE|Eth0.20 vlan=200 admin_status=down",
		"VLAN_SUB_INTERFACE|Po1.30 vlan=30",
		"VLAN_SUB_INTERFACE|Ethernet4.40 loopback_action=drop",
		"VLAN_SUB_INTERFACE|Eth0.50", // does not say its VLAN
		"VLAN_SUB_INTERFACE|Eth0.60 vlan=10",
		"VLAN_SUB_INTERFACE|Ethernet8.10",
		"VRF|Vrf-red",
	))
	intfs := rows{
		"Ethernet0.10":             {"vlan": "10", "admin_status": "up", "mtu": "1600", "vrf_name": "Vrf-red"},
		"Ethernet0.10:10.0.0.1/24": {"scope": "global", "family": "IPv4"},
		"Ethernet0.10:fc00::1/64":  {"scope": "global", "family": "IPv6"},
		"Eth0.20":                  {"vlan": "200", "admin_status": "down", "mtu": "1600"},
		"Po1.30":                   {"vlan": "30", "admin_status": "up", "mtu": "9100"},
		"Ethernet4.40":             {"vlan": "40", "admin_status": "up", "mtu": "9100", "loopback_action": "drop"},
	}
	if d := cmp.Diff(intfs, p.intfs); d != "" {
		t.Error(d)
	}
	for name, want := range map[string]device{
		"Ethernet0.10": {up: true, mtu: 1600, sub: &subDevice{"Ethernet0", 10}},
		"Eth0.20":      {up: false, mtu: 1600, sub: &subDevice{"Ethernet0", 200}},
		"Po1.30":       {up: true, mtu: 9100, sub: &subDevice{"PortChannel1", 30}},
		"Ethernet4.40": {up: false, mtu: 9100, sub: &subDevice{"Ethernet4", 40}}, // its parent is down
	} {
		got := p.devices[name]
		if got.sub == nil || *got.sub != *want.sub || got.up != want.up || got.mtu != want.mtu {
			t.Errorf("%s: %+v", name, got)
		}
	}
	missing := map[string]string{}
	for _, d := range p.dangling {
		missing[d.row.key] = d.err.Error()
	}
	if d := cmp.Diff(map[string]string{
		"Eth0.50":      "vlan is missing: the short name Eth0.50 does not say the VLAN",
		"Eth0.60":      "VLAN 10 of Ethernet0 is Ethernet0.10 already",
		"Ethernet8.10": "Ethernet8.10 does not exist",
	}, missing); d != "" {
		t.Error(d)
	}
}
