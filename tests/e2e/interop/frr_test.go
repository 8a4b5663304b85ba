package interop_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/tests/frr"
)

// guest is FRR at the other end of a cable.
type guest struct {
	*frr.Router
	t *testing.T
}

// frrDefaults lets sessions begin, and routes go, as soon as they can. $P stands for a neighbour in what follows.
const frrDefaults = ` no bgp ebgp-requires-policy
 no bgp network import-check
 timers bgp 10 60
`

// startFRR runs BGP of an AS, with lines of its own; "$P" lines are for each of the neighbours.
func startFRR(t *testing.T, k *kernel.Kernel, as string, neighbors []string, lines string, more ...string) *guest {
	t.Helper()
	return &guest{frr.Start(t, k, frrConfig(as, neighbors, lines), nil, append([]string{"bgpd"}, more...)...), t}
}

func frrConfig(as string, neighbors []string, lines string) string {
	var b strings.Builder
	b.WriteString("router bgp " + as + "\n" + frrDefaults)
	id := "10.255.0.2"
	if len(neighbors) > 0 { // 10.0.n.1
		id = strings.TrimSuffix(strings.Replace(neighbors[0], ".0.", ".255.", 1), ".1") + ".2"
	}
	b.WriteString(" bgp router-id " + id + "\n")
	for line := range strings.Lines(" neighbor $P remote-as 65001\n neighbor $P timers connect 1\n neighbor $P advertisement-interval 0\n" + lines) {
		if !strings.Contains(line, "$P") {
			b.WriteString(line)
			continue
		}
		for _, n := range neighbors {
			b.WriteString(strings.ReplaceAll(line, "$P", n))
		}
	}
	b.WriteString("\nexit\n")
	return b.String()
}

// ask reads what a command says in JSON.
func (g *guest) ask(command string) map[string]any {
	g.t.Helper()
	out, text := make(map[string]any), g.Do(command+" json")
	if strings.HasPrefix(text, "%") { // there is nothing
		return out
	}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		g.t.Fatalf("%s: %v: %s", command, err, text)
	}
	return out
}

// paths are FRR's routes of a family, as "AS path" with one for each path.
func (g *guest) paths(family string) map[string][]string {
	g.t.Helper()
	out := make(map[string][]string)
	routes, _ := g.ask("show bgp " + family + " unicast")["routes"].(map[string]any)
	for prefix, list := range routes {
		for _, p := range list.([]any) {
			path := p.(map[string]any)
			text, _ := path["path"].(string)
			if stale, _ := path["stale"].(bool); stale {
				text = strings.TrimSpace(text + " stale")
			}
			out[prefix] = append(out[prefix], text)
		}
	}
	return out
}

func (g *guest) ipv4() map[string][]string { return g.paths("ipv4") }

const (
	device65001 = "DEVICE_METADATA|localhost bgp_asn=65001 bgp_router_id=10.255.0.1"
	network4    = "BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|203.0.113.0/24"
	network6    = "BGP_GLOBALS_AF_NETWORK|default|ipv6_unicast|2001:db8:1::/48"
)

// TestFRR has sessions over IPv4 and IPv6, with a password, TTL security and an AS of four bytes, and routes both ways.
func TestFRR(t *testing.T) {
	d := newSwitch(t, device65001, network4, network6,
		"BGP_NEIGHBOR|default|10.0.0.2 asn=4200000002 auth_password=knock ttl_security_hops=1", "BGP_NEIGHBOR|default|fc00::2 asn=4200000002 auth_password=knock")
	far := d.cable(0)
	const lines = ` neighbor $P password knock
 neighbor 10.0.0.1 ttl-security hops 1
 address-family ipv4 unicast
  network 198.51.100.0/24
 exit-address-family
 address-family ipv6 unicast
  network 2001:db8:2::/48
  neighbor fc00::1 activate
 exit-address-family
`
	peer := startFRR(t, far, "4200000002", []string{"10.0.0.1", "fc00::1"}, lines)
	d.start("routingd")
	d.up("10.0.0.2", "fc00::2")
	d.reach("198.51.100.0/24", "2001:db8:2::/48")
	eventually(t, "FRR's IPv4", map[string][]string{"203.0.113.0/24": {"65001"}, "198.51.100.0/24": {""}}, peer.ipv4)
	eventually(t, "FRR's IPv6", map[string][]string{"2001:db8:1::/48": {"65001"}, "2001:db8:2::/48": {""}}, func() map[string][]string { return peer.paths("ipv6") })
	eventually(t, "our paths", map[string][]string{
		"203.0.113.0/24": {""}, "2001:db8:1::/48": {""}, "198.51.100.0/24": {"4200000002"}, "2001:db8:2::/48": {"4200000002"},
	}, func() map[string][]string { return d.paths("", "") })
	testRefresh(t, d, peer)
	testKeepers(t, d, peer)
}

// testRefresh has both ends ask for routes again (RFC 2918), and change their minds without a reset.
func testRefresh(t *testing.T, d *device, peer *guest) {
	before := d.neighbor("10.0.0.2")
	peer.Do("clear bgp ipv4 unicast 10.0.0.1 soft in")
	eventually(t, "FRR asks again", true, func() bool { return d.neighbor("10.0.0.2").Got.Refresh > before.Got.Refresh })
	d.set("ROUTE_MAP|DENY|10 route_operation=deny", "BGP_NEIGHBOR_AF|default|10.0.0.2|ipv4_unicast admin_status=up route_map_in@=DENY")
	d.reach("2001:db8:2::/48")
	eventually(t, "what FRR sent is kept", []string{"4200000002"}, func() []string { return d.paths("10.0.0.2", "received")["198.51.100.0/24"] })
	d.set("BGP_NEIGHBOR_AF|default|10.0.0.2|ipv4_unicast admin_status=up")
	d.reach("198.51.100.0/24", "2001:db8:2::/48")
	d.set("BGP_NEIGHBOR_AF|default|10.0.0.2|ipv4_unicast admin_status=up route_map_out@=DENY")
	eventually(t, "withdrawn from FRR", map[string][]string{"198.51.100.0/24": {""}}, peer.ipv4)
	d.set("BGP_NEIGHBOR_AF|default|10.0.0.2|ipv4_unicast admin_status=up")
	eventually(t, "announced again", map[string][]string{"203.0.113.0/24": {"65001"}, "198.51.100.0/24": {""}}, peer.ipv4)
	if now := d.neighbor("10.0.0.2"); now.Established != before.Established {
		t.Errorf("the session was established %d times, %d before", now.Established, before.Established)
	}
}

// testKeepers takes what keeps strangers out: another password, and a peer that is too far away. Neither lets a session begin.
func testKeepers(t *testing.T, d *device, peer *guest) {
	peer.Do("configure terminal", "router bgp 4200000002", "neighbor fc00::1 password wrong")
	eventually(t, "another password", true, func() bool { return d.neighbor("fc00::2").State != "Established" })
	peer.Do("configure terminal", "router bgp 4200000002", "no neighbor 10.0.0.1 ttl-security hops 1")
	eventually(t, "packets from afar", true, func() bool { return d.neighbor("10.0.0.2").State != "Established" })
	d.reach()
	peer.Do("configure terminal", "router bgp 4200000002", "neighbor 10.0.0.1 ttl-security hops 1", "neighbor fc00::1 password knock")
	d.up("10.0.0.2", "fc00::2")
}
