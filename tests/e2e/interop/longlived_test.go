package interop_test

import (
	"fmt"
	"slices"
	"syscall"
	"testing"

	"github.com/heddle-nos/heddle/daemons/bgpview"
)

const longLivedDevice = "BGP_GLOBALS|default local_asn=65001 router_id=10.255.0.1 graceful_restart_enable=true gr_restart_time=2 llgr_stale_time=8"

const longLivedFRR = ` bgp graceful-restart
 bgp graceful-restart restart-time 2
 bgp long-lived-graceful-restart stale-time 8
 address-family ipv4 unicast
  network 198.51.100.0/24
  network 100.64.1.0/24 route-map NOT-LONG
 exit-address-family
`

// marked are the routes that a neighbour told, with whether they are stale for a long time.
func (d *device) marked(neighbor string) map[string]bool {
	out := make(map[string]bool)
	for _, r := range d.ask(bgpview.Query{Ask: bgpview.AskRoutes, Neighbor: neighbor}).Routes {
		out[r.Prefix] = slices.Contains(r.Paths[0].Communities, "llgr-stale")
	}
	return out
}

// TestLongLivedGracefulRestart kills one end after the other for good (RFC 9494). What it had announced is kept, the last choice, but for what must
// not be, and goes in the end.
func TestLongLivedGracefulRestart(t *testing.T) {
	d := newSwitch(t, longLivedDevice, network4, "BGP_NEIGHBOR|default|10.0.0.2 asn=65002", "BGP_NEIGHBOR|default|10.0.1.2 asn=65003",
		"BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|192.0.2.0/24")
	far := d.cable(0)
	peer := startFRR(t, far, "65002", []string{"10.0.0.1"}, longLivedFRR+"exit\nroute-map NOT-LONG permit 10\n set community no-llgr\n")
	d.start("routingd")
	d.reach("100.64.1.0/24", "198.51.100.0/24")
	eventually(t, "what FRR asks for", uint32(8), func() uint32 { return d.neighbor("10.0.0.2").Families[0].LongLived })

	// A policy's change is withdrawn also from those that take what is stale.
	d.set("PREFIX_SET|OUT mode=IPv4", "PREFIX|OUT|10|203.0.113.0/24|exact action=permit", "BGP_NEIGHBOR_AF|default|10.0.0.2|ipv4_unicast admin_status=up prefix_list_out=OUT")
	eventually(t, "withdrawn from FRR", map[string][]string{"203.0.113.0/24": {"65001"}, "198.51.100.0/24": {""}, "100.64.1.0/24": {""}}, peer.ipv4)
	d.set("BGP_NEIGHBOR_AF|default|10.0.0.2|ipv4_unicast admin_status=up")
	both := map[string][]string{"203.0.113.0/24": {"65001"}, "192.0.2.0/24": {"65001"}, "198.51.100.0/24": {""}, "100.64.1.0/24": {""}}
	eventually(t, "announced again", both, peer.ipv4)

	other := startFRR(t, d.cable(1), "65003", []string{"10.0.1.1"}, "") // cannot do this
	eventually(t, "told to another", []string{"65001 65002"}, func() []string { return other.ipv4()["198.51.100.0/24"] })
	peer.Kill("bgpd")
	eventually(t, "stale for a long time", map[string]bool{"198.51.100.0/24": true}, func() map[string]bool { return d.marked("10.0.0.2") })
	d.reach("198.51.100.0/24")
	eventually(t, "withdrawn from another", []string(nil), func() []string { return other.ipv4()["198.51.100.0/24"] })
	d.reach() // in the end

	peer.Revive(far, "bgpd")
	d.reach("100.64.1.0/24", "198.51.100.0/24")
	eventually(t, "back", both, peer.ipv4)
	peer.Kill("bgpd")
	eventually(t, "stale for a long time again", true, func() bool { return d.marked("10.0.0.2")["198.51.100.0/24"] })
	peer.Revive(far, "bgpd")
	eventually(t, "fresh", map[string]bool{"198.51.100.0/24": false, "100.64.1.0/24": false}, func() map[string]bool { return d.marked("10.0.0.2") })

	eventually(t, "back again", both, peer.ipv4)
	d.stop("routingd", syscall.SIGKILL)
	long := func() bool { return peer.longLived("203.0.113.0/24") }
	eventually(t, "FRR keeps ours for a long time", true, long)
	eventually(t, "FRR drops ours", map[string][]string{"198.51.100.0/24": {""}, "100.64.1.0/24": {""}}, peer.ipv4)
}

// longLived says whether a path has the community LLGR_STALE.
func (g *guest) longLived(prefix string) bool {
	paths, _ := g.ask("show bgp ipv4 unicast " + prefix)["paths"].([]any)
	for _, p := range paths {
		c, _ := p.(map[string]any)["community"].(map[string]any)
		if text, _ := c["string"].(string); text == "llgr-stale" {
			return true
		}
	}
	return false
}

const longLivedGoBGP = `
[global.config]
  as = 65002
  router-id = "10.255.0.2"
[[neighbors]]
  [neighbors.config]
    neighbor-address = "10.0.0.1"
    peer-as = 65001
  [neighbors.timers.config]
    connect-retry = 1
    idle-hold-time-after-reset = 1
  [neighbors.graceful-restart.config]
    enabled = true
    restart-time = 2
    long-lived-enabled = true
%s`

const longLivedFamily = `
  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "%s-unicast"
    [neighbors.afi-safis.mp-graceful-restart.config]
      enabled = true
    [neighbors.afi-safis.long-lived-graceful-restart.config]
      enabled = true
      restart-time = %d
`

// TestLongLivedFamilies has two families with times of their own. The end of the one is not that of the other.
func TestLongLivedFamilies(t *testing.T) {
	d := newSwitch(t, longLivedDevice, "BGP_NEIGHBOR|default|10.0.0.2 asn=65002",
		"BGP_NEIGHBOR_AF|default|10.0.0.2|ipv4_unicast admin_status=up", "BGP_NEIGHBOR_AF|default|10.0.0.2|ipv6_unicast admin_status=up")
	far := d.cable(0)
	peer := startGoBGP(t, far, fmt.Sprintf(longLivedGoBGP, fmt.Sprintf(longLivedFamily, "ipv4", 4)+fmt.Sprintf(longLivedFamily, "ipv6", 16)))
	peer.do("global", "rib", "add", "198.51.100.0/24", "nexthop", "10.0.0.2")
	peer.do("global", "rib", "-a", "ipv6", "add", "2001:db8:2::/48", "nexthop", "fc00::2")
	d.start("routingd")
	d.reach("198.51.100.0/24", "2001:db8:2::/48")
	peer.kill()
	eventually(t, "stale for a long time", map[string]bool{"198.51.100.0/24": true}, func() map[string]bool { return d.marked("10.0.0.2") })
	d.reach("2001:db8:2::/48")
	eventually(t, "it is still waited for", true, func() bool { g := d.neighbor("10.0.0.2").Graceful; return g != nil && g.PeerRestarting })
	d.reach()
	eventually(t, "it is not waited for any more", false, func() bool { return d.neighbor("10.0.0.2").Graceful.PeerRestarting })
}
