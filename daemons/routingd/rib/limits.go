package rib

import (
	"maps"
	"slices"

	"github.com/heddle-nos/heddle/yang/schema"
)

// Limits are how many paths of a route of BGP share the traffic, the best one first; 0: as many as the RIB takes.
type Limits struct{ External, Internal int }

func (l Limits) of(internal bool) int {
	if internal {
		return l.Internal
	}
	return l.External
}

// SetLimits replaces the limits that are configured. Routes that have more paths, or had, follow.
func (r *RIB) SetLimits(limits map[Table]Limits) {
	if maps.Equal(limits, r.limits) {
		return
	}
	r.limits = maps.Clone(limits)
	for vrf, t := range r.tables {
		for prefix, e := range t.entries {
			if e.group == nil {
				continue
			}
			all, cut := r.cut[e]
			if !cut {
				all = e.group.bestFirst(int(e.best))
			}
			if n := r.limit(e, all); cut || n > 0 && n < len(all) {
				r.SetPaths(schema.RouteKey{VRF: vrf, Prefix: prefix}, all)
			}
		}
	}
}

// limit is that of a prefix with some paths.
func (r *RIB) limit(e *entry, paths []Path) int {
	return r.limits[Table{e.table.vrf, e.prefix.Addr().Is6()}].of(paths[0].Internal)
}

// cutPaths gives the paths of a prefix that share the traffic, and keeps the others for another limit.
func (r *RIB) cutPaths(e *entry, paths []Path) []Path {
	n := r.limit(e, paths)
	if n == 0 || len(paths) <= n {
		return paths
	}
	r.cut[e] = slices.Clone(paths)
	return paths[:n]
}

// index is the place of a path.
func (g *group) index(p Path) uint16 {
	return uint16(max(0, slices.IndexFunc(g.paths, func(q Path) bool { return q.NextHop == p.NextHop && q.Link == p.Link })))
}

// bestFirst gives the paths, with one before the others.
func (g *group) bestFirst(best int) []Path {
	out := slices.Clone(g.paths)
	return append(append(out[:0:0], out[best]), slices.Delete(out, best, best+1)...)
}
