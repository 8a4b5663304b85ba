package schema_test

import (
	"encoding"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/yang/schema"
)

func TestTypesRefuse(t *testing.T) {
	tests := []struct {
		name      string
		into      encoding.TextUnmarshaler
		good, bad []string
	}{
		{"port name", new(schema.PortName), []string{"Ethernet0", "Ethernet-IB0"}, []string{"", "a b", "a|b", "a:b", "../etc", "é"}},
		{"interface name", new(schema.InterfaceName), []string{"Vlan100", "Ethernet0.10"}, []string{"", "a/b"}},
		{"vlan id", new(schema.VLANID), []string{"1", "4094"}, []string{"", "0", "4095", "-1", "x", "99999999999"}},
		{"vlan name", new(schema.VLANName), []string{"Vlan1", "Vlan4094"}, []string{"", "Vlan", "Vlan0", "Vlan01", "vlan1", "Vlan4095", "Vlan1 "}},
		{"mtu", new(schema.MTU), []string{"68", "9216"}, []string{"67", "9217", "", "1e3"}},
		{"speed", new(schema.Speed), []string{"1", "1600000"}, []string{"0", "1600001", "40G"}},
		{"mac", new(schema.MAC), []string{"00:11:22:AA:bb:cc", "00-11-22-aa-bb-cc"}, []string{"", "00:11:22:aa:bb", "00:11:22:aa:bb:cg", "001122aabbcc", "00:11:22:aa:bb:cc:dd"}},
		{"lanes", new(schema.Lanes), []string{"0", "1,2, 3"}, []string{"", "a", "1,,2", "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17"}},
		{"addresses", new(schema.Addrs), []string{"10.0.0.1,,fc00::1", ""}, []string{"10.0.0.256", "x"}},
		{"admin status", new(schema.AdminStatus), []string{"up", "down"}, []string{"", "UP"}},
		{"tagging mode", new(schema.TaggingMode), []string{"tagged", "untagged", "priority_tagged"}, []string{"", "Tagged"}},
		{"family", new(schema.Family), []string{"IPv4", "IPv6"}, []string{"ipv4"}},
		{"fec", new(schema.FEC), []string{"rs", "none"}, []string{"RS"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, s := range tt.good {
				if err := tt.into.UnmarshalText([]byte(s)); err != nil {
					t.Errorf("%q: %v", s, err)
				}
			}
			for _, s := range tt.bad {
				if tt.into.UnmarshalText([]byte(s)) == nil {
					t.Errorf("%q is accepted", s)
				}
			}
		})
	}
}

func TestKeys(t *testing.T) {
	prefix := netip.MustParsePrefix
	tests := []struct {
		name  string
		want  any
		parse func() (any, error)
	}{
		{"member", schema.VLANMemberKey{VLAN: "Vlan100", Port: "Ethernet0"},
			func() (any, error) { return schema.ParseVLANMemberKey("Vlan100:Ethernet0", ":") }},
		{"interface", schema.InterfaceKey{Name: "Ethernet0"},
			func() (any, error) { return schema.ParseInterfaceKey("Ethernet0", "|") }},
		{"address", schema.InterfaceKey{Name: "Ethernet0", Prefix: prefix("fc00::1/64")},
			func() (any, error) { return schema.ParseInterfaceKey("Ethernet0:fc00::1/64", ":") }},
		{"static", schema.RouteKey{Prefix: prefix("10.0.0.0/8")},
			func() (any, error) { return schema.ParseStaticRouteKey("default|10.0.0.0/8") }},
		{"static of old", schema.RouteKey{Prefix: prefix("10.0.0.0/8")},
			func() (any, error) { return schema.ParseStaticRouteKey("10.1.2.3/8") }},
		{"route", schema.RouteKey{Prefix: prefix("::/0")},
			func() (any, error) { return schema.ParseAppRouteKey("::/0") }},
		{"host route", schema.RouteKey{Prefix: prefix("fc00::1/128")},
			func() (any, error) { return schema.ParseAppRouteKey("fc00::1") }},
		{"route of a VRF", schema.RouteKey{VRF: "Vrf-red", Prefix: prefix("fc00::/64")},
			func() (any, error) { return schema.ParseAppRouteKey("Vrf-red:fc00::/64") }},
		{"neighbour", schema.NeighKey{Interface: "Vlan100", Addr: netip.MustParseAddr("fc00::2")},
			func() (any, error) { return schema.ParseNeighKey("Vlan100:fc00::2", ":") }},
		{"fdb", schema.FDBKey{VLAN: "Vlan100", MAC: schema.MAC{2, 0, 0, 0, 0, 1}},
			func() (any, error) { return schema.ParseFDBKey("Vlan100:02-00-00-00-00-01") }},
	}
	same := []cmp.Option{
		cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }),
		cmp.Comparer(func(a, b netip.Addr) bool { return a == b }),
	}
	for _, tt := range tests {
		got, err := tt.parse()
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
		} else if d := cmp.Diff(tt.want, got, same...); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, d)
		}
	}
}

func TestRouteKeysComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bytes := rapid.SliceOfN(rapid.Byte(), 4, 4)
		if rapid.Bool().Draw(t, "v6") {
			bytes = rapid.SliceOfN(rapid.Byte(), 16, 16)
		}
		a, _ := netip.AddrFromSlice(bytes.Draw(t, "address"))
		p, err := a.Prefix(rapid.IntRange(0, a.BitLen()).Draw(t, "length"))
		if err != nil || a.Is4In6() {
			t.Skip()
		}
		want := schema.RouteKey{VRF: rapid.SampledFrom([]string{"", "Vrf-red"}).Draw(t, "vrf"), Prefix: p}
		if got, err := schema.ParseAppRouteKey(want.App()); err != nil || got != want {
			t.Fatalf("%s became %v, %v", want.App(), got, err)
		}
		if got, err := schema.ParseStaticRouteKey(want.String()); err != nil || got != want {
			t.Fatalf("%s became %v, %v", want, got, err)
		}
	})
}

func TestValuesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mac := schema.MAC(rapid.SliceOfN(rapid.Byte(), 6, 6).Draw(t, "mac"))
		for _, s := range []string{mac.String(), mac.Upper()} {
			if got, err := schema.ParseMAC(s); err != nil || got != mac {
				t.Fatalf("%s became %v, %v", s, got, err)
			}
		}
		id := schema.VLANID(rapid.Uint16Range(1, 4094).Draw(t, "vlan"))
		var name schema.VLANName
		if err := name.UnmarshalText([]byte(id.Name())); err != nil || name.ID() != id {
			t.Fatalf("%d became %s, %v", id, name, err)
		}
	})
}

func FuzzKeys(f *testing.F) {
	for _, s := range []string{"Vlan100|Ethernet0", "Ethernet0:fc00::1/64", "default|::/0", "Vrf:1.2.3.4", "Vlan1:00:11:22:33:44:55", ":", "|", "%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if k, err := schema.ParseAppRouteKey(s); err == nil {
			if again, err := schema.ParseAppRouteKey(k.App()); err != nil || again != k {
				t.Fatalf("%q: %v became %v, %v", s, k, again, err)
			}
		}
		if k, err := schema.ParseInterfaceKey(s, "|"); err == nil {
			if again, err := schema.ParseInterfaceKey(k.String(), "|"); err != nil || again != k {
				t.Fatalf("%q: %v became %v, %v", s, k, again, err)
			}
		}
		_, _ = schema.ParseVLANMemberKey(s, "|")
		_, _ = schema.ParseNeighKey(s, ":")
		_, _ = schema.ParseFDBKey(s)
		_, _ = schema.ParseStaticRouteKey(s)
		var l schema.Lanes
		_ = l.UnmarshalText([]byte(s))
	})
}
