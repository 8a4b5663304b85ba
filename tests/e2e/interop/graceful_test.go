package interop_test

import (
	"slices"
	"syscall"
	"testing"
	"time"
)

const gracefulDevice = "BGP_GLOBALS|default local_asn=65001 router_id=10.255.0.1 graceful_restart_enable=true gr_restart_time=60"

const gracefulFRR = ` bgp graceful-restart
 bgp graceful-restart restart-time 60
 address-family ipv4 unicast
  network 198.51.100.0/24
`

// TestGracefulRestart kills one end after the other (RFC 4724). What it had announced stays, and goes after its End-of-RIB if it is not
// announced again.
func TestGracefulRestart(t *testing.T) {
	const other = "BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|192.0.2.0/24"
	d := newSwitch(t, gracefulDevice, network4, other, "BGP_NEIGHBOR|default|10.0.0.2 asn=65002")
	far := d.cable(0)
	peer := startFRR(t, far, "65002", []string{"10.0.0.1"}, gracefulFRR+"  network 100.64.1.0/24\n exit-address-family\n")
	d.start("routingd")
	d.reach("100.64.1.0/24", "198.51.100.0/24")

	peer.Kill("bgpd")
	eventually(t, "stale paths", map[string][]string{
		"203.0.113.0/24": {""}, "192.0.2.0/24": {""}, "198.51.100.0/24": {"65002 stale"}, "100.64.1.0/24": {"65002 stale"},
	}, func() map[string][]string { return d.paths("", "") })
	d.reach("100.64.1.0/24", "198.51.100.0/24")
	peer.Configure(frrConfig("65002", []string{"10.0.0.1"}, gracefulFRR+" exit-address-family\n"))
	peer.Revive(far, "bgpd")
	d.reach("198.51.100.0/24")
	eventually(t, "fresh paths", map[string][]string{"203.0.113.0/24": {""}, "192.0.2.0/24": {""}, "198.51.100.0/24": {"65002"}}, func() map[string][]string {
		return d.paths("", "")
	})

	both := map[string][]string{"203.0.113.0/24": {"65001"}, "192.0.2.0/24": {"65001"}, "198.51.100.0/24": {""}}
	eventually(t, "FRR's paths", both, peer.ipv4)
	stale := map[string][]string{"203.0.113.0/24": {"65001 stale"}, "192.0.2.0/24": {"65001 stale"}, "198.51.100.0/24": {""}}
	d.stop("routingd", syscall.SIGTERM) // it says no word either
	eventually(t, "FRR's stale paths after a stop", stale, peer.ipv4)
	d.start("routingd")
	eventually(t, "FRR's paths after a stop", both, peer.ipv4)
	d.stop("routingd", syscall.SIGKILL)
	d.set("-" + other)
	eventually(t, "FRR's stale paths", stale, peer.ipv4)
	d.reach("198.51.100.0/24") // as long as nobody is there who knows better
	d.start("routingd")
	eventually(t, "FRR's fresh paths", map[string][]string{"203.0.113.0/24": {"65001"}, "198.51.100.0/24": {""}}, peer.ipv4)
	d.reach("198.51.100.0/24")
}

// TestNoEndOfRIB: what a neighbour that is back does not tell again goes after gr_stale_routes_time, though it never says that it has told all.
func TestNoEndOfRIB(t *testing.T) {
	const addr, again = "10.0.0.3", "192.0.2.0/24"
	d := newSwitch(t, gracefulDevice+" gr_stale_routes_time=3")
	far := d.cable(0)
	d.passive(far, addr, strangerAS)
	d.start("routingd")
	before := d.meetWith(far, addr, "10.0.0.1", strangerAS, capIPv4, capFourOctets, capGraceful)
	before.send(msgUpdate, update(good(), append(nlri(victim), nlri(again)...)...))
	d.reach(victim, again)
	_ = before.conn.Close()
	eventually(t, "stale paths", []string{"65003 stale"}, func() []string { return d.paths("", "")[victim] })
	after := d.meetWith(far, addr, "10.0.0.1", strangerAS, capIPv4, capFourOctets, capGraceful)
	after.send(msgUpdate, update(good(), nlri(again)...))
	eventually(t, "one again", []string{"65003"}, func() []string { return d.paths("", "")[again] })
	if got := d.paths("", "")[victim]; len(got) != 1 {
		t.Errorf("the other one is %v at once, want it kept for a while", got)
	}
	d.reach(again)
	if s := d.state(addr)(); s != "Established" {
		t.Errorf("the session is %s", s)
	}
}

// TestBothRestart: the switch is killed, and comes back to a neighbour that has restarted too. What that one has not told again stays until it
// says that it has told all.
func TestBothRestart(t *testing.T) {
	const addr, again = "10.0.0.3", "192.0.2.0/24"
	d := newSwitch(t, gracefulDevice)
	far := d.cable(0)
	d.passive(far, addr, strangerAS)
	d.start("routingd")
	before := d.meetWith(far, addr, "10.0.0.1", strangerAS, capIPv4, capFourOctets, capGraceful)
	before.send(msgUpdate, update(good(), append(nlri(victim), nlri(again)...)...))
	d.reach(victim, again)
	d.stop("routingd", syscall.SIGKILL)
	d.start("routingd")
	after := d.meetWith(far, addr, "10.0.0.1", strangerAS, capIPv4, capFourOctets, capRestarted)
	after.send(msgUpdate, update(good(), nlri(again)...))
	eventually(t, "one again", []string{"65003"}, func() []string { return d.paths("", "")[again] })
	for end := time.Now().Add(3 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if !slices.Contains(d.learned(), victim) {
			t.Fatalf("%s is gone before the End-of-RIB", victim)
		}
	}
	after.send(msgUpdate, []byte{0, 0, 0, 0}) // End-of-RIB
	d.reach(again)
}
