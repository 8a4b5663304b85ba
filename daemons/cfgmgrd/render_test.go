package cfgmgrd

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// configure decodes rows written as "TABLE|key field=value field=value".
func configure(t *testing.T, lines ...string) *intent {
	t.Helper()
	in := newIntent()
	for _, line := range lines {
		words := strings.Fields(line)
		table, key, _ := strings.Cut(words[0], "|")
		op := statedb.KeyOp{Key: key}
		for _, w := range words[1:] {
			name, value, _ := strings.Cut(w, "=")
			op.Fields = append(op.Fields, statedb.Field{Name: name, Value: value})
		}
		if err := in.take(table, op); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
	return in
}

func TestRender(t *testing.T) {
	p := render(configure(t,
		"DEVICE_METADATA|localhost mac=00:11:22:33:44:55",
		"PORT|Ethernet0 lanes=1,2,3,4 speed=40000 mtu=9216 admin_status=up alias=etp1 index=1 vendor_field=x",
		"PORT|Ethernet4 lanes=5,6,7,8 speed=40000",
		"VLAN|Vlan100 vlanid=100",
		"VLAN|Vlan200 vlanid=200 admin_status=down mtu=1500 mac=00:aa:00:aa:00:aa",
		"VLAN_MEMBER|Vlan100|Ethernet4 tagging_mode=untagged",
		"INTERFACE|Ethernet0",
		"INTERFACE|Ethernet0|10.0.0.0/31",
		"INTERFACE|Ethernet0|fc00::1/126",
		"VLAN_INTERFACE|Vlan100|192.168.0.1/24 scope=global family=IPv4", // without a row of its own
		"LOOPBACK_INTERFACE|Loopback0",
		"LOOPBACK_INTERFACE|Loopback0|10.1.0.1/32",
	))
	want := map[string]rows{
		"ports": {
			"Ethernet0": {
				"lanes": "1,2,3,4", "speed": "40000", "mtu": "9216", "admin_status": "up", "alias": "etp1", "index": "1", "vendor_field": "x",
			},
			"Ethernet4":      {"lanes": "5,6,7,8", "speed": "40000", "mtu": "9100", "admin_status": "down"},
			"PortConfigDone": {"count": "2"},
		},
		"vlans": {
			"Vlan100": {"admin_status": "up", "mtu": "9100", "mac": "00:11:22:33:44:55"},
			"Vlan200": {"admin_status": "down", "mtu": "1500", "mac": "00:aa:00:aa:00:aa"},
		},
		"members": {"Vlan100:Ethernet4": {"tagging_mode": "untagged"}},
		"intfs": {
			"Ethernet0": {}, "Ethernet0:10.0.0.0/31": {"scope": "global", "family": "IPv4"}, "Ethernet0:fc00::1/126": {"scope": "global", "family": "IPv6"},
			"Vlan100": {}, "Vlan100:192.168.0.1/24": {"scope": "global", "family": "IPv4"},
			"Loopback0": {}, "Loopback0:10.1.0.1/32": {"scope": "global", "family": "IPv4"},
		},
		"switches": {"switch": {"ecmp_hash_seed": "3726950014", "lag_hash_seed": "3726950014", "fdb_aging_time": "600"}},
	}
	got := map[string]rows{"ports": p.ports, "vlans": p.vlans, "members": p.members, "intfs": p.intfs, "switches": p.switches}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	devices := map[string]string{
		"Ethernet0": "{true 9216 true [10.0.0.0/31 fc00::1/126] false}",
		"Ethernet4": "{false 9100 false [] false}",
		"Vlan100":   "{true 9100 false [192.168.0.1/24] false}",
		"Vlan200":   "{false 1500 false [] false}",
		"Loopback0": "{true 65500 true [10.1.0.1/32] true}",
	}
	for name, d := range p.devices {
		if got := fmt.Sprintf("{%v %d %v %v %v}", d.up, d.mtu, d.ipv6, d.addrs, d.loopback); got != devices[name] {
			t.Errorf("device %s: got %s, want %s", name, got, devices[name])
		}
	}
	if len(p.dangling) != 0 {
		t.Error(p.dangling)
	}
}

func TestRenderEmpty(t *testing.T) {
	p := render(newIntent())
	if len(p.ports) != 0 || len(p.devices) != 0 {
		t.Errorf("without a configuration: %v %v", p.ports, p.devices)
	}
}

func TestRenderDangling(t *testing.T) {
	p := render(configure(t,
		"PORT|Ethernet0 lanes=1 speed=1000",
		"VLAN|Vlan100",
		"VLAN_MEMBER|Vlan100|Ethernet4 tagging_mode=tagged",
		"VLAN_MEMBER|Vlan200|Ethernet0 tagging_mode=tagged",
		"VLAN_INTERFACE|Vlan300",
		"INTERFACE|Ethernet8|10.0.0.1/24",
	))
	got := map[string]string{}
	for _, d := range p.dangling {
		got[d.row.table+"|"+d.row.key] = d.err.Error()
	}
	want := map[string]string{
		"VLAN_MEMBER|Vlan100|Ethernet4":   "Ethernet4 does not exist",
		"VLAN_MEMBER|Vlan200|Ethernet0":   "Vlan200 does not exist",
		"VLAN_INTERFACE|Vlan300":          "Vlan300 does not exist",
		"INTERFACE|Ethernet8|10.0.0.1/24": "Ethernet8 does not exist",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(p.members) != 0 || len(p.intfs) != 0 {
		t.Errorf("dangling rows were rendered: %v %v", p.members, p.intfs)
	}
}

func TestBadRows(t *testing.T) {
	for _, c := range []struct{ table, key, field, value, want string }{
		{"PORT", "Ethernet0", "mtu", "big", `field mtu: value "big"`},
		{"PORT", "Ethernet0", "lanes", "1", "field speed: missing"},
		{"PORT", "EthernetWithALongName", "lanes", "1", "a network device at most 15"},
		{"PORT", "a/../b", "lanes", "1", "port name"},
		{"VLAN", "Vlan5000", "", "", "Vlan5000"},
		{"VLAN", "Vlan100", "vlanid", "x", "field vlanid"},
		{"VLAN_MEMBER", "Vlan100", "tagging_mode", "tagged", "not a VLAN and a port"},
		{"VLAN_MEMBER", "Vlan100|Ethernet0", "tagging_mode", "sideways", "field tagging_mode"},
		{"INTERFACE", "Vlan100", "", "", "no interface for this table"},
		{"INTERFACE", "Ethernet0|10.0.0.0/33", "", "", "10.0.0.0/33"},
		{"INTERFACE", "Ethernet0|224.0.0.1/24", "", "", "cannot be that of an interface"},
		{"VLAN_INTERFACE", "Vlan100|", "", "", "prefix"},
		{"MGMT_INTERFACE", "Ethernet0|10.0.0.1/24", "", "", "no interface for this table"},
		{"MGMT_INTERFACE", "eth0|10.0.0.1/24", "gwaddr", "router", "field gwaddr"},
		{"MGMT_INTERFACE", "eth0|10.0.0.1/24", "forced_mgmt_routes@", "10.0.0.0/8,all", "field forced_mgmt_routes"},
		{"MGMT_PORT", "Ethernet0", "mtu", "1500", "no management port"},
		{"MGMT_PORT", "eth0", "mtu", "10", "field mtu"},
		{"MGMT_VRF_CONFIG", "vrf_global", "in_band_mgmt_enabled", "true", "in-band management is not supported"},
		{"NO_SUCH", "x", "", "", "not followed"},
	} {
		op := statedb.KeyOp{Key: c.key}
		if c.field != "" {
			op.Fields = []statedb.Field{{Name: c.field, Value: c.value}}
		}
		if err := newIntent().take(c.table, op); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s|%s: got %v, want %q", c.table, c.key, err, c.want)
		}
	}
}

// Rows of any content never panic, and what is accepted can be rendered.
func FuzzRow(f *testing.F) {
	tables := configTables()
	f.Add(uint8(0), "Ethernet0", "lanes", "1,2", "speed", "1000")
	f.Add(uint8(1), "Vlan100|10.0.0.1/24", "scope", "global", "family", "IPv4")
	f.Fuzz(func(_ *testing.T, table uint8, key, n1, v1, n2, v2 string) {
		in := newIntent()
		_ = in.take(tables[int(table)%len(tables)], statedb.KeyOp{Key: key, Fields: []statedb.Field{{Name: n1, Value: v1}, {Name: n2, Value: v2}}})
		render(in)
		_ = in.take(tables[int(table)%len(tables)], statedb.KeyOp{Key: key, Op: statedb.OpDel})
	})
}
