package routingd

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	// kernelProtocol marks our routes in the kernel. It is FRR's number for static routes (rt_protos), which netsyncd and SONiC leave alone.
	kernelProtocol = 196

	// kernelMetric is what FRR gives its routes; an operator's "ip route add", without metric, goes before it.
	kernelMetric = 20
)

// errRefused says that the kernel refused a route, named in the log.
var errRefused = errors.New("the kernel refused a route")

// fib is our part of the kernel's routing tables.
type fib struct {
	kernel *kernel.Kernel
	log    *slog.Logger
	stale  bool           // must be listed again
	tables map[string]int // of VRFs; one that the kernel does not have is the ASIC's alone
	vrfs   map[int]string // the same the other way round
	have   map[schema.RouteKey]kernelRoute
	ahead  map[schema.RouteKey]kernelRoute // of others, with a lower metric than ours: the operator's, netsyncd passes it on
	held   map[hop]bool
	wrote  map[schema.RouteKey]time.Time // when a route was last installed
	errs   map[schema.RouteKey]string    // last error of a route, so that each is logged once
}

// reinstall is how soon a route that does not stay is installed again: an endless quarrel with another writer stays a quiet one.
const reinstall = time.Second

func newFIB(k *kernel.Kernel, log *slog.Logger) *fib {
	f := &fib{
		kernel: k, log: log, stale: true,
		held: make(map[hop]bool), wrote: make(map[schema.RouteKey]time.Time), errs: make(map[schema.RouteKey]string),
	}
	f.setTables(nil)
	return f
}

// concerns says whether an event can change our routes.
func (f *fib) concerns(e kernel.Event) bool {
	if e.Route != nil && e.Route.Protocol != kernelProtocol {
		key, _, known := f.parseRoute(&e.Route.Route)
		if _, ours := f.have[key]; !known || !ours {
			return false
		}
	}
	f.stale = true // a link that goes down takes its IPv4 routes with it, without an event for each
	return true
}

// subnets lists the addresses of front-panel interfaces that are up, and the interfaces without any.
func (f *fib) subnets(vrfs map[schema.InterfaceName]string) ([]subnet, error) {
	links, err := f.kernel.Links()
	if err != nil {
		return nil, err
	}
	f.setTables(kernel.VRFs(links))
	addrs, err := f.kernel.Addrs()
	if err != nil {
		return nil, err
	}
	var list []subnet
	for name, link := range links {
		n := schema.InterfaceName(name)
		if !works(n, link.Attrs()) {
			continue
		}
		before := len(list)
		for _, a := range addrs[link.Attrs().Index] {
			addr, ok := netip.AddrFromSlice(a.IP)
			bits, _ := a.Mask.Size()
			addr = addr.Unmap()
			if !ok || (addr.Is6() && addr.IsLinkLocalUnicast()) {
				continue
			}
			list = append(list, subnet{vrf: vrfs[n], name: n, index: link.Attrs().Index, addr: addr, net: netip.PrefixFrom(addr, bits).Masked()})
		}
		if len(list) == before {
			list = append(list, subnet{vrf: vrfs[n], name: n, index: link.Attrs().Index})
		}
	}
	slices.SortFunc(list, func(a, b subnet) int {
		return cmp.Or(cmp.Compare(a.name, b.name), a.addr.Compare(b.addr))
	})
	return list, nil
}

// works says whether an interface of the front panel, or a loopback, carries its subnets. A loopback has no carrier to wait for.
func works(name schema.InterfaceName, at *netlink.LinkAttrs) bool {
	up := at.Flags&net.FlagUp != 0
	switch name.Kind() {
	case schema.InterfaceLoopback:
		return up
	case schema.InterfacePort, schema.InterfaceVLAN, schema.InterfacePortChannel, schema.InterfaceSub:
		return up && at.RawFlags&unix.IFF_RUNNING != 0
	}
	return false
}

// install makes our routes in the kernel equal to want and has it keep their next hops resolved.
func (f *fib) install(want map[schema.RouteKey]kernelRoute, hold []hop) error {
	refused := f.uninstall(want)
	for key, rt := range want {
		table, known := f.tables[key.VRF]
		if have, ok := f.have[key]; !known || ok && same(have, rt) {
			continue
		}
		if time.Since(f.wrote[key]) < reinstall {
			refused = true
			continue
		}
		f.wrote[key] = time.Now()
		if err := f.kernel.RouteReplace(netlinkRoute(key.Prefix, rt, table)); err != nil {
			refused = f.note(key, fmt.Errorf("install: %w", err))
			continue
		}
		f.have[key] = rt
		delete(f.errs, key)
	}
	f.hold(hold)
	if refused {
		f.stale = true
		return errRefused
	}
	return nil
}

// uninstall deletes the routes that are not wanted.
func (f *fib) uninstall(want map[schema.RouteKey]kernelRoute) (refused bool) {
	for key, have := range f.have {
		if _, ok := want[key]; ok {
			continue
		}
		delete(f.wrote, key)
		err := f.kernel.RouteDel(netlinkRoute(key.Prefix, have, f.tables[key.VRF]))
		if err != nil && !errors.Is(err, unix.ESRCH) {
			refused = f.note(key, fmt.Errorf("delete: %w", err))
			continue
		}
		delete(f.have, key)
		delete(f.errs, key)
	}
	return refused
}

func (f *fib) note(key schema.RouteKey, err error) bool {
	if f.errs[key] != err.Error() {
		f.errs[key] = err.Error()
		f.log.Warn("kernel route", "route", key.App(), "err", err)
	}
	return true
}

// list reads our routes, and which prefixes others have with a lower metric. BGP's are not among them: they are many, and not our part.
func (f *fib) list() error {
	if !f.stale {
		return nil
	}
	have, ahead := make(map[schema.RouteKey]kernelRoute), make(map[schema.RouteKey]kernelRoute)
	for _, family := range []int{netlink.FAMILY_V4, netlink.FAMILY_V6} {
		list, err := f.kernel.RoutesBut(unix.RTPROT_BGP, family)
		if err != nil {
			return err
		}
		for i := range list {
			key, rt, ok := f.parseRoute(&list[i])
			switch {
			case !ok:
			case list[i].Protocol == unix.RTPROT_KERNEL:
				// A subnet, of another VRF where the kernel has none: compute knows those of this one.
			case list[i].Protocol != kernelProtocol:
				if list[i].Priority < kernelMetric {
					ahead[key] = rt
				}
			case list[i].Priority == kernelMetric:
				have[key] = rt
			}
		}
	}
	f.have, f.ahead, f.stale = have, ahead, false
	return nil
}

// hold keeps the next hops resolved: the ASIC forwards without the kernel seeing it, so nothing else would ask for them.
func (f *fib) hold(want []hop) {
	hops := make(map[hop]bool)
	for _, h := range want {
		if h.via.IsValid() {
			hops[hop{index: h.index, via: h.via}] = true
		}
	}
	for h := range f.held {
		if !hops[h] {
			delete(f.held, h)
			if err := f.kernel.Resolve(h.index, h.via); err != nil { // once more, and then as any other neighbour
				f.log.Debug("release next hop", "link", h.index, "addr", h.via, "err", err)
			}
		}
	}
	if len(hops) == 0 {
		return
	}
	kept, err := f.kept()
	if err != nil {
		f.log.Warn("keep next hops", "err", err)
		return
	}
	for h := range hops {
		if !kept[h] {
			if err := f.kernel.Hold(h.index, h.via); err != nil {
				f.log.Warn("keep next hop", "link", h.index, "addr", h.via, "err", err)
				continue
			}
		}
		f.held[h] = true
	}
}

// kept are the neighbours that the kernel keeps already, or that the operator fixed: asking for one of those would take its address away.
func (f *fib) kept() (map[hop]bool, error) {
	list, err := f.kernel.Neighbours()
	if err != nil {
		return nil, err
	}
	kept := make(map[hop]bool)
	for i := range list {
		addr, _ := netip.AddrFromSlice(list[i].IP)
		if list[i].FlagsExt&netlink.NTF_EXT_MANAGED != 0 || list[i].State&netlink.NUD_PERMANENT != 0 {
			kept[hop{index: list[i].LinkIndex, via: addr.Unmap()}] = true
		}
	}
	return kept, nil
}

// same compares what the kernel knows of a route; it does not keep the order of next hops.
func same(a, b kernelRoute) bool {
	order := func(a, b hop) int { return cmp.Or(a.via.Compare(b.via), cmp.Compare(a.index, b.index)) }
	return a.blackhole == b.blackhole && slices.EqualFunc(slices.SortedFunc(slices.Values(a.hops), order),
		slices.SortedFunc(slices.Values(b.hops), order), func(a, b hop) bool { return order(a, b) == 0 })
}

func netlinkRoute(prefix netip.Prefix, rt kernelRoute, table int) *netlink.Route {
	r := &netlink.Route{
		Dst:      &net.IPNet{IP: prefix.Addr().AsSlice(), Mask: net.CIDRMask(prefix.Bits(), prefix.Addr().BitLen())},
		Protocol: kernelProtocol, Priority: kernelMetric, Table: table,
	}
	switch {
	case rt.blackhole:
		r.Type = unix.RTN_BLACKHOLE
	case len(rt.hops) == 1:
		r.LinkIndex = rt.hops[0].index
		r.Gw, r.Via = kernel.Gateway(prefix, rt.hops[0].via)
		if !rt.hops[0].via.IsValid() && prefix.Addr().Is4() {
			r.Scope = netlink.SCOPE_LINK
		}
	default:
		for _, h := range rt.hops {
			n := &netlink.NexthopInfo{LinkIndex: h.index}
			n.Gw, n.Via = kernel.Gateway(prefix, h.via)
			r.MultiPath = append(r.MultiPath, n)
		}
	}
	return r
}

// parseRoute reads a route of a table that we write to as install writes it, so that equal ones compare equal.
func (f *fib) parseRoute(e *netlink.Route) (schema.RouteKey, kernelRoute, bool) {
	vrf, known := f.vrfs[e.Table]
	if !known {
		return schema.RouteKey{}, kernelRoute{}, false
	}
	prefix := netip.PrefixFrom(netip.IPv4Unspecified(), 0)
	if e.Family == netlink.FAMILY_V6 {
		prefix = netip.PrefixFrom(netip.IPv6Unspecified(), 0)
	}
	if e.Dst != nil {
		a, ok := netip.AddrFromSlice(e.Dst.IP)
		if !ok {
			return schema.RouteKey{}, kernelRoute{}, false
		}
		if e.Family == netlink.FAMILY_V4 {
			a = a.Unmap()
		}
		bits, _ := e.Dst.Mask.Size()
		prefix = netip.PrefixFrom(a, bits)
	}
	rt := kernelRoute{blackhole: e.Type == unix.RTN_BLACKHOLE}
	switch {
	case rt.blackhole:
	case len(e.MultiPath) == 0:
		rt.hops = []hop{{index: e.LinkIndex, via: kernel.GatewayOf(e.Gw, e.Via)}}
	default:
		for _, n := range e.MultiPath {
			rt.hops = append(rt.hops, hop{index: n.LinkIndex, via: kernel.GatewayOf(n.Gw, n.Via)})
		}
	}
	return schema.RouteKey{VRF: vrf, Prefix: prefix}, rt, true
}
