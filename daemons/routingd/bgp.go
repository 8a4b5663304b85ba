package routingd

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"reflect"
	"slices"
	"sync/atomic"
	"time"

	"github.com/heddle-nos/heddle/daemons/badrow"
	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/daemons/routingd/discover"
	"github.com/heddle-nos/heddle/daemons/routingd/liveness"
	"github.com/heddle-nos/heddle/daemons/routingd/rib"
	"github.com/heddle-nos/heddle/daemons/routingd/speaker"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// bgp is the part of the daemon that keeps the BGP speakers as the configuration has them. It belongs to the goroutine of the daemon.
type bgp struct {
	rows      bgpconf.Rows
	changed   bool
	found     map[string]netip.Addr // routers at the other end of links, of peers that are configured by interface
	discover  *discover.Discovery
	links     *linkLocals
	offered   offered // routes that may be redistributed
	watch     *peerWatch
	sessions  map[speaker.PeerName]string // of neighbours, as last reported
	near      nearby                      // subnets of interfaces that work
	known     nearby                      // those that ever did
	vrfs      map[string]bool             // where BGP is configured
	heard     bool                        // the speakers have done what the configuration says, or tried
	speaker   *speaker.Speaker
	states    *statedb.Desired // STATE_DB NEIGH_STATE_TABLE
	bad       *badrow.Record
	distances map[rib.Table]rib.Distances
	limits    map[rib.Table]rib.Limits
	problems  []bgpconf.Problem // of the configuration
	refused   []bgpconf.Problem // of GoBGP
	reported  map[rowName]bool
	errors    *atomic.Int64 // how many they are
}

// rowName names a row of CONFIG_DB.
type rowName struct{ table, key string }

func newBGP(s *speaker.Speaker, find *discover.Discovery, links *linkLocals, watch *liveness.Watch, state *statedb.DB, bad *badrow.Record) *bgp {
	return &bgp{
		rows: make(bgpconf.Rows), changed: true, discover: find, links: links, speaker: s, known: make(nearby),
		watch:  newPeerWatch(watch),
		states: statedb.NewDesiredStored(state, schema.StateTableNeigh, statedb.DesiredOptions{}),
		bad:    bad, reported: make(map[rowName]bool),
	}
}

// concerns says whether the speakers depend on a table.
func (b *bgp) concerns(table string) bool { return slices.Contains(bgpconf.Tables(), table) }

// take notes changed rows.
func (b *bgp) take(c statedb.TableChange) {
	for _, op := range c.Ops {
		if op.Op == statedb.OpDel {
			b.rows.Delete(c.Table, op.Key)
		} else {
			b.rows.Set(c.Table, op.Key, op.Fields)
		}
	}
	b.changed = true
}

// apply gives the speakers what the rows say, if they changed. Where prefixes are to wait for the ASIC, suppress says whether that can begin.
func (b *bgp) apply(suppress func(on bool) (ready bool)) {
	if b.watch.listen(time.Now()) {
		b.changed = true
	}
	if !b.changed {
		return
	}
	d := bgpconf.Resolve(b.rows)
	b.problems, b.vrfs = d.Problems, make(map[string]bool)
	for vrf := range d.Instances {
		b.vrfs[vrf] = true
	}
	if !suppress(d.Suppresses()) {
		return
	}
	b.changed = false
	b.distances, b.limits = tables(d)
	b.offered.redistribute(d)
	b.discover.Look(b.place(d))
	b.cut(d)
	b.watch.ask(d, b.known, b.sessions)
	b.speaker.Apply(d)
}

// tables are what is configured for the routes of each VRF and family.
func tables(d bgpconf.Desired) (map[rib.Table]rib.Distances, map[rib.Table]rib.Limits) {
	distances, limits := make(map[rib.Table]rib.Distances), make(map[rib.Table]rib.Limits)
	for vrf, in := range d.Instances {
		for _, f := range []schema.BGPFamily{schema.BGPIPv4, schema.BGPIPv6} {
			g, t := in.Families[f], rib.Table{VRF: vrf, V6: f == schema.BGPIPv6}
			distances[t] = rib.Distances{External: g.EBGPDistance, Internal: g.IBGPDistance}
			limits[t] = rib.Limits{External: g.MaxEBGPPaths, Internal: g.MaxIBGPPaths}
		}
	}
	return distances, limits
}

// place gives the peers that are configured by interface the addresses that have been found there, and gives all those interfaces.
func (b *bgp) place(d bgpconf.Desired) map[string]bool {
	links := make(map[string]bool)
	for _, in := range d.Instances {
		for _, p := range in.Peers {
			if p.Interface != "" {
				links[p.Interface] = true
				p.Addr = b.found[p.Interface]
			}
		}
	}
	return links
}

// offer takes the routes that may be redistributed.
func (b *bgp) offer(o offered) {
	if !reflect.DeepEqual(o, b.offered) {
		b.offered, b.changed = o, true
	}
}

// find takes the routers that have been found.
func (b *bgp) find(found map[string]netip.Addr) {
	b.found, b.changed = found, true
	b.links.set(found)
}

// hear takes what the speakers report.
func (b *bgp) hear(r speaker.Report) {
	b.refused, b.heard = r.Errors, true
	if b.watch.ranges && !maps.Equal(b.sessions, r.States) { // neighbours out of ranges are watched while their sessions are up
		b.changed = true
	}
	b.sessions = r.States
	b.states.Replace(stateRows(r.States))
}

// report brings the record of bad rows up to date. A row has one entry: of several problems the first.
func (b *bgp) report(ctx context.Context) error {
	now := make(map[rowName]bool)
	for _, p := range slices.Concat(b.problems, b.refused) {
		if name := (rowName{p.Table, p.Key}); !now[name] {
			now[name] = true
			b.bad.Report(p.Table, p.Key, p.Err)
		}
	}
	for name := range b.reported {
		if !now[name] {
			b.bad.Clear(name.table, name.key)
		}
	}
	b.reported = now
	b.errors.Store(int64(len(now)))
	if _, err := b.states.Flush(ctx); err != nil {
		return fmt.Errorf("states of BGP neighbours: %w", err)
	}
	if err := b.bad.Flush(ctx); err != nil {
		return fmt.Errorf("record of bad BGP rows: %w", err)
	}
	return nil
}

// configTables are all the tables that the daemon follows.
func configTables() []string {
	all := make(map[string]bool)
	for _, t := range slices.Concat(routeTables(), bgpconf.Tables()) {
		all[t] = true
	}
	return slices.Sorted(maps.Keys(all))
}
