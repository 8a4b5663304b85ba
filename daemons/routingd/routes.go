package routingd

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"time"

	"github.com/heddle-nos/heddle/daemons/routingd/feed"
	"github.com/heddle-nos/heddle/daemons/routingd/offload"
	"github.com/heddle-nos/heddle/daemons/routingd/rib"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	batch = 4096 // changes that are worked on together: some ten milliseconds of Redis

	// restartTime is how long the routes of our former life stay at most while peers tell theirs again; SONiC's bgp waits as long.
	restartTime = 120 * time.Second

	// syncPause is how often peers are asked whether they are done.
	syncPause = time.Second

	// lookPause is the least time between two looks at one of our rows.
	lookPause = time.Second
)

// routes is the table of all routes, and what of it has been written. It belongs to the goroutine of the daemon.
type routes struct {
	db     *statedb.DB
	log    *slog.Logger
	rib    *rib.RIB
	feed   *feed.Feed
	writer *rowWriter
	kernel *kernelRoutes
	speaks func() map[string]bool // VRFs with BGP: elsewhere its routes are those of another program, FRR perhaps
	links  map[schema.InterfaceName]rib.Link

	tally      *tally
	offload    *offload.Watch
	announcer  announcer
	suppresses bool // routes of BGP are announced once the ASIC has them

	held map[hop]bool // next hops of BGP that were given to be kept resolved

	reload bool      // what the table holds is not known
	looked time.Time // when one of our rows was last seen there

	restart map[string]time.Time // until when the former life's routes of a VRF are kept
	loaded  bool
}

// announcer announces routes. Of those that wait for the ASIC it is told which may be announced.
type announcer interface {
	Grant(byVRF map[string][]netip.Prefix)
	Permit(vrf string, p netip.Prefix, leave bool)
	Revoke()
}

func newRoutes(db *statedb.DB, k *kernel.Kernel, log *slog.Logger, speaks func() map[string]bool, linkOf feed.LinkOf) *routes {
	return &routes{
		kernel: newKernelRoutes(k, log), speaks: speaks,
		db: db, log: log, rib: rib.New(rib.DefaultMaxPaths), writer: newRowWriter(db, log), reload: true, restart: make(map[string]time.Time),
		feed: feed.New(log, linkOf), tally: new(tally),
	}
}

// setLocals takes the routes that need no lookup and writes what follows from them. It returns when all is written.
func (r *routes) setLocals(ctx context.Context, locals rib.Locals) error {
	r.links = locals.Links
	if err := r.load(ctx); err != nil {
		return err
	}
	r.rib.SetLocals(locals)
	if !r.loaded { // nobody but us has routes of these kinds: nothing to wait for
		for vrf := range r.restart {
			r.rib.Sweep(vrf, protocolConnected)
			r.rib.Sweep(vrf, protocolStatic)
		}
		r.loaded = true
	}
	if err := r.take(ctx); err != nil { // what was told before we could take it, and what follows from the local routes
		return err
	}
	return r.writer.sync(ctx)
}

// take takes what BGP's peers said and writes what follows from it.
func (r *routes) take(ctx context.Context) error {
	if !r.loaded {
		return nil
	}
	b := r.feed.Take(batch)
	for _, vrf := range b.Dropped {
		r.rib.DropPaths(vrf)
	}
	for key, paths := range b.Paths {
		r.rib.SetPaths(key, paths)
	}
	r.permit()
	return r.flush(ctx)
}

// flush writes what differs from what was written.
func (r *routes) flush(ctx context.Context) error {
	type form struct {
		forward *rib.Forward
		v6      bool
	}
	fields := make(map[form][]statedb.Field) // routes share most of what they say
	for done := false; !done; {
		var list []rib.Change
		list, done = r.rib.Changes(batch)
		rows := make([]statedb.KeyOp, 0, 2*len(list))
		for _, c := range list {
			f := form{c.New, c.Key.Prefix.Addr().Is6()}
			if c.New != nil && fields[f] == nil {
				fields[f] = rowFields(f.v6, f.forward)
			}
			rows = ops(rows, c, fields[f])
		}
		if err := r.writer.write(ctx, rows); err != nil {
			return err
		}
		r.kernel.put(list)
		r.count(len(rows))
	}
	return nil
}

// load reads what the table holds, if that is not known, or if a look at it shows that it was emptied: Redis tells nobody.
func (r *routes) load(ctx context.Context) error {
	if err := r.look(ctx); err != nil || !r.reload {
		return err
	}
	if err := r.writer.sync(ctx); err != nil {
		return err
	}
	rows := make(map[schema.RouteKey]*rib.Forward)
	same := make(map[string]*rib.Forward) // most rows say what others say
	err := r.db.EachProduced(ctx, schema.AppTableRoute, func(name string, row statedb.Fields) {
		key, err := schema.ParseAppRouteKey(name)
		if err != nil || !r.owns(key, row) || key.App() != name {
			return
		}
		text := row["protocol"] + "|" + row["nexthop"] + "|" + row["ifname"] + "|" + row["weight"] + "|" + row["blackhole"]
		if same[text] == nil {
			same[text] = parseRow(row, r.links)
		}
		rows[key] = same[text]
	})
	if err != nil {
		return fmt.Errorf("read routes: %w", err)
	}
	if !r.loaded {
		for key := range rows {
			r.restart[key.VRF] = time.Now().Add(restartTime)
		}
	}
	r.rib.Load(rows, len(r.restart) > 0)
	r.reload, r.looked = false, time.Now()
	return nil
}

// owns says whether a row is one that we write.
func (r *routes) owns(key schema.RouteKey, row statedb.Fields) bool {
	if row[schema.FieldOwner] != "" { // FRR's, which has static routes and BGP, too
		return false
	}
	switch row["protocol"] {
	case protocolStatic, protocolConnected:
		return true
	case rib.ProtocolBGP:
		return r.speaks()[key.VRF]
	}
	return false
}

// setTables tells the routing tables of the VRFs that the kernel has. The routes of one that came are written.
func (r *routes) setTables(tables map[string]int) {
	if r.kernel.setTables(tables) && r.loaded && len(r.restart) == 0 {
		r.replaceKernel()
	}
}

// replaceKernel compares all routes of BGP with what the kernel has.
func (r *routes) replaceKernel() {
	if vrfs := r.speaks(); len(vrfs) > 0 {
		r.kernel.replace(r.rib.Shown(rib.ProtocolBGP), vrfs)
	}
}

func (r *routes) look(ctx context.Context) error {
	if r.reload || time.Since(r.looked) < lookPause {
		return nil
	}
	if key, any := r.rib.Any(); any {
		if err := r.writer.sync(ctx); err != nil { // it may be on its way
			return err
		}
		found, err := r.db.HasProduced(ctx, schema.AppTableRoute, key.App())
		if err != nil {
			return err
		}
		r.reload = !found
	}
	r.looked = time.Now()
	return nil
}

// sweep gives up the routes of our former life once all peers have told theirs, or time is up. It says whether any VRF still waits.
func (r *routes) sweep(ctx context.Context, configured bool) (waits bool, err error) {
	if !r.loaded {
		return true, nil
	}
	for vrf, until := range r.restart {
		late := time.Now().After(until)
		synced := false
		if configured && !late {
			if synced, err = r.feed.Synced(ctx, vrf); err != nil {
				r.log.Warn("ask BGP's peers", "vrf", vrf, "err", err)
			}
		}
		if !synced && !late {
			waits = true
			continue
		}
		if err := r.take(ctx); err != nil { // what they told comes first
			return true, err
		}
		before := r.rib.Counts().Stale
		r.rib.Sweep(vrf, rib.ProtocolBGP)
		delete(r.restart, vrf)
		r.log.Info("restart finished", "vrf", vrf, "stale", before, "timer", late)
	}
	if err := r.flush(ctx); err != nil {
		return true, err
	}
	if !waits {
		r.replaceKernel()
	}
	return waits, nil
}

// hops are the next hops of BGP's routes: the ASIC forwards to them without the kernel seeing it, and nobody else would ask for their addresses.
func (r *routes) hops() []hop {
	r.held = make(map[hop]bool)
	var list []hop
	for _, h := range r.rib.Hops() {
		if h := (hop{name: h.Link, index: h.Index, via: h.Via}); h.via.IsValid() {
			r.held[h] = true
			list = append(list, h)
		}
	}
	return list
}

// hopsChanged says whether there are others than hops gave last.
func (r *routes) hopsChanged() bool {
	list, n := r.rib.Hops(), 0
	for _, h := range list {
		if !h.Via.IsValid() {
			continue
		}
		if n++; !r.held[hop{name: h.Link, index: h.Index, via: h.Via}] {
			return true
		}
	}
	return n != len(r.held)
}
