package cfgmgrd

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRenderVRFs(t *testing.T) {
	p := render(configure(t,
		"PORT|Ethernet0 lanes=1 speed=40000",
		"PORT|Ethernet4 lanes=5 speed=40000",
		"VRF|Vrf-red fallback=true",
		"VRF|Vrf-blue",
		"INTERFACE|Ethernet0 vrf_name=Vrf-red",
		"INTERFACE|Ethernet4 vrf_name=Vrf-grey",
	))
	if d := cmp.Diff(rows{"Vrf-red": {"fallback": "true"}, "Vrf-blue": {}}, p.vrfs); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(rows{"Ethernet0": {"vrf_name": "Vrf-red"}, "Ethernet4": {"vrf_name": "Vrf-grey"}}, p.intfs); d != "" {
		t.Error(d)
	}
	if len(p.dangling) != 1 {
		t.Errorf("dangling: %v", p.dangling)
	}
}
