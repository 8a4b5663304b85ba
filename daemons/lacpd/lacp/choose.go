package lacp

import (
	"cmp"
	"slices"
)

// group is the far end of a LAG: links may be aggregated when theirs are equal (the LAG ID of IEEE 802.1AX-2014 section 6.3.6, of which
// our own half is the LAG's).
type group struct {
	system SystemID
	key    uint16
	alone  PortID // of a partner that does not aggregate
}

func (p *port) group() group {
	g := group{system: p.partner.System, key: p.partner.Key}
	if !p.partner.State.Has(Aggregation) {
		g.alone = p.partner.Port
	}
	return g
}

// usable says whether the port's partner is known and good.
func (p *port) usable() bool {
	return p.up && p.known() && p.problem == NoProblem && !p.lag.cfg.Down
}

// choose is the selection logic (section 6.4.14).
func (s *System) choose() bool {
	members := make(map[*lag][]*port)
	for _, p := range s.ports {
		if p.lag != nil {
			members[p.lag] = append(members[p.lag], p)
		} else {
			p.outvoted, p.fallback = false, false
		}
	}
	moved := false
	for l, ports := range members {
		moved = l.choose(ports) || moved
	}
	return moved
}

func (l *lag) choose(ports []*port) bool {
	best, ok := l.vote(ports)
	l.group = best
	reserve := l.reserve(ports)
	moved := false
	for _, p := range ports {
		fits := ok && p.usable() && p.group() == best
		want := fits || p == reserve
		p.outvoted = p.usable() && !fits
		if p.fallback != (p == reserve) || p.selected && !want {
			p.fallback, p.selected = p == reserve, false
			moved = true
		}
		if want && !p.selected && p.mux == Detached { // one that was unselected goes through DETACHED first
			p.selected = true
			moved = true
		}
	}
	return moved
}

// vote finds whom most links lead to. The links in use stay when others are no more than they; then the best port decides.
func (l *lag) vote(ports []*port) (best group, ok bool) {
	votes := make(map[group]int)
	first := make(map[group]PortID)
	for _, p := range ports {
		if !p.usable() {
			continue
		}
		g := p.group()
		if id, seen := first[g]; !seen || p.cfg.ID.compare(id) < 0 {
			first[g] = p.cfg.ID
		}
		if votes[g] += 0; p.receive == Current {
			votes[g]++
		}
	}
	for g, n := range votes {
		if !ok {
			best, ok = g, true
			continue
		}
		better := cmp.Or(cmp.Compare(n, votes[best]), stays(g, l.group)-stays(best, l.group), first[best].compare(first[g]))
		if better > 0 {
			best = g
		}
	}
	return best, ok
}

func stays(g, current group) int {
	if g == current {
		return 1
	}
	return 0
}

// reserve is the port to use when nobody speaks LACP on any of the LAG's links: the one in use, or the best.
func (l *lag) reserve(ports []*port) *port {
	if !l.cfg.Fallback || l.cfg.Down {
		return nil
	}
	var silent []*port
	for _, p := range ports {
		switch {
		case p.receive == Current, p.receive == Expiring && p.known():
			return nil
		case p.up && p.receive == Defaulting:
			silent = append(silent, p)
		}
	}
	if len(silent) == 0 {
		return nil
	}
	if i := slices.IndexFunc(silent, func(p *port) bool { return p.fallback }); i >= 0 {
		return silent[i]
	}
	return slices.MinFunc(silent, func(a, b *port) int { return a.cfg.ID.compare(b.cfg.ID) })
}
