package netsyncd

import (
	"context"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/netsyncd/fpm"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/tests/frr"
	"github.com/heddle-nos/heddle/yang/schema"
)

// guest is the FRR side without its daemon: the test says what comes over FPM.
type guest struct {
	t    *testing.T
	z    *zebra
	appl *statedb.DB
}

// newGuest works on a table that somebody consumes.
func newGuest(t *testing.T, appl *statedb.DB) *guest {
	l := newLinks(appl)
	for name, index := range map[schema.InterfaceName]int{"Ethernet0": 7, "Ethernet4": 8} {
		l.names[index] = name
	}
	l.vrfs[1001] = "Vrf-red"
	return &guest{t, newZebra(appl, l, slog.New(slog.NewTextHandler(t.Output(), nil))), appl}
}

func consumed(t *testing.T) *statedb.DB {
	appl := redistest.Start(t).Client(t).DB(statedb.ApplDB)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = statedb.NewConsumer(appl, "ROUTE_TABLE", statedb.ConsumerOptions{}).Run(ctx, func(context.Context, []statedb.KeyOp) error { return nil })
	}()
	t.Cleanup(func() { cancel(); <-done })
	return appl
}

// want writes what is to be written, and waits for FRR's rows: "nexthop@ifname protocol weight".
func (g *guest) want(what string, want map[string]string) {
	g.t.Helper()
	if err := g.z.flush(g.t.Context(), func(schema.RouteKey) {}); err != nil {
		g.t.Fatal(err)
	}
	diff := ""
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		rows, err := g.appl.All(g.t.Context(), "ROUTE_TABLE")
		if err != nil {
			g.t.Fatal(err)
		}
		got := map[string]string{}
		for key, row := range rows {
			if row["heddle_owner"] == "frr" {
				got[key] = strings.TrimSpace(row["nexthop"] + "@" + row["ifname"] + row["blackhole"] + " " + row["protocol"] + " " + row["weight"])
			}
		}
		if diff = cmp.Diff(want, got); diff == "" {
			return
		}
	}
	g.t.Fatalf("%s: %s", what, diff)
}

func (g *guest) say(messages ...fpm.Message) { g.z.take(fpm.Event{Messages: messages}, time.Now()) }

func via(link int, addr string) fpm.Hop {
	return fpm.Hop{Link: link, Via: netip.MustParseAddr(addr), Weight: 1}
}

func ospf(prefix string, hops ...fpm.Hop) fpm.Route {
	return fpm.Route{Table: unix.RT_TABLE_MAIN, Prefix: netip.MustParsePrefix(prefix), Protocol: 188, Hops: hops}
}

func byGroup(prefix string, id uint32) fpm.Route {
	r := ospf(prefix)
	r.Protocol, r.Group = unix.RTPROT_BGP, id
	return r
}

func TestZebraRoutes(t *testing.T) {
	g := newGuest(t, consumed(t))
	red := ospf("10.4.0.0/16", via(7, "10.0.0.2"))
	red.Table = 1001
	unknown := ospf("10.5.0.0/16", via(7, "10.0.0.2"))
	unknown.Table = 1002
	hole := ospf("10.3.0.0/16")
	hole.Blackhole = true
	tunnel := ospf("10.6.0.0/16", fpm.Hop{Link: 7, Weight: 1, Encap: true})
	connected := ospf("10.0.0.0/24", fpm.Hop{Link: 7, Weight: 1})
	connected.Protocol = unix.RTPROT_KERNEL
	g.say(ospf("10.1.0.0/16", via(7, "10.0.0.2")), ospf("10.2.0.0/16", via(9, "172.16.0.2")), hole, red, unknown, tunnel, connected, ospf("fe80::/64", via(7, "fe80::2")))
	rows := map[string]string{"10.1.0.0/16": "10.0.0.2@Ethernet0 ospf", "10.3.0.0/16": "@true ospf", "Vrf-red:10.4.0.0/16": "10.0.0.2@Ethernet0 ospf"}
	g.want("routes", rows)
	g.z.links.vrfs[1002] = "Vrf-blue"
	g.z.all()
	rows["Vrf-blue:10.5.0.0/16"] = "10.0.0.2@Ethernet0 ospf"
	g.want("a VRF comes", rows)
	red.Gone = true
	connected.Prefix = netip.MustParsePrefix("10.1.0.0/16")
	g.say(red, connected)
	delete(rows, "Vrf-red:10.4.0.0/16")
	delete(rows, "10.1.0.0/16") // the kernel's now
	g.want("routes go", rows)
}

// A group may come after its routes, and change under them.
func TestZebraGroups(t *testing.T) {
	g := newGuest(t, consumed(t))
	g.say(byGroup("10.1.0.0/16", 3), byGroup("10.2.0.0/16", 1))
	g.want("before the group", map[string]string{})
	one, two := fpm.NextHop{ID: 1, Hop: via(7, "10.0.0.2")}, fpm.NextHop{ID: 2, Hop: via(8, "10.0.4.2")}
	g.say(one, two, fpm.NextHop{ID: 3, Group: []fpm.Member{{ID: 1, Weight: 1}, {ID: 2, Weight: 5}}})
	g.want("the group", map[string]string{"10.1.0.0/16": "10.0.0.2,10.0.4.2@Ethernet0,Ethernet4 bgp 1,5", "10.2.0.0/16": "10.0.0.2@Ethernet0 bgp"})
	one.Hop = via(7, "10.0.0.9")
	g.say(one)
	g.want("a member changes", map[string]string{"10.1.0.0/16": "10.0.0.9,10.0.4.2@Ethernet0,Ethernet4 bgp 1,5", "10.2.0.0/16": "10.0.0.9@Ethernet0 bgp"})
	g.say(fpm.NextHop{Gone: true, ID: 2}, fpm.NextHop{ID: 4, Blackhole: true}, byGroup("10.2.0.0/16", 4))
	after := map[string]string{"10.1.0.0/16": "10.0.0.9@Ethernet0 bgp", "10.2.0.0/16": "@true bgp"}
	g.want("a member goes", after)
	g.z.take(fpm.Event{Begin: true}, time.Now()) // ids mean something else from here on
	g.say(fpm.NextHop{ID: 3, Hop: via(8, "10.0.4.66")})
	g.want("another life", after)
}

// What zebra does not name again goes, but only after a time; a netsyncd that starts again takes nothing away before it has heard.
func TestZebraResync(t *testing.T) {
	appl := consumed(t)
	g := newGuest(t, appl)
	now := time.Now()
	g.z.take(fpm.Event{Begin: true}, now)
	g.say(ospf("10.1.0.0/16", via(7, "10.0.0.2")), ospf("10.2.0.0/16", via(7, "10.0.0.2")))
	rows := map[string]string{"10.1.0.0/16": "10.0.0.2@Ethernet0 ospf", "10.2.0.0/16": "10.0.0.2@Ethernet0 ospf"}
	g.want("first", rows)
	g.z.take(fpm.Event{End: true}, now)
	g.z.look(now.Add(absent - time.Second))
	g.want("away", rows)
	g.z.take(fpm.Event{Begin: true}, now.Add(90*time.Second))
	g.say(ospf("10.1.0.0/16", via(7, "10.0.0.3")))
	rows["10.1.0.0/16"] = "10.0.0.3@Ethernet0 ospf"
	g.z.look(now.Add(absent + time.Second)) // no longer the time that counts
	g.want("back", rows)
	g.z.look(now.Add(90*time.Second + resent))
	delete(rows, "10.2.0.0/16")
	g.want("not named again", rows)

	g = newGuest(t, appl)
	g.want("another netsyncd", rows)
	g.z.take(fpm.Event{Begin: true}, time.Now())
	g.say(ospf("10.9.0.0/16", via(7, "10.0.0.3")))
	rows["10.9.0.0/16"] = "10.0.0.3@Ethernet0 ospf"
	g.want("hears", rows)
	g.z.look(time.Now().Add(resent + time.Second))
	delete(rows, "10.1.0.0/16")
	g.want("has heard", rows)
}

// routingd's routes go before FRR's of the same prefix, which are there again when routingd has none.
func TestZebraAndRoutingd(t *testing.T) {
	appl := consumed(t)
	g := newGuest(t, appl)
	static := statedb.Fields{"nexthop": "10.0.0.7", "ifname": "Ethernet0", "protocol": "static"}
	if err := appl.Set(t.Context(), "ROUTE_TABLE", "10.1.0.0/16", static); err != nil {
		t.Fatal(err)
	}
	g.say(ospf("10.1.0.0/16", via(7, "10.0.0.2")), ospf("10.2.0.0/16", via(7, "10.0.0.2")))
	rows := map[string]string{"10.2.0.0/16": "10.0.0.2@Ethernet0 ospf"}
	g.want("beside routingd", rows)
	gone := ospf("10.1.0.0/16")
	gone.Gone = true
	g.say(gone)
	g.want("FRR's goes", rows)
	if row, _, err := appl.Get(t.Context(), "ROUTE_TABLE", "10.1.0.0/16"); err != nil || cmp.Diff(static, row) != "" {
		t.Fatalf("routingd's row: %v, %v", row, err)
	}
	g.say(ospf("10.1.0.0/16", via(7, "10.0.0.2")))
	g.want("beside routingd again", rows)
	if err := appl.Delete(t.Context(), "ROUTE_TABLE", "10.1.0.0/16"); err != nil {
		t.Fatal(err)
	}
	g.z.look(time.Now())
	rows["10.1.0.0/16"] = "10.0.0.2@Ethernet0 ospf"
	g.want("routingd has none", rows)
}

// FRR itself: its zebra beside netsyncd, its OSPF and BGP with another FRR.
func TestFRR(t *testing.T) {
	b := newBench(t)
	b.start()
	const fpmAddress = "fpm address 127.0.0.1 port 2620\n"
	kerneltest.Up(t, b.host, "lo")
	for _, p := range []string{"10.9.1.1/32", "10.9.2.1/32"} {
		kerneltest.Address(t, b.host, "lo", p)
	}
	const ospfd = "router ospf\n network 10.0.0.0/24 area 0\n"
	const timers = "interface %\n ip ospf hello-interval 1\n ip ospf dead-interval 4\n ip ospf network point-to-point\nexit\n"
	far := frr.Start(t, b.host, strings.ReplaceAll(timers, "%", "eth0")+ospfd+" network 10.9.1.1/32 area 0\nexit\n"+
		"router bgp 65002\n no bgp ebgp-requires-policy\n neighbor 10.0.0.1 remote-as 65001\n neighbor 10.0.0.1 timers connect 1\n address-family ipv4 unicast\n  network 10.9.2.1/32\n exit-address-family\nexit\n",
		nil, "ospfd", "bgpd")
	near := frr.Start(t, b.kernel, fpmAddress+strings.ReplaceAll(timers, "%", "Ethernet0")+ospfd+"exit\nip route 10.9.3.0/24 10.0.0.2\nip route 10.9.4.0/24 blackhole\n"+
		"router bgp 65001\n no bgp ebgp-requires-policy\n neighbor 10.0.0.2 remote-as 65002\n neighbor 10.0.0.2 timers connect 1\nexit\n",
		[]string{"-M", "dplane_fpm_nl"}, "staticd", "ospfd", "bgpd")
	row := func(protocol string) statedb.Fields {
		return statedb.Fields{"nexthop": "10.0.0.2", "ifname": "Ethernet0", "protocol": protocol, "heddle_owner": "frr"}
	}
	rows := map[string]statedb.Fields{
		"10.9.1.1/32": row("ospf"), "10.9.2.1/32": row("bgp"), "10.9.3.0/24": row("static"),
		"10.9.4.0/24": {"blackhole": "true", "protocol": "static", "heddle_owner": "frr"},
	}
	for end := time.Now().Add(time.Minute); !strings.Contains(near.Do("show ip route ospf"), "10.9.1.1/32"); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("no OSPF route: ", near.Do("show ip ospf neighbor", "show ip ospf interface"))
		}
	}
	b.becomes(b.appl(), "ROUTE_TABLE", rows)
	near.Do("configure terminal", "no ip route 10.9.3.0/24 10.0.0.2")
	delete(rows, "10.9.3.0/24")
	b.becomes(b.appl(), "ROUTE_TABLE", rows)
	far.Do("configure terminal", "router bgp 65002", "address-family ipv4 unicast", "no network 10.9.2.1/32")
	delete(rows, "10.9.2.1/32")
	b.becomes(b.appl(), "ROUTE_TABLE", rows)
}
