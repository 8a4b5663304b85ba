package display

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// The legends are those of FRR's vtysh, which operators know.
const (
	legend4 = `Codes: K - kernel route, C - connected, S - static, R - RIP,
       O - OSPF, I - IS-IS, B - BGP, E - EIGRP, N - NHRP,
       T - Table, v - VNC, V - VNC-Direct, A - Babel, F - PBR,
       f - OpenFabric,
       > - selected route, * - FIB route, q - queued, r - rejected, b - backup
       t - trapped, o - offload failure

`
	legend6 = `Codes: K - kernel route, C - connected, S - static, R - RIPng,
       O - OSPFv3, I - IS-IS, B - BGP, N - NHRP, T - Table,
       v - VNC, V - VNC-Direct, A - Babel, F - PBR,
       f - OpenFabric,
       > - selected route, * - FIB route, q - queued, r - rejected, b - backup
       t - trapped, o - offload failure

`
)

// routeProtocol is how FRR shows a protocol.
type routeProtocol struct {
	code     string
	distance int
}

// protocolOf gives code and administrative distance of a route's origin.
func protocolOf(name string) routeProtocol {
	switch name {
	case "connected":
		return routeProtocol{"C", 0}
	case "kernel", "boot", "":
		return routeProtocol{"K", 0}
	case "static":
		return routeProtocol{"S", 1}
	case "bgp":
		return routeProtocol{"B", 20}
	case "ospf", "ospf6":
		return routeProtocol{"O", 110}
	case "isis":
		return routeProtocol{"I", 115}
	case "rip", "ripng":
		return routeProtocol{"R", 120}
	}
	return routeProtocol{"T", 255}
}

// shownRoute is one route of the table being shown.
type shownRoute struct {
	prefix    netip.Prefix
	protocol  string
	blackhole bool
	owner     string // "frr", where it is not one of our own daemons
	hops      []shownHop
}

type shownHop struct {
	addr   netip.Addr // invalid: directly connected
	iface  string
	weight string
}

func newIPRoute(s *session.Session, v6 bool) *cobra.Command {
	return oneASIC(command(s, "route [ARGS]...", "Show IP (IPv4/IPv6) routing table", click.Args("[ARGS]..."), func(ctx context.Context, v *view, args []string) error {
		vrf := ""
		if len(args) >= 2 && args[0] == "vrf" {
			vrf, args = args[1], args[2:]
		} else if len(args) > 0 && strings.HasPrefix(args[0], "Vrf") {
			vrf, args = args[0], args[1:]
		}
		if vrf == schema.DefaultVRF {
			vrf = ""
		}
		routes, err := v.routes(ctx, vrf, v6)
		if err != nil {
			return err
		}
		if len(args) > 0 {
			if routes, err = matching(v.cmd, routes, args[0]); err != nil {
				return err
			}
		}
		return v.printRoutes(routes, vrf, v6)
	}))
}

// routes reads the routing table. APPL_DB has no row for a prefix that an
// address makes when nothing else asked for it, so addresses are added.
func (v *view) routes(ctx context.Context, vrf string, v6 bool) ([]shownRoute, error) {
	rows, err := v.all(ctx, statedb.ApplDB, schema.AppTableRoute)
	if err != nil {
		return nil, err
	}
	list := make([]shownRoute, 0, len(rows))
	known := make(map[netip.Prefix]bool, len(rows))
	for key, row := range rows {
		k, err := schema.ParseAppRouteKey(key)
		if err != nil || k.VRF != vrf || k.Prefix.Addr().Is6() != v6 {
			continue
		}
		known[k.Prefix] = true
		list = append(list, routeOf(k.Prefix, row))
	}
	interfaces, err := v.routedInterfaces(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range interfaces {
		for _, p := range r.prefixes {
			connected := p.Masked()
			if p.Addr().Is6() == v6 && r.row["vrf_name"] == vrf && !known[connected] && r.name != "eth0" {
				known[connected] = true
				list = append(list, shownRoute{prefix: connected, protocol: "connected", hops: []shownHop{{iface: r.name}}})
			}
		}
	}
	slices.SortFunc(list, func(a, b shownRoute) int {
		if c := a.prefix.Addr().Compare(b.prefix.Addr()); c != 0 {
			return c
		}
		return a.prefix.Bits() - b.prefix.Bits()
	})
	return list, nil
}

// routeOf reads a row of ROUTE_TABLE, whose lists are parallel.
func routeOf(p netip.Prefix, row statedb.Fields) shownRoute {
	r := shownRoute{prefix: p, protocol: row["protocol"], blackhole: row["blackhole"] == "true", owner: row[schema.FieldOwner]}
	addrs, ifaces, weights := strings.Split(row["nexthop"], ","), strings.Split(row["ifname"], ","), strings.Split(row["weight"], ",")
	for i := range max(len(addrs), len(ifaces)) {
		h := shownHop{weight: "1"}
		if i < len(addrs) {
			if a, err := netip.ParseAddr(addrs[i]); err == nil && !a.IsUnspecified() {
				h.addr = a
			}
		}
		if i < len(ifaces) {
			h.iface = ifaces[i]
		}
		if n, err := strconv.Atoi(weights[min(i, len(weights)-1)]); err == nil && i < len(weights) {
			h.weight = strconv.Itoa(n)
		}
		if h.addr.IsValid() || h.iface != "" {
			r.hops = append(r.hops, h)
		}
	}
	return r
}

// matching keeps the route of a prefix, or the best one for an address.
func matching(cmd *cobra.Command, list []shownRoute, arg string) ([]shownRoute, error) {
	if p, err := netip.ParsePrefix(arg); err == nil {
		return slices.DeleteFunc(list, func(r shownRoute) bool { return r.prefix != p.Masked() }), nil
	}
	a, err := netip.ParseAddr(arg)
	if err != nil {
		return nil, click.Fail(cmd, "'%s' is neither an address nor a prefix", arg)
	}
	var best []shownRoute
	for _, r := range list {
		if r.prefix.Contains(a) && (best == nil || r.prefix.Bits() > best[0].prefix.Bits()) {
			best = []shownRoute{r}
		}
	}
	return best, nil
}

func (v *view) printRoutes(list []shownRoute, vrf string, v6 bool) error {
	if v.json {
		return v.printJSON(routesJSON(list))
	}
	if len(list) == 0 {
		return nil
	}
	legend := legend4
	if v6 {
		legend = legend6
	}
	v.Printf("%s", legend)
	if vrf != "" {
		v.Printf("VRF %s:\n", vrf)
	}
	for _, r := range list {
		v.Printf("%s", r.text())
	}
	return nil
}

// text writes a route as FRR does; every next hop after the first has a line
// of its own below.
func (r shownRoute) text() string {
	p := protocolOf(r.protocol)
	head := fmt.Sprintf("%s>* %s", p.code, r.prefix)
	if p.code != "C" {
		head += fmt.Sprintf(" [%d/0]", p.distance)
	}
	if r.blackhole || len(r.hops) == 0 {
		return head + " unreachable (blackhole), weight 1" + r.by() + "\n"
	}
	var b strings.Builder
	for i, h := range r.hops {
		if i > 0 {
			head = "  *" + strings.Repeat(" ", len(head)-3)
		}
		b.WriteString(head + h.text(p.code) + r.by() + "\n")
	}
	return b.String()
}

// by tells who brought a route, where that is another stack than ours.
func (r shownRoute) by() string {
	if r.owner == schema.OwnerFRR {
		return ", by FRR"
	}
	return ""
}

func (h shownHop) text(code string) string {
	if !h.addr.IsValid() {
		if code == "C" {
			return " is directly connected, " + h.iface
		}
		return " is directly connected, " + h.iface + ", weight " + h.weight
	}
	s := " via " + h.addr.String()
	if h.iface != "" {
		s += ", " + h.iface
	}
	return s + ", weight " + h.weight
}

// routesJSON gives the structure of vtysh's `show ip route json`.
func routesJSON(list []shownRoute) ordered {
	out := make(ordered, 0, len(list))
	for _, r := range list {
		hops := make([]ordered, 0, len(r.hops))
		for _, h := range r.hops {
			o := ordered{{"fib", true}}
			if h.addr.IsValid() {
				o = append(o, member{"ip", h.addr.String()}, member{"afi", afi(h.addr)})
			} else {
				o = append(o, member{"directlyConnected", true})
			}
			hops = append(hops, append(o, member{"interfaceName", h.iface}, member{"active", true}, member{"weight", json.Number(h.weight)}))
		}
		shown := ordered{
			{"prefix", r.prefix.String()}, {"protocol", or(r.protocol, "kernel")}, {"selected", true}, {"destSelected", true},
			{"distance", protocolOf(r.protocol).distance}, {"metric", 0}, {"installed", true}, {"blackhole", r.blackhole}, {"nexthops", hops},
		}
		if r.owner != "" {
			shown = append(shown, member{"owner", r.owner})
		}
		out = append(out, member{r.prefix.String(), []ordered{shown}})
	}
	return out
}

func afi(a netip.Addr) string {
	if a.Is4() {
		return "ipv4"
	}
	return "ipv6"
}
