package netsyncd

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/netsyncd/fpm"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// zebra sends everything anew after it has connected, and does not say when that is all. What it has not named after this time is gone; and
// where it does not come back, everything is after that one.
const (
	resent = 60 * time.Second
	absent = 120 * time.Second
)

// zebraRoute names a route as zebra does. The VRF of a table may not be known yet.
type zebraRoute struct {
	table  int
	prefix netip.Prefix
}

// zebra keeps the rows of ROUTE_TABLE that come from FRR over FPM. It belongs to the daemon's goroutine.
type zebra struct {
	log   *slog.Logger
	links *links
	appl  *statedb.DB
	rows  *statedb.Desired

	routes map[zebraRoute]fpm.Route
	hops   map[uint32]fpm.NextHop
	users  map[uint32]map[zebraRoute]bool // routes of each next hop
	groups map[uint32]map[uint32]bool     // that each next hop is in

	adopted bool
	old     map[string]bool     // rows of an earlier life that zebra has not named yet
	stale   map[zebraRoute]bool // routes that zebra has not named since it connected
	sweep   time.Time           // when they go; zero: there are none
	dirty   map[zebraRoute]bool
	waiting map[zebraRoute]bool // their prefixes have rows of routingd, which goes first
}

func newZebra(appl *statedb.DB, l *links, log *slog.Logger) *zebra {
	owns := func(_ string, row statedb.Fields) bool { return row[schema.FieldOwner] == schema.OwnerFRR }
	return &zebra{
		log: log, links: l, appl: appl, rows: statedb.NewDesiredProduced(appl, schema.AppTableRoute, statedb.DesiredOptions{Owns: owns}),
		routes: make(map[zebraRoute]fpm.Route), hops: make(map[uint32]fpm.NextHop), users: make(map[uint32]map[zebraRoute]bool),
		groups: make(map[uint32]map[uint32]bool),
		old:    make(map[string]bool), stale: make(map[zebraRoute]bool), dirty: make(map[zebraRoute]bool), waiting: make(map[zebraRoute]bool),
	}
}

// listenFPM listens on the loopback of the switch's namespace alone: whoever may connect may route.
func listenFPM(k *kernel.Kernel) (l net.Listener, err error) {
	err = k.Inside(func() error {
		l, err = net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(fpm.Port)))
		return err
	})
	return l, err
}

// take notes what zebra says.
func (z *zebra) take(e fpm.Event, now time.Time) {
	switch {
	case e.Begin:
		z.freeze()
		z.sweep = now.Add(resent)
	case e.End:
		z.freeze()
		z.sweep = now.Add(absent)
	}
	for _, m := range e.Messages {
		switch m := m.(type) {
		case fpm.Route:
			z.takeRoute(m)
		case fpm.NextHop:
			z.takeHop(m)
		}
	}
}

// freeze makes all routes stand by themselves, as they are: the ids of next hops mean something else in another life of zebra.
func (z *zebra) freeze() {
	for key, r := range z.routes {
		if r.Group != 0 {
			r.Hops, r.Blackhole = z.resolve(r)
			r.Group = 0
			z.routes[key] = r
		}
		z.stale[key] = true
	}
	clear(z.hops)
	clear(z.users)
	clear(z.groups)
}

func (z *zebra) takeRoute(r fpm.Route) {
	key := zebraRoute{r.Table, r.Prefix}
	z.dirty[key] = true
	delete(z.stale, key)
	if old, ok := z.routes[key]; ok && old.Group != 0 {
		delete(z.users[old.Group], key)
	}
	if r.Gone || zebraProtocol(r.Protocol) == "" || r.Prefix.Addr().IsMulticast() || r.Prefix.Addr().IsLinkLocalUnicast() {
		delete(z.routes, key) // also one of the kernel's now, which zebra only repeats
		return
	}
	z.routes[key] = r
	if r.Group != 0 {
		if z.users[r.Group] == nil {
			z.users[r.Group] = make(map[zebraRoute]bool)
		}
		z.users[r.Group][key] = true
	}
}

func (z *zebra) takeHop(h fpm.NextHop) {
	for _, m := range z.hops[h.ID].Group {
		delete(z.groups[m.ID], h.ID)
	}
	delete(z.hops, h.ID)
	if !h.Gone {
		z.hops[h.ID] = h
		for _, m := range h.Group {
			if z.groups[m.ID] == nil {
				z.groups[m.ID] = make(map[uint32]bool)
			}
			z.groups[m.ID][h.ID] = true
		}
	}
	z.touch(h.ID)
	for id := range z.groups[h.ID] {
		z.touch(id)
	}
}

// touch has the routes of a next hop looked at.
func (z *zebra) touch(id uint32) {
	for key := range z.users[id] {
		z.dirty[key] = true
	}
}

// all has all routes looked at.
func (z *zebra) all() {
	for key := range z.routes {
		z.dirty[key] = true
	}
}

// look does what time brings, and says whether there is something to write.
func (z *zebra) look(now time.Time) bool {
	for key := range z.waiting {
		z.dirty[key] = true
	}
	if !z.sweep.IsZero() && !now.Before(z.sweep) {
		z.log.Info("routes of FRR that were not named again are gone", "routes", len(z.stale)+len(z.old))
		for key := range z.stale {
			delete(z.routes, key)
			z.dirty[key] = true
		}
		for name := range z.old {
			z.rows.Remove(name)
		}
		clear(z.stale)
		clear(z.old)
		z.sweep = time.Time{}
		return true
	}
	return len(z.dirty) > 0
}

// has says whether FRR has a route for a prefix.
func (z *zebra) has(key schema.RouteKey) bool {
	for table, vrf := range z.links.vrfs {
		if _, ok := z.routes[zebraRoute{table, key.Prefix}]; ok && vrf == key.VRF {
			return true
		}
	}
	return false
}

// resolve gives the next hops of a route.
func (z *zebra) resolve(r fpm.Route) ([]fpm.Hop, bool) {
	if r.Group == 0 {
		return r.Hops, r.Blackhole
	}
	h := z.hops[r.Group]
	if len(h.Group) == 0 {
		if h.Blackhole || h.ID == 0 {
			return nil, r.Blackhole || h.Blackhole
		}
		return []fpm.Hop{h.Hop}, false
	}
	var hops []fpm.Hop
	for _, m := range h.Group {
		if one, ok := z.hops[m.ID]; ok && !one.Blackhole && len(one.Group) == 0 {
			hop := one.Hop
			hop.Weight = m.Weight
			hops = append(hops, hop)
		}
	}
	return hops, r.Blackhole
}

// row writes a route as ROUTE_TABLE has it; false if it cannot be.
func (z *zebra) row(r fpm.Route) (statedb.Fields, bool) {
	hops, blackhole := z.resolve(r)
	rt := route{blackhole: blackhole}
	for _, h := range hops {
		if h.Encap {
			z.log.Warn("route of FRR is not programmed", "route", r.Prefix, "err", "its next hop is a tunnel or has labels")
			return nil, false
		}
		rt.hops = append(rt.hops, hop{link: h.Link, via: h.Via, weight: h.Weight})
	}
	row, ok := z.links.row(r.Prefix, rt, zebraProtocol(r.Protocol))
	if ok {
		row[schema.FieldOwner] = schema.OwnerFRR
	}
	return row, ok
}

// flush writes what changed, and tells of each prefix that the kernel's route for it may now count, or no longer.
func (z *zebra) flush(ctx context.Context, changed func(schema.RouteKey)) error {
	if !z.adopted {
		keys, err := z.rows.Adopt(ctx)
		if err != nil {
			return err
		}
		for _, name := range keys {
			z.old[name] = true
		}
		if z.adopted = true; z.sweep.IsZero() {
			z.sweep = time.Now().Add(absent)
		}
	}
	if err := z.place(ctx, changed); err != nil {
		return err
	}
	_, err := z.rows.Flush(ctx)
	return err
}

// place decides for each changed route whether it may have its row.
func (z *zebra) place(ctx context.Context, changed func(schema.RouteKey)) error {
	keys, names := make([]zebraRoute, 0, len(z.dirty)), make([]string, 0, len(z.dirty))
	for key := range z.dirty {
		vrf, known := z.links.vrfs[key.table]
		if !known {
			continue // until the VRF's device comes
		}
		keys, names = append(keys, key), append(names, schema.RouteKey{VRF: vrf, Prefix: key.prefix}.App())
	}
	taken, err := z.taken(ctx, names)
	if err != nil {
		return err
	}
	for i, key := range keys {
		delete(z.waiting, key)
		delete(z.old, names[i])
		r, there := z.routes[key]
		row, good := z.row(r)
		switch {
		case taken[i]:
			z.rows.Release(names[i])
			if there {
				z.waiting[key] = true
			}
		case there && good:
			z.rows.Put(names[i], row)
		default:
			z.rows.Remove(names[i])
		}
		changed(schema.RouteKey{VRF: z.links.vrfs[key.table], Prefix: key.prefix})
	}
	clear(z.dirty)
	return nil
}

// chunk is how many rows are asked for together.
const chunk = 1000

// taken says which rows are routingd's: neither FRR's nor the kernel's.
func (z *zebra) taken(ctx context.Context, names []string) ([]bool, error) {
	taken := make([]bool, 0, len(names))
	for len(names) > 0 {
		part := names[:min(chunk, len(names))]
		names = names[len(part):]
		pipe := z.appl.Redis().Pipeline()
		replies := make([]*redis.SliceCmd, 0, 2*len(part))
		for _, name := range part { // a consumer may not have taken the newest yet
			full := z.appl.RowKey(schema.AppTableRoute, name)
			replies = append(replies, pipe.HMGet(ctx, "_"+full, "protocol", schema.FieldOwner), pipe.HMGet(ctx, full, "protocol", schema.FieldOwner))
		}
		if _, err := pipe.Exec(ctx); err != nil {
			return nil, fmt.Errorf("look who has routes: %w", err)
		}
		for i := range part {
			taken = append(taken, routingds(replies[2*i].Val()) || routingds(replies[2*i+1].Val()))
		}
	}
	return taken, nil
}

func routingds(fields []any) bool {
	return len(fields) == 2 && fields[0] != nil && fields[0] != protocolKernel && fields[1] == nil
}

// zebraProtocol names a protocol that zebra installs routes of (FRR's zebra/rt_netlink.c); empty: it is not one of FRR's.
func zebraProtocol(number int) string {
	const (
		first = 186
		zebra = unix.RTPROT_ZEBRA
	)
	names := [...]string{"bgp", "isis", "ospf", "rip", "ripng", "nhrp", "eigrp", "ldp", "sharp", "pbr", "static", "openfabric", "srte"}
	switch {
	case number == zebra:
		return "zebra"
	case number == unix.RTPROT_BABEL:
		return "babel"
	case number >= first && number < first+len(names):
		return names[number-first]
	}
	return ""
}
