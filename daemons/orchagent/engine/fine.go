package engine

import (
	"context"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/fib"
	"github.com/heddle-nos/heddle/daemons/orchagent/finegrained"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

// tableFineRoute of STATE_DB tells for each route with a fine-grained group where
// its buckets lead.
const tableFineRoute = "FG_ROUTE_TABLE"

// fine keeps the fine-grained groups. How buckets are dealt out depends on how they
// were before: the memory of that is the ASIC itself.
type fine struct {
	config *finegrained.Config
	routes map[object.Key]fineRoute               // by group
	hops   map[object.Key]map[object.Key]struct{} // groups that a next hop may be in
	stale  map[object.Key]struct{}                // groups to be dealt out
	reread bool                                   // the configuration changed: other routes may use groups
}

// fineRoute is a route with a group of its own.
type fineRoute struct {
	prefix netip.Prefix
	name   string // of the group, in FG_NHG
	hops   []object.Key
	told   int // buckets in STATE_DB
}

func newFine() fine {
	return fine{config: finegrained.NewConfig(), routes: map[object.Key]fineRoute{}, hops: map[object.Key]map[object.Key]struct{}{}, stale: map[object.Key]struct{}{}}
}

// takeFine takes a row of the tables of fine-grained groups, already judged.
func (e *Engine) takeFine(row object.Row) {
	if !slices.Contains(finegrained.Tables(), row.Table) {
		return
	}
	_ = e.fine.config.Take(row) // what was wrong with it is told
	e.fine.reread = true
}

// refine names the group of a route's own.
func (e *Engine) refine(k fib.Key, members []fib.Member) object.Key {
	if e.fine.config.Empty() || k.VRF() != 0 {
		return ""
	}
	if _, ok := e.fine.config.Match(k.Prefix(), vias(members)); !ok {
		return ""
	}
	return object.FineGroup(k.Prefix())
}

func vias(members []fib.Member) (out []object.Key) {
	for _, m := range members {
		out = append(out, m.Via)
	}
	return out
}

// wantFine notes that a route wants a group of its own, or no longer. ok is false
// for other groups.
func (e *Engine) wantFine(g fib.Group) (ok bool) {
	p, ok := object.FinePrefix(g.Key)
	if !ok {
		return false
	}
	old := e.fine.routes[g.Key]
	for _, h := range old.hops {
		delete(e.fine.hops[h], g.Key)
	}
	e.fine.stale[g.Key] = struct{}{}
	if len(g.Members) == 0 {
		old.hops = nil
		e.fine.routes[g.Key] = old
		return true
	}
	name, _ := e.fine.config.Match(p, vias(g.Members))
	e.fine.routes[g.Key] = fineRoute{prefix: p, name: name, hops: vias(g.Members), told: old.told}
	for _, h := range vias(g.Members) {
		if e.fine.hops[h] == nil {
			e.fine.hops[h] = map[object.Key]struct{}{}
		}
		e.fine.hops[h][g.Key] = struct{}{}
	}
	return true
}

// touchFine makes the groups that a next hop may be in be dealt out again.
func (e *Engine) touchFine(hop object.Key) {
	for g := range e.fine.hops[hop] {
		e.fine.stale[g] = struct{}{}
	}
}

// rereadRoutes gives every route the group that the configuration now says.
func (e *Engine) rereadRoutes(ctx context.Context) error {
	if !e.fine.reread {
		return nil
	}
	e.fine.reread = false
	for g := range e.fine.routes {
		e.fine.stale[g] = struct{}{}
	}
	return e.readTable(ctx, e.database(e.RouteTable), e.RouteTable)
}

// dealFine deals out the buckets of stale groups.
func (e *Engine) dealFine() {
	if len(e.fine.hops) > 0 {
		for k := range e.dirty {
			e.touchFine(k)
		}
	}
	for g := range e.fine.stale {
		delete(e.fine.stale, g)
		r := e.fine.routes[g]
		hops := e.fine.config.Hops(r.name, r.hops)
		size := e.fine.config.Size(r.name)
		buckets := finegrained.Deal(size, e.fine.config.Banks(r.name), hops, e.hopWorks, e.bucketsOf(g, size))
		e.accept(object.Owner("FG_NHG:"+g.Name()), e.FineGroups(g, buckets))
		r.told = e.tellFine(r, buckets)
		if e.fine.routes[g] = r; len(r.hops) == 0 {
			delete(e.fine.routes, g)
		}
	}
}

// hopWorks tells whether a next hop is wanted, there, and not behind a lost link.
func (e *Engine) hopWorks(h finegrained.Hop) bool {
	if s, known := e.ports.oper[h.Link]; h.Link != "" && known && !s.up {
		return false
	}
	return e.actual[h.Key] != nil && e.want(h.Key) != nil
}

// bucketsOf reads from the ASIC where the buckets of a group lead; nil if that is
// not the same number of them.
func (e *Engine) bucketsOf(g object.Key, size int) []object.Key {
	out := make([]object.Key, size)
	for i := range out {
		o := e.actual[object.FineBucket(g, i)]
		if o == nil {
			return nil
		}
		if at := o.Attr(sai.NextHopGroupMemberAttrNextHopID); at != nil && len(at.Refs) == 1 {
			out[i] = at.Refs[0]
		}
	}
	if e.actual[object.FineBucket(g, size)] != nil {
		return nil
	}
	return out
}

// tellFine writes where a route's buckets lead: the address and interface of each
// next hop.
func (e *Engine) tellFine(r fineRoute, buckets []object.Key) int {
	fields := make(map[string]string, len(buckets))
	for i, hop := range buckets {
		intf, ip, _ := strings.Cut(hop.Name(), "/")
		fields[strconv.Itoa(i)] = ip + "@" + intf
	}
	if len(fields) == 0 {
		e.out.Add(publish.Delete(statedb.StateDB, tableFineRoute, r.prefix.String()))
		return 0
	}
	for i := len(buckets); i < r.told; i++ {
		fields[strconv.Itoa(i)] = ""
	}
	e.out.Add(publish.Set(statedb.StateDB, tableFineRoute, r.prefix.String(), fields))
	return len(buckets)
}
