package speaker_test

import (
	"fmt"
	"io"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	api "github.com/osrg/gobgp/v3/api"
	"github.com/osrg/gobgp/v3/pkg/packet/bgp"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/routingd/speaker"
	"github.com/heddle-nos/heddle/yang/schema"
)

// neighbor is one end of a session that hears, in the order of the wire, what the router tells it: "+PREFIX AS-PATH" or "-PREFIX", and with
// additional paths "#ID" in front of both.
type neighbor struct {
	t    *testing.T
	conn net.Conn
	asn  uint16
	done chan struct{}

	mu    sync.Mutex
	heard []string
}

var addPath = map[bgp.RouteFamily]bgp.BGPAddPathMode{bgp.RF_IPv4_UC: bgp.BGP_ADD_PATH_RECEIVE, bgp.RF_IPv6_UC: bgp.BGP_ADD_PATH_RECEIVE}

// meetNeighbor brings a session up. Its AS is 65000 and the last number of its address.
func meetNeighbor(t *testing.T, from string, port int, additional bool) *neighbor {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	conn, err := d.DialContext(t.Context(), "tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		t.Fatal(err)
	}
	n := &neighbor{t: t, conn: conn, asn: 65000 + uint16(netip.MustParseAddr(from).As4()[3]), done: make(chan struct{})}
	capabilities := []bgp.ParameterCapabilityInterface{
		bgp.NewCapRouteRefresh(), bgp.NewCapMultiProtocol(bgp.RF_IPv4_UC), bgp.NewCapMultiProtocol(bgp.RF_IPv6_UC),
	}
	options := new(bgp.MarshallingOption)
	if additional {
		options.AddPath = addPath
		for family, mode := range addPath {
			capabilities = append(capabilities, bgp.NewCapAddPath([]*bgp.CapAddPathTuple{bgp.NewCapAddPathTuple(family, mode)}))
		}
	}
	n.write(bgp.NewBGPOpenMessage(n.asn, 90, from, []bgp.OptionParameterInterface{bgp.NewOptionParameterCapability(capabilities)}))
	n.write(bgp.NewBGPKeepAliveMessage())
	go n.listen(options)
	t.Cleanup(func() { conn.Close(); <-n.done })
	return n
}

func (n *neighbor) write(m *bgp.BGPMessage) {
	n.t.Helper()
	raw, err := m.Serialize()
	if err != nil {
		n.t.Fatal(err)
	}
	if _, err := n.conn.Write(raw); err != nil {
		n.t.Fatal(err)
	}
}

// listen notes what comes until the session ends.
func (n *neighbor) listen(options *bgp.MarshallingOption) {
	defer close(n.done)
	for {
		raw := make([]byte, bgp.BGP_HEADER_LENGTH)
		if _, err := io.ReadFull(n.conn, raw); err != nil {
			return
		}
		raw = append(raw, make([]byte, int(raw[16])<<8|int(raw[17])-len(raw))...)
		if _, err := io.ReadFull(n.conn, raw[bgp.BGP_HEADER_LENGTH:]); err != nil {
			return
		}
		m, err := bgp.ParseBGPMessage(raw, options)
		if err != nil {
			n.t.Errorf("a message that cannot be read: %v", err)
			return
		}
		if u, ok := m.Body.(*bgp.BGPUpdate); ok {
			n.note(u)
		}
	}
}

func (n *neighbor) note(u *bgp.BGPUpdate) {
	path := ""
	var withdrawn, announced []bgp.AddrPrefixInterface
	for _, a := range u.PathAttributes {
		switch a := a.(type) {
		case *bgp.PathAttributeAsPath:
			path = strings.Trim(strings.TrimPrefix(a.String(), "{AsPath: "), "}")
		case *bgp.PathAttributeMpReachNLRI:
			announced = append(announced, a.Value...)
		case *bgp.PathAttributeMpUnreachNLRI:
			withdrawn = append(withdrawn, a.Value...)
		}
	}
	for _, p := range u.WithdrawnRoutes {
		withdrawn = append(withdrawn, p)
	}
	for _, p := range u.NLRI {
		announced = append(announced, p)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, p := range withdrawn {
		n.heard = append(n.heard, number(p)+"-"+p.String())
	}
	for _, p := range announced {
		n.heard = append(n.heard, number(p)+"+"+p.String()+" "+path)
	}
}

// number is the identifier of an additional path.
func number(p bgp.AddrPrefixInterface) string {
	if id := p.PathIdentifier(); id != 0 {
		return fmt.Sprintf("#%d", id)
	}
	return ""
}

// tell announces or withdraws a prefix, with MULTI_EXIT_DISC if it is not 0.
func (n *neighbor) tell(prefix string, med uint32) {
	n.t.Helper()
	p := netip.MustParsePrefix(prefix)
	attrs := []bgp.PathAttributeInterface{
		bgp.NewPathAttributeOrigin(0),
		bgp.NewPathAttributeAsPath([]bgp.AsPathParamInterface{bgp.NewAsPathParam(bgp.BGP_ASPATH_ATTR_TYPE_SEQ, []uint16{n.asn})}),
		bgp.NewPathAttributeMultiExitDisc(med),
	}
	if p.Addr().Is6() {
		nlri := []bgp.AddrPrefixInterface{bgp.NewIPv6AddrPrefix(uint8(p.Bits()), p.Addr().String())}
		n.write(bgp.NewBGPUpdateMessage(nil, append(attrs, bgp.NewPathAttributeMpReachNLRI("2001:db8:ffff::1", nlri)), nil))
		return
	}
	attrs = append(attrs, bgp.NewPathAttributeNextHop("127.0.0.3"))
	n.write(bgp.NewBGPUpdateMessage(nil, attrs, []*bgp.IPAddrPrefix{bgp.NewIPAddrPrefix(uint8(p.Bits()), p.Addr().String())}))
}

func (n *neighbor) withdraw(prefix string) {
	n.t.Helper()
	p := netip.MustParsePrefix(prefix)
	n.write(bgp.NewBGPUpdateMessage([]*bgp.IPAddrPrefix{bgp.NewIPAddrPrefix(uint8(p.Bits()), p.Addr().String())}, nil, nil))
}

// withholding is a router that keeps back what the ASIC does not have, with neighbours in AS 65003 to 65006.
type withholding struct {
	*router
	port  int
	turns int
}

func newWithholding(t *testing.T, state string) *withholding {
	t.Helper()
	if !speaker.Withholds() {
		t.Skip("built without what `make` repairs in GoBGP")
	}
	w := &withholding{port: freePort(t)}
	w.router = newRouter(t, "127.0.0.1", w.port)
	lines := []string{"DEVICE_METADATA|localhost bgp_asn=65001 bgp_router_id=1.1.1.1 suppress-fib-pending=" + state}
	for i := 3; i <= 6; i++ {
		addr := fmt.Sprintf("127.2.0.%d", i)
		lines = append(lines, fmt.Sprintf("BGP_NEIGHBOR|default|%s asn=%d local_addr=127.0.0.1 passive_mode=true", addr, 65000+i),
			"BGP_NEIGHBOR_AF|default|"+addr+"|ipv4_unicast admin_status=up", "BGP_NEIGHBOR_AF|default|"+addr+"|ipv6_unicast admin_status=up")
	}
	w.clean(w.set(lines...))
	return w
}

// meet brings up the session with 127.2.0.LAST.
func (w *withholding) meet(last int, additional bool) *neighbor {
	w.t.Helper()
	addr := fmt.Sprintf("127.2.0.%d", last)
	n := meetNeighbor(w.t, addr, w.port, additional)
	wait(w.t, "session with "+addr, func() bool { return w.established(addr) })
	return n
}

// knows waits until the router has as many paths to a prefix.
func (w *withholding) knows(prefix string, paths int) {
	w.t.Helper()
	wait(w.t, fmt.Sprintf("%d paths to %s", paths, prefix), func() bool {
		n := 0
		for _, p := range w.paths(prefix) {
			if p.Neighbor != "" {
				n++
			}
		}
		return n == paths
	})
}

func (w *withholding) paths(prefix string) (paths []bgpview.Path) {
	q := bgpview.Query{Ask: bgpview.AskRoutes, Prefix: prefix, Family: schema.BGPFamilyOf(netip.MustParsePrefix(prefix).Addr())}
	err := w.speaker.Answer(w.t.Context(), q, func(a bgpview.Answer) error {
		for _, route := range a.Routes {
			paths = append(paths, route.Paths...)
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return paths
}

func (w *withholding) permit(prefix string, leaves bool) {
	w.speaker.Permit("", netip.MustParsePrefix(prefix), leaves)
}

// hears checks what a neighbour has been told since the last time, in any order. A network of the router's own is told after all of it.
func (w *withholding) hears(what string, n *neighbor, want ...string) {
	w.t.Helper()
	w.turns++
	fence := fmt.Sprintf("192.0.2.%d/32", w.turns)
	w.clean(w.set("BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|" + fence))
	var got []string
	wait(w.t, what+": the network after it", func() bool {
		n.mu.Lock()
		defer n.mu.Unlock()
		end := slices.IndexFunc(n.heard, func(s string) bool { return strings.Contains(s, "+"+fence) })
		if end < 0 {
			return false
		}
		got = slices.Clone(n.heard[:end])
		n.heard = n.heard[end+1:]
		return true
	})
	got = slices.DeleteFunc(got, func(s string) bool { return strings.Contains(s, "192.0.2.") })
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" && len(want)+len(got) > 0 {
		w.t.Errorf("%s: the neighbour was told otherwise (-want +got):\n%s", what, diff)
	}
}

const (
	netA, netB, netC = "20.0.0.0/24", "20.0.1.0/24", "20.0.2.0/24"
	netD             = "2001:db8::/32"
)

// A neighbour is told once, when it may be, and hears of what is lost; not of the end of what it was never told.
func TestWithheldIsToldOnce(t *testing.T) {
	w := newWithholding(t, "enabled")
	from, to := w.meet(3, false), w.meet(4, false)
	for _, p := range []string{netA, netD} {
		from.tell(p, 0)
		w.knows(p, 1)
	}
	w.hears("withheld", to)
	from.withdraw(netA)
	w.knows(netA, 0)
	w.hears("the end of what it was not told", to)
	from.tell(netA, 0)
	w.knows(netA, 1)
	w.permit(netA, true)
	w.permit(netD, true)
	w.hears("permitted", to, "+"+netA+" 65001 65003", "+"+netD+" 65001 65003")
	w.permit(netA, true)
	w.hears("permitted again", to)
	from.tell(netA, 7)
	wait(t, "another MED", func() bool {
		return slices.ContainsFunc(w.paths(netA), func(p bgpview.Path) bool { return p.MED != nil && *p.MED == 7 })
	})
	w.hears("a change of what is permitted", to, "+"+netA+" 65001 65003")
	w.permit(netA, false)
	w.permit(netD, false)
	w.hears("lost", to, "-"+netA, "-"+netD)
	from.withdraw(netA)
	w.knows(netA, 0)
	w.hears("the end of what was lost", to)
	w.permit(netA, true)
	from.tell(netA, 0)
	w.knows(netA, 1)
	w.hears("permitted beforehand", to, "+"+netA+" 65001 65003")
	w.hears("nothing of its own", from)
}

// A neighbour that comes up, asks for all again or is to be told all again, hears of what is permitted.
func TestWithheldFromLatecomers(t *testing.T) {
	w := newWithholding(t, "enabled")
	from := w.meet(3, false)
	for _, p := range []string{netA, netB, netD} {
		from.tell(p, 0)
		w.knows(p, 1)
	}
	w.permit(netA, true)
	told := "+" + netA + " 65001 65003"
	for _, additional := range []bool{false, true} {
		to := w.meet(4, additional)
		if additional {
			told = "#1" + told
		}
		w.hears("a new session", to, told)
		to.write(bgp.NewBGPRouteRefreshMessage(bgp.AFI_IP, 0, bgp.SAFI_UNICAST))
		to.write(bgp.NewBGPRouteRefreshMessage(bgp.AFI_IP6, 0, bgp.SAFI_UNICAST))
		wait(t, "refresh", func() bool { return w.peer("127.2.0.4").State.Messages.Received.Refresh == 2 })
		w.hears("route refresh", to, told)
		r := &api.ResetPeerRequest{Address: "127.2.0.4", Soft: true, Direction: api.ResetPeerRequest_OUT}
		if err := w.bgp().ResetPeer(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		w.hears("soft reset", to, told)
		w.clean(w.set("BGP_NEIGHBOR_AF|default|127.2.0.4|ipv4_unicast admin_status=up tx_add_paths=tx_all_paths",
			"BGP_NEIGHBOR_AF|default|127.2.0.4|ipv6_unicast admin_status=up tx_add_paths=tx_all_paths"))
		to.conn.Close()
		wait(t, "the end of the session", func() bool { return !w.established("127.2.0.4") })
	}
	shown := w.table(bgpview.Query{Table: bgpview.TableAdvertised, Neighbor: "127.2.0.4"})
	if _, ok := shown[netB]; ok {
		t.Errorf("a command shows as advertised %v", shown)
	}
}

// The switch's own network is told at any time, and gives way to what is withheld.
func TestOwnNetworkInPlaceOfWithheld(t *testing.T) {
	w := newWithholding(t, "enabled")
	from, to := w.meet(3, false), w.meet(4, false)
	from.tell(netA, 0)
	w.knows(netA, 1)
	own := "BGP_GLOBALS_AF_NETWORK|default|ipv4_unicast|" + netA
	w.clean(w.set(own))
	w.hears("own network", to, "+"+netA+" 65001")
	w.permit(netA, true)
	w.hears("permitted, and not the best", to)
	w.permit(netA, false)
	w.hears("lost, and not the best", to)
	w.clean(w.set("-" + own))
	w.hears("withheld again", to, "-"+netA)
	w.permit(netA, true)
	w.hears("permitted", to, "+"+netA+" 65001 65003")
	w.clean(w.set(own))
	w.hears("own network again", to, "+"+netA+" 65001")
	w.clean(w.set("-" + own))
	w.hears("permitted, still", to, "+"+netA+" 65001 65003")
}

// A neighbour that gets all paths of a prefix hears of each once, and of the end of each that it was told.
func TestWithheldAdditionalPaths(t *testing.T) {
	w := newWithholding(t, "enabled")
	w.clean(w.set("BGP_NEIGHBOR_AF|default|127.2.0.5|ipv4_unicast admin_status=up tx_add_paths=tx_all_paths"))
	one, two, to := w.meet(3, false), w.meet(4, false), w.meet(5, true)
	one.tell(netA, 0)
	w.knows(netA, 1)
	two.tell(netA, 0)
	w.knows(netA, 2)
	one.withdraw(netA)
	w.knows(netA, 1)
	one.tell(netA, 0)
	w.knows(netA, 2)
	w.hears("withheld", to)
	w.permit(netA, true)
	var first, second string
	wait(t, "two paths", func() bool {
		to.mu.Lock()
		defer to.mu.Unlock()
		for _, s := range to.heard {
			if id, ok := strings.CutSuffix(s, "+"+netA+" 65001 65003"); ok {
				first = id
			} else if id, ok := strings.CutSuffix(s, "+"+netA+" 65001 65004"); ok {
				second = id
			}
		}
		return first != "" && second != ""
	})
	w.hears("permitted", to, first+"+"+netA+" 65001 65003", second+"+"+netA+" 65001 65004")
	two.withdraw(netA)
	w.knows(netA, 1)
	w.hears("one less", to, second+"-"+netA)
	w.permit(netA, false)
	w.hears("lost", to, first+"-"+netA)
	two.tell(netA, 0)
	w.knows(netA, 2)
	one.withdraw(netA)
	w.knows(netA, 1)
	w.hears("withheld again", to)
}

// Switched on while sessions are up, what was not granted is taken back; switched off, what was withheld is told.
func TestWithholdingAtRuntime(t *testing.T) {
	w := newWithholding(t, "disabled")
	from, to := w.meet(3, false), w.meet(4, false)
	from.tell(netA, 0)
	from.tell(netB, 0)
	w.knows(netB, 1)
	w.hears("not withheld", to, "+"+netA+" 65001 65003", "+"+netB+" 65001 65003")
	w.speaker.Grant(map[string][]netip.Prefix{"": {netip.MustParsePrefix(netA)}})
	w.clean(w.set("DEVICE_METADATA|localhost bgp_asn=65001 bgp_router_id=1.1.1.1 suppress-fib-pending=enabled"))
	from.tell(netC, 0)
	w.knows(netC, 1)
	w.hears("switched on", to, "-"+netB)
	for range 2 {
		w.speaker.Revoke()
		w.clean(w.set("DEVICE_METADATA|localhost bgp_asn=65001 bgp_router_id=1.1.1.1 suppress-fib-pending=disabled"))
		w.hears("switched off", to, "+"+netB+" 65001 65003", "+"+netC+" 65001 65003")
		w.speaker.Grant(map[string][]netip.Prefix{"": {netip.MustParsePrefix(netA)}})
		w.clean(w.set("DEVICE_METADATA|localhost bgp_asn=65001 bgp_router_id=1.1.1.1 suppress-fib-pending=enabled"))
		w.hears("switched on again", to, "-"+netB, "-"+netC)
	}
}

// While many prefixes come, and are permitted and lost in many turns, a neighbour hears of none twice, and of the end of none that it was not told.
// In the end it has been told what is permitted; so has one that came up meanwhile.
func TestWithheldByTheThousand(t *testing.T) {
	w := newWithholding(t, "enabled")
	from, to := w.meet(3, false), w.meet(4, false)
	const many = 3000
	prefix := func(i int) string { return fmt.Sprintf("30.%d.%d.0/24", i>>8, i&255) }
	var late *neighbor
	for i := range many {
		from.tell(prefix(i), 0)
		w.permit(prefix(i/2), i%3 != 0)
		if i == many/2 {
			late = w.meet(5, false)
		}
	}
	want := make(map[string]bool)
	for i := range many {
		w.permit(prefix(i), i%2 == 0)
		if i%2 == 0 {
			want[prefix(i)] = true
		}
	}
	w.knows(prefix(many-1), 1)
	for _, n := range []*neighbor{to, late} {
		wait(t, "what is permitted", func() bool { return maps.Equal(n.told(), want) })
	}
}

// told is what a neighbour was told, and not the end of.
func (n *neighbor) told() map[string]bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	has := make(map[string]bool)
	for _, s := range n.heard {
		p, _, _ := strings.Cut(s[1:], " ")
		if announced := s[0] == '+'; announced == has[p] {
			n.t.Fatalf("told %s when that was so already", s)
		}
		has[p] = !has[p]
	}
	maps.DeleteFunc(has, func(_ string, told bool) bool { return !told })
	return has
}

// A program with GoBGP as it is says that it cannot keep anything back, and does not speak BGP at all.
func TestWithholdingNeedsTheRepair(t *testing.T) {
	if speaker.Withholds() {
		t.Skip("built with what `make` repairs in GoBGP")
	}
	r := newRouter(t, "127.0.0.1", freePort(t))
	report := r.set("DEVICE_METADATA|localhost bgp_asn=65001 bgp_router_id=1.1.1.1 suppress-fib-pending=enabled",
		"BGP_NEIGHBOR|default|127.2.0.3 asn=65003 local_addr=127.0.0.1 passive_mode=true")
	if len(report.Errors) != 1 || !strings.Contains(report.Errors[0].Err.Error(), "without what `make` repairs") || r.peer("127.2.0.3") != nil {
		t.Errorf("reported %v", report.Errors)
	}
}
