package speaker_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/daemons/bgpview"
)

// TestSettingsThatSessionsSurvive changes what the session does not depend on, and then what it does.
func TestSettingsThatSessionsSurvive(t *testing.T) {
	a, b := pair(t)
	row := "BGP_NEIGHBOR|127.0.0.2 asn=65002 local_addr=127.0.0.1 peer_port=" + fmt.Sprint(a.peer("127.0.0.2").Transport.RemotePort)
	a.clean(a.set(row+" name=leaf keepalive=5 holdtime=15 bfd=true", "BGP_NEIGHBOR_AF|default|127.0.0.2|ipv4_unicast admin_status=up max_prefix_limit=100",
		"BGP_NEIGHBOR|127.0.0.9 asn=65009 passive_mode=true"))
	if n := a.opens("127.0.0.2"); n != 1 || !a.established("127.0.0.2") {
		t.Fatalf("opened %d times, want once", n)
	}
	if p := a.peer("127.0.0.2"); p.Timers.Config.HoldTime != 15 || p.AfiSafis[0].PrefixLimits.MaxPrefixes != 100 {
		t.Errorf("hold time %d, limit %v", p.Timers.Config.HoldTime, p.AfiSafis[0].PrefixLimits)
	}
	a.clean(a.set(row+" admin_status=down shutdown_message=maintenance", "-BGP_NEIGHBOR|127.0.0.9"))
	wait(t, "shutdown", func() bool { return !a.established("127.0.0.2") && !b.established("127.0.0.1") })
	if a.peer("127.0.0.9") != nil {
		t.Error("a peer without a row is still there")
	}
	a.clean(a.set(row))
	wait(t, "startup", func() bool { return a.established("127.0.0.2") })
	wait(t, "the new hold time", func() bool { return a.peer("127.0.0.2").Timers.State.NegotiatedHoldTime == 180 })
}

// TestPassword brings a session up with TCP MD5, takes the password away at one end and then at both.
func TestPassword(t *testing.T) {
	a, b := pair(t, "auth_password=secret")
	port := a.peer("127.0.0.2").Transport.RemotePort
	rowA := fmt.Sprintf("BGP_NEIGHBOR|127.0.0.2 asn=65002 local_addr=127.0.0.1 peer_port=%d", port)
	rowB := fmt.Sprintf("BGP_NEIGHBOR|127.0.0.1 asn=65001 local_addr=127.0.0.2 peer_port=%d", port)
	if p := a.peer("127.0.0.2"); p.Conf.AuthPassword == "" {
		t.Fatal("no password")
	}
	a.clean(a.set("-BGP_NEIGHBOR|127.0.0.2"))
	wait(t, "session down", func() bool { return !b.established("127.0.0.1") })
	a.clean(a.set(rowA))
	b.clean(b.set(rowB))
	wait(t, "session without password", func() bool { return a.established("127.0.0.2") && b.established("127.0.0.1") })
}

// TestRange accepts a peer from a prefix, and lets it go with the range.
func TestRange(t *testing.T) {
	port := freePort(t)
	a, b := newRouter(t, "127.0.0.1", port), newRouter(t, "127.0.0.2", port)
	a.clean(a.set("DEVICE_METADATA|localhost bgp_asn=65001 bgp_router_id=1.1.1.1",
		"BGP_PEER_RANGE|SERVERS ip_range@=127.0.0.0/28 peer_asn=65002 src_address=127.0.0.1",
		"VLAN_INTERFACE|Vlan10|203.0.113.1/24"))
	b.clean(b.set("DEVICE_METADATA|localhost bgp_asn=65002 bgp_router_id=2.2.2.2",
		fmt.Sprintf("BGP_NEIGHBOR|127.0.0.1 asn=65001 local_addr=127.0.0.2 peer_port=%d ebgp_multihop=true", port)))
	wait(t, "session", func() bool { return b.established("127.0.0.1") })
	b.expect("the subnet of a VLAN", map[string]string{"203.0.113.0/24": "65001"})

	var line bgpview.Peer
	wait(t, "peer in the summary", func() bool {
		for _, s := range a.summaries(bgpview.Query{}) {
			for _, p := range s.Peers {
				line = p
			}
		}
		return line.State == "Established"
	})
	if line.Neighbor != "127.0.0.2" || !line.Dynamic || line.ASN != 65002 {
		t.Errorf("summary has %+v", line)
	}
	a.clean(a.set("-BGP_PEER_RANGE|SERVERS"))
	wait(t, "session lost", func() bool { return !b.established("127.0.0.1") && a.peer("127.0.0.2") == nil })
}

func (r *router) summaries(q bgpview.Query) []bgpview.Summary {
	r.t.Helper()
	q.Ask = bgpview.AskSummary
	var out []bgpview.Summary
	err := r.speaker.Answer(r.t.Context(), q, func(a bgpview.Answer) error {
		out = append(out, a.Summaries...)
		return nil
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return out
}

// TestGracefulRestartIsAsked: a switch that has just started says that it restarts, takes the neighbour's routes first and then sends its own.
func TestGracefulRestartIsAsked(t *testing.T) {
	port := freePort(t)
	a, b := newRouter(t, "127.0.0.1", port), newRouter(t, "127.0.0.2", port)
	a.clean(a.set("BGP_GLOBALS|default local_asn=65001 router_id=1.1.1.1 graceful_restart_enable=true gr_restart_time=90",
		fmt.Sprintf("BGP_NEIGHBOR|default|127.0.0.2 asn=65002 local_addr=127.0.0.1 peer_port=%d", port),
		"BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|192.0.2.0/24"))
	b.clean(b.set("BGP_GLOBALS|default local_asn=65002 router_id=2.2.2.2 graceful_restart_enable=true",
		fmt.Sprintf("BGP_NEIGHBOR|default|127.0.0.1 asn=65001 local_addr=127.0.0.2 peer_port=%d", port),
		"BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|198.51.100.0/24"))
	b.expect("routes after the restart", map[string]string{"192.0.2.0/24": "65001", "198.51.100.0/24": ""})
	a.expect("routes after the restart", map[string]string{"198.51.100.0/24": "65002", "192.0.2.0/24": ""})
	if g := b.view("127.0.0.1").Graceful; g == nil || g.PeerRestartTime != 90 {
		t.Errorf("graceful restart %+v, want 90 s", g)
	}
}

// TestEVPNNegotiates brings up l2vpn_evpn beside IPv6 over an IPv4 session.
func TestEVPNNegotiates(t *testing.T) {
	port := freePort(t)
	a, b := newRouter(t, "127.0.0.1", port), newRouter(t, "127.0.0.2", port)
	families := func(peer string) []string {
		return []string{"BGP_NEIGHBOR_AF|default|" + peer + "|l2vpn_evpn admin_status=up", "BGP_NEIGHBOR_AF|default|" + peer + "|ipv6_unicast admin_status=up"}
	}
	a.clean(a.set(append(families("127.0.0.2"), "DEVICE_METADATA|localhost bgp_asn=65001 bgp_router_id=1.1.1.1",
		fmt.Sprintf("BGP_NEIGHBOR|default|127.0.0.2 peer_type=internal local_addr=127.0.0.1 peer_port=%d", port))...))
	b.clean(b.set(append(families("127.0.0.1"), "DEVICE_METADATA|localhost bgp_asn=65001 bgp_router_id=2.2.2.2",
		fmt.Sprintf("BGP_NEIGHBOR|default|127.0.0.1 asn=65001 local_addr=127.0.0.2 peer_port=%d", port))...))
	wait(t, "session", func() bool { return a.established("127.0.0.2") })
	var got bgpview.Neighbor
	err := a.speaker.Answer(t.Context(), bgpview.Query{Ask: bgpview.AskNeighbors, Neighbor: "127.0.0.2"}, func(ans bgpview.Answer) error {
		got = ans.Neighbors[0]
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var up []string
	for _, f := range got.Families {
		if f.Negotiated {
			up = append(up, string(f.Family))
		}
	}
	if want := []string{"ipv6_unicast", "l2vpn_evpn"}; !slices.Equal(up, want) || !got.Internal {
		t.Errorf("negotiated %v, want %v; internal %v", up, want, got.Internal)
	}
	if !slices.ContainsFunc(got.Capabilities, func(c bgpview.Capability) bool {
		return strings.Contains(c.Name, "evpn") && c.Advertised && c.Received
	}) {
		t.Errorf("capabilities %+v", got.Capabilities)
	}
}

// TestWhatGoBGPRefusesIsReported asks for a socket that cannot be had.
func TestWhatGoBGPRefusesIsReported(t *testing.T) {
	port := freePort(t)
	first, second := newRouter(t, "127.0.0.1", port), newRouter(t, "127.0.0.1", port)
	first.clean(first.set("DEVICE_METADATA|localhost bgp_asn=65001 bgp_router_id=1.1.1.1"))
	report := second.set("DEVICE_METADATA|localhost bgp_asn=65001 bgp_router_id=1.1.1.1", "BGP_GLOBALS|Vrf-none local_asn=65003")
	var got []string
	for _, e := range report.Errors {
		got = append(got, e.Table+"|"+e.Key+": "+e.Err.Error())
	}
	text := strings.Join(got, "\n")
	for _, want := range []string{"BGP_GLOBALS|default: run BGP: listen tcp4", "BGP_GLOBALS|Vrf-none: run BGP: the kernel has no device of the VRF"} {
		if !strings.Contains(text, want) {
			t.Errorf("errors %q, want one with %q", text, want)
		}
	}
}

// received is how many paths of IPv4 a peer has told.
func (r *router) received(addr string) uint64 { return r.peer(addr).AfiSafis[0].State.Received }

// What a peer has told is counted as its paths come, are replaced, and go.
func TestReceivedPathsAreCounted(t *testing.T) {
	a, b := pair(t)
	expect := func(what string, want uint64) {
		t.Helper()
		wait(t, what, func() bool { return b.received("127.0.0.1") == want })
	}
	a.clean(a.set("BGP_GLOBALS|default", "BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|192.0.2.0/24", "BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|198.51.100.0/24"))
	expect("two networks", 2)
	a.clean(a.set("ROUTE_MAP_SET|TO-B", "ROUTE_MAP|TO-B|10 route_operation=permit set_asn=65001 set_repeat_asn=2",
		"BGP_NEIGHBOR_AF|default|127.0.0.2|ipv4_unicast admin_status=up route_map_out@=TO-B"))
	b.expect("other paths for both", map[string]string{"192.0.2.0/24": "65001 65001 65001", "198.51.100.0/24": "65001 65001 65001"})
	expect("two are replaced", 2)
	a.clean(a.set("-BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|192.0.2.0/24"))
	expect("one is withdrawn", 1)
	b.clean(b.set("BGP_NEIGHBOR|127.0.0.1 asn=65001 local_addr=127.0.0.2 admin_status=down"))
	expect("the session ends", 0)
}
