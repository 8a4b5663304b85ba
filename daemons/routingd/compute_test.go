package routingd

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/daemons/routingd/liveness"
	"github.com/heddle-nos/heddle/daemons/routingd/rib"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// configure decodes rows written as "key field=value field=value".
func configure(t *testing.T, lines ...string) map[string]static {
	t.Helper()
	rows := map[string]static{}
	for _, line := range lines {
		op := rowOp(line)
		s, err := parseStatic(op)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		rows[op.Key] = s
	}
	return rows
}

// nobody is watched.
func nobody(schema.BFDKey) liveness.State { return liveness.Unknown }

// A next hop with bfd counts while it answers; that its operator shut its session down takes nothing away.
func TestWatchedNextHops(t *testing.T) {
	subnets := append(onLink("Ethernet0", 1, "10.0.0.1/24"), onLink("Ethernet4", 2, "10.0.4.1/24", "fc00::1/64")...)
	states := map[string]liveness.State{
		"default:default:10.0.0.2": liveness.Up, "default:default:10.0.4.3": liveness.Shut, "default:default:10.0.4.4": liveness.Failed,
		"default:Ethernet4:fe80::2": liveness.Up,
	}
	r := compute(configure(t,
		"20.0.0.0/8 nexthop=10.0.0.2,10.0.4.3,10.0.4.4,10.0.4.5 bfd=true,true,true,true",
		"21.0.0.0/8 nexthop=10.0.4.4,10.0.4.5,8.8.8.8 bfd=true,true,true",
		"22.0.0.0/8 nexthop=10.0.4.4,10.0.0.9 bfd=true,false distance=1,5",
		"fc09::/64 nexthop=fe80::2 ifname=Ethernet4 bfd=true",
	), subnets, func(key schema.BFDKey) liveness.State { return states[key.Join(":")] })
	got := map[string]string{}
	for key, row := range rowsOf(r) {
		if row["protocol"] == "static" {
			got[key] = row["nexthop"]
		}
	}
	if d := cmp.Diff(map[string]string{"20.0.0.0/8": "10.0.0.2,10.0.4.3", "22.0.0.0/8": "10.0.0.9", "fc09::/64": "fe80::2"}, got); d != "" {
		t.Error(d)
	}
	want := "next hop 10.0.4.4 does not answer BFD; next hop 10.0.4.5 has not answered BFD yet; next hop 8.8.8.8 is not connected"
	if why := r.status["21.0.0.0/8"]["reason"]; why != want {
		t.Errorf("waits because %s", why)
	}
	watched := map[string]string{}
	for key, s := range r.watch {
		watched[key.Join(":")] = s.Local.String()
	}
	if d := cmp.Diff(map[string]string{
		"default:default:10.0.0.2": "10.0.0.1", "default:default:10.0.4.3": "10.0.4.1", "default:default:10.0.4.4": "10.0.4.1",
		"default:default:10.0.4.5": "10.0.4.1", "default:Ethernet4:fe80::2": "invalid IP",
	}, watched); d != "" {
		t.Error(d)
	}
}

func rowOp(line string) statedb.KeyOp {
	words := strings.Fields(line)
	op := statedb.KeyOp{Key: words[0]}
	for _, w := range words[1:] {
		name, value, _ := strings.Cut(w, "=")
		op.Fields = append(op.Fields, statedb.Field{Name: name, Value: value})
	}
	return op
}

// rowsOf are the rows of the local routes.
func rowsOf(r result) map[string]statedb.Fields {
	rows := map[string]statedb.Fields{}
	for key, l := range r.locals {
		rows[key.App()] = statedb.FieldMap(rowFields(key.Prefix.Addr().Is6(), l.Forward))
	}
	return rows
}

func onLink(name string, index int, prefixes ...string) (list []subnet) {
	for _, p := range prefixes {
		n := netip.MustParsePrefix(p)
		list = append(list, subnet{name: schema.InterfaceName(name), index: index, addr: n.Addr(), net: n.Masked()})
	}
	return list
}

func TestCompute(t *testing.T) {
	subnets := append(onLink("Ethernet0", 1, "10.0.0.1/24", "fc00::1/64"), onLink("Vlan100", 2, "10.0.0.65/26", "192.168.0.1/24")...)
	subnets = append(subnets, onLink("Loopback0", 3, "10.1.0.1/32")...)
	connected := func(ifname, zero string) statedb.Fields {
		return statedb.Fields{"nexthop": zero, "ifname": ifname, "protocol": "connected"}
	}
	r := compute(configure(t,
		"default|0.0.0.0/0 nexthop=10.0.0.2",
		"20.0.0.0/8 nexthop=10.0.0.66 ifname= distance=0 nexthop-vrf=default blackhole=false", // in both subnets: the longer one
		"default|30.0.0.0/8 nexthop=10.0.0.2,192.168.0.2,8.8.8.8 ifname=,Vlan100,",
		"default|40.0.0.0/8 nexthop=192.168.0.2,10.0.0.2 distance=10,5",
		"default|50.0.0.0/8 nexthop=8.8.8.8",
		"default|51.0.0.0/8 nexthop=10.0.0.2 ifname=Vlan100",
		"default|52.0.0.0/8 nexthop=10.0.0.1",
		"default|60.0.0.0/8 blackhole=true",
		"default|61.0.0.0/8 nexthop=8.8.8.8,0.0.0.0 blackhole=false,true distance=1,200", // falls back on nothing
		"default|70.0.0.0/8 ifname=Ethernet0",
		"default|71.0.0.0/8 ifname=Ethernet99",
		"default|fc09::/64 nexthop=fe80::2 ifname=Ethernet0",
		"default|192.168.0.0/24 nexthop=10.0.0.2",
		"20.0.0.1/8 nexthop=10.0.0.3",
	), subnets, nobody)
	static := func(nh, ifname string) statedb.Fields {
		return statedb.Fields{"nexthop": nh, "ifname": ifname, "protocol": "static"}
	}
	hole := statedb.Fields{"blackhole": "true", "protocol": "static"}
	rows := map[string]statedb.Fields{
		"10.0.0.0/24": connected("Ethernet0", "0.0.0.0"), "fc00::/64": connected("Ethernet0", "::"), "10.0.0.64/26": connected("Vlan100", "0.0.0.0"),
		"192.168.0.0/24": connected("Vlan100", "0.0.0.0"), "10.1.0.1/32": connected("Loopback0", "0.0.0.0"),
		"0.0.0.0/0": static("10.0.0.2", "Ethernet0"), "20.0.0.0/8": static("10.0.0.66", "Vlan100"),
		"30.0.0.0/8": static("10.0.0.2,192.168.0.2", "Ethernet0,Vlan100"), "40.0.0.0/8": static("10.0.0.2", "Ethernet0"),
		"60.0.0.0/8": hole, "61.0.0.0/8": hole, "70.0.0.0/8": static("0.0.0.0", "Ethernet0"), "fc09::/64": static("fe80::2", "Ethernet0"),
	}
	if d := cmp.Diff(rows, rowsOf(r)); d != "" {
		t.Error(d)
	}
	waiting := map[string]string{
		"default|50.0.0.0/8":     "next hop 8.8.8.8 is not connected",
		"default|51.0.0.0/8":     "next hop 10.0.0.2 is not connected on Vlan100",
		"default|52.0.0.0/8":     "next hop 10.0.0.1 is the switch itself",
		"default|71.0.0.0/8":     "interface Ethernet99 is down",
		"default|192.168.0.0/24": "the subnet is connected",
		"20.0.0.1/8":             "another row has this prefix",
	}
	got := map[string]string{}
	for key, row := range r.status {
		if row["state"] == "waiting" {
			got[key] = row["reason"]
		}
	}
	if d := cmp.Diff(waiting, got); d != "" {
		t.Error(d)
	}
	if len(r.kernel) != 8 {
		t.Errorf("%d kernel routes: %v", len(r.kernel), r.kernel)
	}
}

func TestBadStaticRoutes(t *testing.T) {
	for line, want := range map[string]string{
		"10.0.0.0/33 nexthop=10.0.0.1":                        "10.0.0.0/33",
		"red|10.0.0.0/8 nexthop=10.0.0.1":                     "VRF name",
		"default|10.0.0.0/8":                                  "neither nexthop nor ifname nor blackhole",
		"default|10.0.0.0/8 nexthop=10.0.0.x":                 `field nexthop: value "10.0.0.x"`,
		"default|10.0.0.0/8 nexthop=1.1.1.1,2.2.2.2 ifname=a": "field ifname has 1 elements, others have 2",
		"default|10.0.0.0/8 nexthop=1.1.1.1 distance=1,2":     "field distance has 2 elements, others have 1",
		"default|10.0.0.0/8 nexthop=1.1.1.1 distance=256":     `next hop 1: distance "256"`,
		"default|10.0.0.0/8 nexthop=1.1.1.1 blackhole=maybe":  `blackhole "maybe"`,
		"default|fc00::/8 nexthop=10.0.0.1":                   "of another family",
		"default|fc00::/8 nexthop=fe80::1":                    "needs an interface",
		"default|10.0.0.0/8 nexthop=224.0.0.1":                "cannot be a next hop",
		"default|10.0.0.0/8 nexthop=1.1.1.1 bfd=maybe":        `bfd "maybe"`,
		"default|10.0.0.0/8 ifname=Ethernet0 bfd=true":        "only an address can be asked",
		"default|10.0.0.0/8 nexthop=0.0.0.0":                  "neither address nor interface",
		"default|10.0.0.0/8 nexthop=1.1.1.1 nexthop-vrf=red":  "nexthop-vrf: VRF name",
	} {
		if _, err := parseStatic(rowOp(line)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", line, err, want)
		}
	}
}

// Whatever is configured and connected: every row and status is of a configured or connected prefix, and every hop is connected.
func TestComputeInvariants(t *testing.T) {
	all := append(onLink("Ethernet0", 1, "10.0.0.1/24", "10.0.1.1/24"), onLink("Vlan100", 2, "10.0.0.65/26", "10.2.0.1/16")...)
	hops := rapid.SampledFrom([]string{"10.0.0.2", "10.0.1.9", "10.2.3.4", "8.8.8.8", "10.0.0.1", "0.0.0.0"})
	links := rapid.SampledFrom([]string{"", "Ethernet0", "Vlan100", "Ethernet99"})
	rapid.Check(t, func(rt *rapid.T) {
		subnets := all[:rapid.IntRange(0, len(all)).Draw(rt, "subnets")]
		statics := map[string]static{}
		for range rapid.IntRange(0, 6).Draw(rt, "routes") {
			key := rapid.SampledFrom([]string{"0.0.0.0/0", "default|10.0.0.0/24", "20.0.0.0/8", "default|20.0.0.0/8"}).Draw(rt, "key")
			s, err := parseStatic(rowOp(key + " nexthop=" + hops.Draw(rt, "nexthop") + " ifname=" + links.Draw(rt, "ifname")))
			if err == nil {
				statics[key] = s
			}
		}
		r := compute(statics, subnets, nobody)
		if len(r.status) != len(statics) {
			rt.Fatalf("%d of %d routes have a status", len(r.status), len(statics))
		}
		for key, k := range r.kernel {
			if r.locals[key].Origin != rib.Static {
				rt.Fatalf("kernel route %s has no row", key.App())
			}
			for _, h := range k.hops {
				if h.index == 0 || h.name == "Ethernet99" {
					rt.Fatalf("route %s over %v", key.App(), h)
				}
			}
		}
	})
}

func FuzzStaticRow(f *testing.F) {
	f.Add("default|10.0.0.0/8", "nexthop", "10.0.0.1,10.0.0.2", "ifname", "Ethernet0,")
	subnets := onLink("Ethernet0", 1, "10.0.0.1/24", "fc00::1/64")
	f.Fuzz(func(_ *testing.T, key, n1, v1, n2, v2 string) {
		s, err := parseStatic(statedb.KeyOp{Key: key, Fields: []statedb.Field{{Name: n1, Value: v1}, {Name: n2, Value: v2}}})
		if err == nil {
			compute(map[string]static{key: s}, subnets, nobody)
		}
	})
}
