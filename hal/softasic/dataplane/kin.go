package dataplane

import "cmp"

// origin is where a group's slots come from: its own, or those of its kin.
func (p *Plane) origin(id GroupID, g *groupRow) (home, now slotTable) {
	from := g
	if g.home == (slotTable{}) && !g.Idle && g.Buckets == nil {
		from = p.groups[g.Like]
		if from == nil || from.home == (slotTable{}) {
			from = p.kin(id, g.Paths)
		}
	}
	return from.home, from.slots
}

// kin is the group, other than id, that has most of some members; of several the
// one with the fewest other members.
func (p *Plane) kin(id GroupID, paths []Path) *groupRow {
	ours := make(map[AdjID]bool, len(paths))
	for _, m := range paths {
		ours[m.Adj] = true
	}
	best, most, bestID := &groupRow{}, 0, GroupID(0)
	for other, g := range p.groups {
		if other == id || len(g.Paths) < most {
			continue
		}
		common := 0
		for _, m := range g.Paths {
			if ours[m.Adj] {
				common++
			}
		}
		closer := cmp.Or(cmp.Compare(common, most), cmp.Compare(len(best.Paths), len(g.Paths)), cmp.Compare(bestID, other))
		if common > 0 && closer > 0 && g.home != (slotTable{}) {
			best, most, bestID = g, common, other
		}
	}
	return best
}
