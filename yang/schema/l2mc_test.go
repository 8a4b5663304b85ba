package schema_test

import (
	"net/netip"
	"testing"

	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/yang/schema"
)

func TestL2MCMemberKey(t *testing.T) {
	addr := netip.MustParseAddr
	for text, want := range map[string]schema.L2MCMemberKey{
		"Vlan100:0.0.0.0:239.1.1.1:Ethernet0":          {VLAN: "Vlan100", Source: addr("0.0.0.0"), Group: addr("239.1.1.1"), Port: "Ethernet0"},
		"Vlan100:10.0.0.1:232.1.1.1:PortChannel1":      {VLAN: "Vlan100", Source: addr("10.0.0.1"), Group: addr("232.1.1.1"), Port: "PortChannel1"},
		"Vlan100::::ff05::1:3:Ethernet0":               {VLAN: "Vlan100", Source: addr("::"), Group: addr("ff05::1:3"), Port: "Ethernet0"},
		"Vlan100::::ff05:1:2:3:4:5:6:7:Ethernet0":      {VLAN: "Vlan100", Source: addr("::"), Group: addr("ff05:1:2:3:4:5:6:7"), Port: "Ethernet0"},
		"Vlan100:2001:db8::1:ff35::8000:1:Ethernet0":   {VLAN: "Vlan100", Source: addr("2001:db8::1"), Group: addr("ff35::8000:1"), Port: "Ethernet0"},
		"Vlan100:2001:db8::a:ff05:3:ff05::1:Ethernet0": {VLAN: "Vlan100", Source: addr("2001:db8::a:ff05:3"), Group: addr("ff05::1"), Port: "Ethernet0"},
	} {
		got, err := schema.ParseL2MCMemberKey(text)
		if err != nil || got != want {
			t.Errorf("%s became %+v, %v", text, got, err)
		}
		if got.String() != text {
			t.Errorf("%s is written %s", text, got)
		}
	}
	for _, text := range []string{
		"", "Vlan100", "Vlan100:Ethernet0", "Vlan100:239.1.1.1:Ethernet0", "Vlan100:0.0.0.0:10.1.1.1:Ethernet0", "Vlan100:0.0.0.0:ff05::1:Ethernet0",
		"Vlan100:239.1.1.1:239.1.1.1:Ethernet0", "Vlan0:0.0.0.0:239.1.1.1:Ethernet0", "Vlan100:0.0.0.0:239.1.1.1:", "Vlan100:fe80::1%e:ff05::1:Ethernet0",
		"Vlan100:::ffff:10.0.0.1:ff05::1:Ethernet0",
	} {
		if got, err := schema.ParseL2MCMemberKey(text); err == nil {
			t.Errorf("%q became %+v", text, got)
		}
	}
}

// TestL2MCMemberKeysComeBack draws words that can be cut in more than one way.
func TestL2MCMemberKeysComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom([]uint16{0, 0, 0, 1, 0xff05, 0x2001}), 8, 8)
		address := func(what string, first uint16) netip.Addr {
			var a [16]byte
			list := words.Draw(t, what)
			list[0] = first
			for i, w := range list {
				a[2*i], a[2*i+1] = byte(w>>8), byte(w)
			}
			return netip.AddrFrom16(a)
		}
		want := schema.L2MCMemberKey{VLAN: "Vlan7", Source: address("source", 0x2001), Group: address("group", 0xff05), Port: "Ethernet4"}
		if got, err := schema.ParseL2MCMemberKey(want.String()); err != nil || got != want {
			t.Fatalf("%s became %s, %v", want, got, err)
		}
	})
}
