package cfgmgrd

import (
	"testing"

	"github.com/heddle-nos/heddle/yang/schema"
)

func TestAnycastGateways(t *testing.T) {
	own, shared := schema.MAC{2, 0, 0, 0, 0, 1}, schema.MAC{0, 0, 0x5e, 0, 1, 1}
	for _, tt := range []struct {
		name string
		rows []string
		want schema.MAC
	}{
		{"a gateway", []string{"SAG|GLOBAL gateway_mac=00:00:5e:00:01:01", "VLAN_INTERFACE|Vlan100 static_anycast_gateway=true"}, shared},
		{"no gateway", []string{"SAG|GLOBAL gateway_mac=00:00:5e:00:01:01", "VLAN_INTERFACE|Vlan100 static_anycast_gateway=false"}, own},
		{"no address", []string{"VLAN_INTERFACE|Vlan100 static_anycast_gateway=true"}, own},
		{"the other row of the table", []string{"SAG|LOCAL gateway_mac=00:00:5e:00:01:01", "VLAN_INTERFACE|Vlan100 static_anycast_gateway=true"}, own},
	} {
		rows := append(tt.rows, "DEVICE_METADATA|localhost mac=02:00:00:00:00:01", "VLAN|Vlan100 vlanid=100")
		p := render(configure(t, rows...))
		if got := p.devices["Vlan100"].mac; got != tt.want {
			t.Errorf("%s: the device has %s, want %s", tt.name, got, tt.want)
		}
		wantRow := ""
		if tt.want == shared {
			wantRow = shared.String()
		}
		if got := p.intfs["Vlan100"]["mac_addr"]; got != wantRow {
			t.Errorf("%s: the row has %q, want %q", tt.name, got, wantRow)
		}
	}
}
