package routingd

import (
	"context"
	"net/netip"
	"path/filepath"
	"slices"
	"testing"
	"time"

	api "github.com/osrg/gobgp/v3/api"

	"github.com/heddle-nos/heddle/daemons/resident/residenttest"
	"github.com/heddle-nos/heddle/daemons/routingd/offload"
	"github.com/heddle-nos/heddle/daemons/routingd/speaker"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// heard are the prefixes that a router has from the switch.
func (p *peer) heard() []string {
	got := []string{}
	for _, afi := range []api.Family_Afi{api.Family_AFI_IP, api.Family_AFI_IP6} {
		r := &api.ListPathRequest{TableType: api.TableType_ADJ_IN, Name: switchAddr, Family: &api.Family{Afi: afi, Safi: api.Family_SAFI_UNICAST}}
		p.must(p.server.ListPath(p.t.Context(), r, func(d *api.Destination) {
			if len(d.Paths) > 0 { // GoBGP keeps those that were withdrawn without being known
				got = append(got, d.Prefix)
			}
		}))
	}
	slices.Sort(got)
	return got
}

// asic plays orchagent: it says what became of routes.
type asic struct{ b *bench }

func (a asic) db() *statedb.DB { return a.b.client.DB(statedb.ApplStateDB) }

func (a asic) say(op, prefix string, fields ...statedb.Field) {
	a.b.t.Helper()
	fields = append([]statedb.Field{{Name: "err_str", Value: op}}, fields...)
	a.b.ok(statedb.Publish(context.Background(), a.db(), offload.Channel, op, prefix, fields))
}

func (a asic) has(prefixes ...string) {
	a.b.t.Helper()
	for _, p := range prefixes {
		a.b.ok(a.db().Replace(context.Background(), "ROUTE_TABLE", p, statedb.Fields{"protocol": "bgp"}))
		a.say("SWSS_RC_SUCCESS", p, statedb.Field{Name: "protocol", Value: "bgp"})
	}
}

func (a asic) loses(p string) {
	a.b.t.Helper()
	a.b.ok(a.db().Delete(context.Background(), "ROUTE_TABLE", p))
	a.say("SWSS_RC_SUCCESS", p)
}

// suppressing starts the daemon with two peers, one that announces and one that listens.
func (b *bench) suppressing(state string) (one, two *peer, stop func()) {
	b.t.Helper()
	if !speaker.Withholds() {
		b.t.Skip("built without what `make` repairs in GoBGP")
	}
	t := b.t.(*testing.T)
	config := b.client.DB(statedb.ConfigDB)
	port := freePort(b.t)
	b.ok(config.Set(b.t.Context(), "DEVICE_METADATA", "localhost", statedb.Fields{"bgp_asn": "65000", "suppress-fib-pending": state}))
	stop = b.speakAgain(port)
	return newPeer(t, "127.77.0.2", 65001, port), newPeer(t, "127.77.0.3", 65002, port), stop
}

// speakAgain starts the daemon with sockets.
func (b *bench) speakAgain(port int) (stop func()) {
	b.t.Helper()
	config, ctx := b.client.DB(statedb.ConfigDB), context.Background()
	b.ok(config.Replace(ctx, "LOOPBACK_INTERFACE", "Loopback9|10.9.9.9/32", nil))
	for addr, asn := range map[string]string{"127.77.0.2": "65001", "127.77.0.3": "65002"} {
		b.ok(config.Replace(ctx, "BGP_NEIGHBOR", addr, statedb.Fields{"asn": asn, "local_addr": switchAddr, "keepalive": "3", "holdtime": "10"}))
		for _, family := range []string{"ipv4_unicast", "ipv6_unicast"} {
			b.ok(config.Replace(ctx, "BGP_NEIGHBOR_AF", "default|"+addr+"|"+family, statedb.Fields{"admin_status": "up"}))
		}
	}
	dir := b.t.TempDir()
	cfg := Config{
		Port: port, Listen: []netip.Addr{netip.MustParseAddr(switchAddr)},
		Sockets: func(name string) string { return filepath.Join(dir, name+".sock") },
	}
	return residenttest.Start(b.t, b.client, b.kernel, cfg.work)
}

// stays watches for a while that something is so.
func stays[T any](t *testing.T, what string, want T, got func() T) {
	t.Helper()
	for end := time.Now().Add(time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		eventually(t, what, want, got)
	}
}

// A prefix goes on to other peers when the ASIC has it, and back when the ASIC loses it. A peer's withdrawal waits for nobody.
func TestSuppressedUntilTheASICHasIt(t *testing.T) {
	b := newBench(t)
	one, two, _ := b.suppressing("enabled")
	hw := asic{b}
	one.announce("20.0.0.0/24", "10.0.0.2")
	one.announce("20.0.0.0/16", "10.0.0.2")
	one.announce("2001:db8::/32", "fc00:0::2")
	eventually(t, "rows", 3, func() int { return len(b.rows("bgp")()) })
	stays(t, "what nobody has answered for", []string{}, two.heard)
	hw.has("20.0.0.0/16")
	eventually(t, "the answered one", []string{"20.0.0.0/16"}, two.heard)
	stays(t, "not the one within it", []string{"20.0.0.0/16"}, two.heard)
	hw.has("20.0.0.0/24", "2001:db8::/32")
	eventually(t, "all", []string{"20.0.0.0/16", "20.0.0.0/24", "2001:db8::/32"}, two.heard)
	hw.loses("20.0.0.0/24")
	eventually(t, "without the lost one", []string{"20.0.0.0/16", "2001:db8::/32"}, two.heard)
	hw.has("20.0.0.0/24")
	eventually(t, "all again", []string{"20.0.0.0/16", "20.0.0.0/24", "2001:db8::/32"}, two.heard)
	hw.say("SWSS_RC_FULL", "2001:db8::/32", statedb.Field{Name: "protocol", Value: "bgp"})
	eventually(t, "without the refused one", []string{"20.0.0.0/16", "20.0.0.0/24"}, two.heard)
	one.withdraw("20.0.0.0/16", "10.0.0.2")
	eventually(t, "without the withdrawn one", []string{"20.0.0.0/24"}, two.heard)
	hw.loses("20.0.0.0/16")
	one.announce("20.0.0.0/16", "10.0.0.2")
	eventually(t, "the row again", 3, func() int { return len(b.rows("bgp")()) })
	stays(t, "announced anew, not answered for", []string{"20.0.0.0/24"}, two.heard)
	hw.has("20.0.0.0/16")
	eventually(t, "answered", []string{"20.0.0.0/16", "20.0.0.0/24"}, two.heard)
	if got := one.heard(); len(got) != 0 {
		t.Errorf("the peer that announces was told of %v", got)
	}
}

// What the switch itself announces waits for nobody.
func TestOwnNetworksAreNotSuppressed(t *testing.T) {
	b := newBench(t)
	b.ok(b.client.DB(statedb.ConfigDB).Replace(t.Context(), "LOOPBACK_INTERFACE", "Loopback0|10.9.9.1/32", nil))
	_, two, _ := b.suppressing("enabled")
	eventually(t, "the loopback", []string{"10.9.9.1/32"}, two.heard)
}

// Switched on at runtime, nothing that is announced is taken back, and what comes later waits; switched off, what waited goes out.
func TestSuppressionAtRuntime(t *testing.T) {
	b := newBench(t)
	one, two, _ := b.suppressing("disabled")
	hw, config := asic{b}, b.client.DB(statedb.ConfigDB)
	one.announce("20.0.0.0/24", "10.0.0.2")
	eventually(t, "announced at once", []string{"20.0.0.0/24"}, two.heard)
	b.ok(config.Set(t.Context(), "DEVICE_METADATA", "localhost", statedb.Fields{"suppress-fib-pending": "enabled"}))
	eventually(t, "the later one waits", []string{"20.0.0.0/24"}, func() []string { // it may take a moment to come into force
		one.withdraw("20.0.1.0/24", "10.0.0.2")
		eventually(t, "gone", 1, func() int { return len(b.rows("bgp")()) })
		eventually(t, "gone from the peer", []string{"20.0.0.0/24"}, two.heard)
		one.announce("20.0.1.0/24", "10.0.0.2")
		eventually(t, "rows", 2, func() int { return len(b.rows("bgp")()) })
		time.Sleep(100 * time.Millisecond)
		return two.heard()
	})
	stays(t, "the later one waits", []string{"20.0.0.0/24"}, two.heard)
	hw.loses("20.0.0.0/24")
	eventually(t, "the earlier one is lost", []string{}, two.heard)
	b.ok(config.Set(t.Context(), "DEVICE_METADATA", "localhost", statedb.Fields{"suppress-fib-pending": "disabled"}))
	eventually(t, "all at once", []string{"20.0.0.0/24", "20.0.1.0/24"}, two.heard)
}

// A daemon that starts again finds what the ASIC has, and does not wait for that.
func TestSuppressionAfterRestart(t *testing.T) {
	b := newBench(t)
	hw := asic{b}
	hw.has("20.0.0.0/24")
	one, two, _ := b.suppressing("enabled")
	one.announce("20.0.0.0/24", "10.0.0.2")
	one.announce("20.0.1.0/24", "10.0.0.2")
	eventually(t, "the one that the ASIC has", []string{"20.0.0.0/24"}, two.heard)
	stays(t, "the other one", []string{"20.0.0.0/24"}, two.heard)
	b.srv.RestartEmpty(t) // nobody has anything, and nobody says so
	eventually(t, "after a restart of Redis", 0, func() int { return len(two.heard()) })
}
