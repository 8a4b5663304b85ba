package interop_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// TestUnnumbered has a session over the link-local addresses of a cable, with routes of IPv4 over next hops of IPv6 (RFC 8950).
func TestUnnumbered(t *testing.T) {
	d := newSwitch(t, device65001, network4, network6, "BGP_NEIGHBOR|default|Ethernet0 peer_type=external",
		"BGP_NEIGHBOR_AF|default|Ethernet0|ipv4_unicast admin_status=up", "BGP_NEIGHBOR_AF|default|Ethernet0|ipv6_unicast admin_status=up")
	far := d.bareCable(0)
	peer := startFRR(t, far, "65002", nil, ` neighbor eth0 interface remote-as external
 neighbor eth0 timers connect 1
 address-family ipv4 unicast
  network 198.51.100.0/24
 exit-address-family
 address-family ipv6 unicast
  network 2001:db8:2::/48
  neighbor eth0 activate
 exit-address-family
`)
	d.start("routingd")
	d.up("Ethernet0")
	d.reach("198.51.100.0/24", "2001:db8:2::/48")
	eventually(t, "FRR's IPv4", map[string][]string{"203.0.113.0/24": {"65001"}, "198.51.100.0/24": {""}}, peer.ipv4)
	eventually(t, "FRR's IPv6", map[string][]string{"2001:db8:1::/48": {"65001"}, "2001:db8:2::/48": {""}}, func() map[string][]string { return peer.paths("ipv6") })
	row, _, err := d.client.DB(statedb.ApplDB).Get(t.Context(), "_ROUTE_TABLE", "198.51.100.0/24") // nobody takes it
	if err != nil {
		t.Fatal(err)
	}
	if hop, err := netip.ParseAddr(row["nexthop"]); err != nil || !hop.IsLinkLocalUnicast() || row["ifname"] != "Ethernet0" {
		t.Errorf("the route of IPv4 is %v", row)
	}
}

// TestBFD loses FRR's bfdd, connected and several hops away and behind a link-local address, and finds it again.
func TestBFD(t *testing.T) {
	for _, c := range []struct{ name, neighbor, ours, lines string }{
		{"connected", "10.0.0.2 asn=65002", "10.0.0.1", " neighbor $P bfd\n"},
		{"multihop", "10.0.0.2 asn=65002 ebgp_multihop=true ebgp_multihop_ttl=5 local_addr=10.0.0.1", "10.0.0.1",
			" neighbor $P ebgp-multihop 5\n neighbor $P update-source 10.0.0.2\n neighbor $P bfd\n"},
		{"unnumbered", "Ethernet0 peer_type=external", "eth0", " neighbor eth0 interface remote-as external\n neighbor eth0 timers connect 1\n neighbor eth0 bfd\n"},
	} {
		t.Run(c.name, func(t *testing.T) { loseBFD(t, c.neighbor, c.ours, c.lines) })
	}
}

func loseBFD(t *testing.T, neighbor, ours, lines string) {
	name := ""
	if _, err := fmt.Sscan(neighbor, &name); err != nil {
		t.Fatal(err)
	}
	d := newSwitch(t, device65001, "BGP_NEIGHBOR|default|"+neighbor+" bfd=true")
	far, peers := d.cable(0), []string{ours}
	if ours == "eth0" {
		peers = nil
	}
	peer := startFRR(t, far, "65002", peers, lines+announce, "bfdd")
	d.start("bfdd", "routingd")
	d.reach("198.51.100.0/24")
	bfd := func() string {
		if b := d.neighbor(name).BFD; b != nil {
			return b.State
		}
		return ""
	}
	eventually(t, "BFD", "Up", bfd)
	began := time.Now()
	peer.Kill("bfdd")
	eventually(t, "the session ends", true, func() bool { return d.neighbor(name).State != "Established" })
	t.Logf("ended after %v", time.Since(began))
	eventually(t, "FRR is told why", "BFD does not hear the neighbor", func() string { return peer.told(ours) })
	d.reach()
	peer.Revive(far, "bfdd")
	eventually(t, "BFD again", "Up", bfd)
	d.reach("198.51.100.0/24")
	d.set("BGP_NEIGHBOR|default|" + neighbor + " bfd=false") // FRR takes that for a failure (RFC 5882 section 3.2 does not), and comes back
	eventually(t, "no BFD", "", bfd)
	d.reach("198.51.100.0/24")
}

// TestBFDThroughRestart kills routingd. The sessions of BFD that it had asked for stay as they are, also that of a neighbour whose address it has
// to find again first.
func TestBFDThroughRestart(t *testing.T) {
	d := newSwitch(t, device65001, "BGP_NEIGHBOR|default|10.0.0.2 asn=65002 bfd=true", "BGP_NEIGHBOR|default|Ethernet4 peer_type=external bfd=true")
	one := startFRR(t, d.cable(0), "65002", []string{"10.0.0.1"}, " neighbor $P bfd\n"+announce, "bfdd")
	two := startFRR(t, d.bareCable(1), "65003", nil, " bgp router-id 10.255.1.2\n neighbor eth0 interface remote-as external\n neighbor eth0 timers connect 1\n neighbor eth0 bfd\n", "bfdd")
	d.start("bfdd", "routingd")
	up := func() {
		t.Helper()
		for _, n := range []string{"10.0.0.2", "Ethernet4"} {
			eventually(t, "BFD and BGP with "+n, "Established Up", func() string {
				got := d.neighbor(n)
				if got.BFD == nil {
					return got.State
				}
				return got.State + " " + got.BFD.State
			})
		}
	}
	up()
	before := one.bfdDowns() + two.bfdDowns()
	d.stop("routingd", syscall.SIGKILL)
	d.start("routingd")
	up()
	if after := one.bfdDowns() + two.bfdDowns(); after != before {
		t.Errorf("FRR's BFD went down %d times", after-before)
	}
}

// bfdDowns counts how often FRR has lost somebody.
func (g *guest) bfdDowns() int {
	g.t.Helper()
	var peers []map[string]any
	text := g.Do("show bfd peers counters json")
	if err := json.Unmarshal([]byte(text), &peers); err != nil || len(peers) != 1 {
		g.t.Fatalf("one peer, please: %v: %s", err, text)
	}
	n, ok := peers[0]["session-down"].(float64)
	if !ok {
		g.t.Fatalf("no session-down: %s", text)
	}
	return int(n)
}
