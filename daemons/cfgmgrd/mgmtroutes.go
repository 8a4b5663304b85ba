package cfgmgrd

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/yang/schema"
)

// Where the routes of management ports are, and the rules that lead there, numbered as SONiC does. Without a management VRF it is the
// kernel's table "default", which is asked after the main table; so a default route of the front panel goes before.
const (
	mgmtTable      = unix.RT_TABLE_DEFAULT
	mgmtMetric     = 201
	mgmtForcedRule = 32764 // to destinations that are forced
	mgmtSourceRule = 32765 // from the ports' own addresses
)

// mgmtPlan is what the kernel's routing should have for management.
type mgmtPlan struct {
	routes []netlink.Route
	rules  []netlink.Rule
}

// text names everything in the plan, so that plans can be compared.
func (m mgmtPlan) text() string {
	s := ""
	for _, r := range m.routes {
		s += fmt.Sprintln(routeName(r), r.LinkIndex)
	}
	for _, r := range m.rules {
		s += fmt.Sprintln(ruleName(r))
	}
	return s
}

func routeName(r netlink.Route) string {
	return fmt.Sprint(dstName(r.Dst, r.Gw), " ", r.Gw, " ", r.Table, " ", r.Priority)
}

// dstName writes the default route as others: the kernel leaves its destination out.
func dstName(dst *net.IPNet, via net.IP) string {
	if dst == nil && via.To4() == nil {
		return "::/0"
	}
	if dst == nil {
		return "0.0.0.0/0"
	}
	return dst.String()
}

func ruleName(r netlink.Rule) string { return fmt.Sprint(r.Priority, r.Src, r.Dst, r.Table) }

// setManagement makes routes and rules of management what they should be. It asks the kernel only after a change: the ports' routes are
// among perhaps a million others.
func (d *devices) setManagement(links map[string]netlink.Link, want map[string]device) error {
	var plan mgmtPlan
	configured := false
	for _, name := range slices.Sorted(maps.Keys(want)) {
		w, link := want[name], links[name]
		if !w.management {
			continue
		}
		configured = true
		if link != nil && link.Attrs().Flags&net.FlagUp != 0 {
			plan.add(link.Attrs().Index, w, d.mgmtErr == nil && w.vrf == schema.MgmtVRF)
		}
	}
	text := plan.text()
	if text == d.mgmtDone || !configured && d.mgmtDone == "" {
		return nil
	}
	err := errors.Join(d.setMgmtRoutes(plan.routes), d.setMgmtRules(plan.rules))
	if err == nil {
		d.mgmtDone = text
	}
	return err
}

// releaseManagement takes our addresses from management ports that are configured no more, and then leaves those alone.
func (d *devices) releaseManagement(links map[string]netlink.Link, want map[string]device, addrs map[int][]netlink.Addr) {
	for name := range d.managed {
		if _, still := want[name]; still {
			continue
		}
		if link := links[name]; link != nil {
			if _, err := d.setAddrs(link, nil, addrs[link.Attrs().Index]); err != nil {
				d.note(name, err)
				continue
			}
		}
		delete(d.managed, name)
	}
}

// add plans for one port. The table of a VRF has the ports' subnets by itself.
func (m *mgmtPlan) add(index int, w device, inVRF bool) {
	table := mgmtTable
	if inVRF {
		table = mgmtVRFTable
	}
	for _, a := range w.addrs {
		if !inVRF {
			r := netlink.Route{LinkIndex: index, Dst: ipNet(a.Masked()), Table: table, Protocol: unix.RTPROT_STATIC}
			if a.Addr().Is4() {
				r.Scope, r.Src = netlink.SCOPE_LINK, a.Addr().AsSlice()
			}
			m.routes = append(m.routes, r)
		}
		m.rule(mgmtSourceRule, table, ipNet(netip.PrefixFrom(a.Addr(), a.Addr().BitLen())), nil)
	}
	for _, gw := range w.gateways {
		all := netip.PrefixFrom(netip.IPv4Unspecified(), 0)
		if gw.Is6() {
			all = netip.PrefixFrom(netip.IPv6Unspecified(), 0)
		}
		m.routes = append(m.routes, netlink.Route{
			LinkIndex: index, Dst: ipNet(all), Gw: gw.AsSlice(), Table: table, Priority: mgmtMetric, Protocol: unix.RTPROT_STATIC,
		})
	}
	for _, dst := range w.forced {
		m.rule(mgmtForcedRule, table, nil, ipNet(dst))
	}
}

func (m *mgmtPlan) rule(priority, table int, src, dst *net.IPNet) {
	r := netlink.NewRule()
	r.Family = netlink.FAMILY_V6
	if (src != nil && src.IP.To4() != nil) || (dst != nil && dst.IP.To4() != nil) {
		r.Family = netlink.FAMILY_V4
	}
	r.Priority, r.Table, r.Src, r.Dst = priority, table, src, dst
	m.rules = append(m.rules, *r)
}

func ipNet(p netip.Prefix) *net.IPNet {
	return &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}
}

func (d *devices) setMgmtRoutes(want []netlink.Route) error {
	names := make(map[string]bool, len(want))
	for _, r := range want {
		names[routeName(r)] = true
	}
	var errs []error
	for _, family := range []int{netlink.FAMILY_V4, netlink.FAMILY_V6} {
		list, err := d.kernel.Routes(family)
		if err != nil {
			return err
		}
		for _, r := range list {
			ours := (r.Table == mgmtTable || r.Table == mgmtVRFTable) && r.Protocol == unix.RTPROT_STATIC
			if !ours || names[routeName(r)] {
				continue
			}
			if err := d.kernel.RouteDel(&r); err != nil && !errors.Is(err, unix.ESRCH) {
				errs = append(errs, fmt.Errorf("remove route %s: %w", r, err))
			}
		}
	}
	for i := range want {
		if err := d.kernel.RouteReplace(&want[i]); err != nil {
			errs = append(errs, fmt.Errorf("set route %s: %w", want[i], err))
		}
	}
	return errors.Join(errs...)
}

func (d *devices) setMgmtRules(want []netlink.Rule) error {
	missing := make(map[string]netlink.Rule, len(want))
	for _, r := range want {
		missing[ruleName(r)] = r
	}
	var errs []error
	for _, family := range []int{netlink.FAMILY_V4, netlink.FAMILY_V6} {
		list, err := d.kernel.RuleList(family)
		if err != nil {
			return fmt.Errorf("list rules: %w", err)
		}
		for _, r := range list {
			if (r.Table != mgmtTable && r.Table != mgmtVRFTable) || (r.Priority != mgmtForcedRule && r.Priority != mgmtSourceRule) {
				continue
			}
			if _, wanted := missing[ruleName(r)]; wanted {
				delete(missing, ruleName(r))
				continue
			}
			r.Family = family
			if err := d.kernel.RuleDel(&r); err != nil && !errors.Is(err, unix.ENOENT) {
				errs = append(errs, fmt.Errorf("remove rule %s: %w", r, err))
			}
		}
	}
	for _, r := range missing {
		if err := d.kernel.RuleAdd(&r); err != nil && !errors.Is(err, unix.EEXIST) {
			errs = append(errs, fmt.Errorf("add rule %s: %w", r, err))
		}
	}
	return errors.Join(errs...)
}
