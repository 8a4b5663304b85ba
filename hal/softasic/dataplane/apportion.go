package dataplane

import "slices"

// apportion gives slots to members by weight, the fractions to the largest
// remainders. A slot goes to the member whose home it is, else to the one that has
// it now, and changes hands only where a member has too many or is gone: so the
// fewest flows move (RFC 2992 calls it disruption), and those of a member that comes
// back are the ones that it had.
func apportion(home, now slotTable, members []Path) (slots slotTable) {
	if len(members) == 0 {
		return slots
	}
	due := shares(members)
	for _, had := range []*slotTable{&home, &now} {
		for i, adj := range had {
			if slots[i] == 0 && due[AdjID(adj)] > 0 {
				due[AdjID(adj)]--
				slots[i] = adj
			}
		}
	}
	next := 0
	for i := range slots {
		if slots[i] != 0 {
			continue
		}
		for due[members[next].Adj] == 0 {
			next = (next + 1) % len(members)
		}
		due[members[next].Adj]--
		slots[i] = uint32(members[next].Adj)
		next = (next + 1) % len(members)
	}
	return slots
}

// shares is how many slots each member is due.
func shares(members []Path) map[AdjID]int {
	total := uint64(0)
	for _, m := range members {
		total += uint64(m.Weight)
	}
	due := make(map[AdjID]int, len(members))
	left := groupSlots
	byRest := slices.Clone(members)
	for _, m := range members {
		n := int(uint64(m.Weight) * groupSlots / total)
		due[m.Adj] += n
		left -= n
	}
	rest := func(m Path) int { return int(uint64(m.Weight) * groupSlots % total) }
	slices.SortStableFunc(byRest, func(a, b Path) int { return rest(b) - rest(a) })
	for _, m := range byRest[:left] {
		due[m.Adj]++
	}
	return due
}

// refill gives each bucket's slot to its adjacency while that works. The slot of
// one that does not work stays where it went instead, while that works, and else
// goes to the others in turn: no flow of a working adjacency moves.
func refill(old slotTable, buckets []AdjID, works func(AdjID) bool) (slots slotTable) {
	var good []AdjID
	known := make(map[AdjID]bool, len(buckets))
	for _, a := range buckets {
		if _, seen := known[a]; !seen && a != 0 {
			if known[a] = works(a); known[a] {
				good = append(good, a)
			}
		}
	}
	next := 0
	for i, own := range buckets {
		switch {
		case known[own] || len(good) == 0:
			slots[i] = uint32(own)
		case known[AdjID(old[i])]:
			slots[i] = old[i]
		default:
			slots[i] = uint32(good[next%len(good)])
			next++
		}
	}
	return slots
}
