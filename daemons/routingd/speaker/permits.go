package speaker

import (
	"net/netip"
	"sync"
	"time"
)

// permits say which prefixes may be announced, by VRF; the newest counts. They are given by any goroutine and taken by Run.
type permits struct {
	wake chan struct{} // of one

	mu      sync.Mutex
	pending map[string]map[netip.Prefix]bool
	revoked bool // what was given before pending counts no more
}

func newPermits() *permits {
	return &permits{wake: make(chan struct{}, 1), pending: make(map[string]map[netip.Prefix]bool)}
}

// of are the permits of a VRF.
func (p *permits) of(vrf string) map[netip.Prefix]bool {
	if p.pending[vrf] == nil {
		p.pending[vrf] = make(map[netip.Prefix]bool)
	}
	return p.pending[vrf]
}

func (p *permits) ring() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// again rings after a pause.
func (p *permits) again(after time.Duration) { time.AfterFunc(after, p.ring) }

// Grant tells of prefixes that may be announced before the next Apply has prefixes wait for the ASIC.
func (s *Speaker) Grant(byVRF map[string][]netip.Prefix) {
	s.permits.mu.Lock()
	defer s.permits.mu.Unlock()
	for vrf, prefixes := range byVRF {
		all := s.permits.of(vrf)
		for _, p := range prefixes {
			all[p] = true
		}
	}
}

// Permit says that a prefix may be announced from now on, or may not. It never waits.
func (s *Speaker) Permit(vrf string, p netip.Prefix, leave bool) {
	s.permits.mu.Lock()
	defer s.permits.mu.Unlock()
	s.permits.of(vrf)[p] = leave
	s.permits.ring()
}

// Revoke takes back all that Grant and Permit said: prefixes do not wait for the ASIC any more.
func (s *Speaker) Revoke() {
	s.permits.mu.Lock()
	defer s.permits.mu.Unlock()
	clear(s.permits.pending)
	s.permits.revoked = true
}

// void says whether what was given before counts no more. Then take is to be called only once that is forgotten.
func (p *permits) void() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.revoked
}

// take gives up to limit of them, and whether there are more; then wake has an element again.
func (p *permits) take(limit int) (batch map[string]map[netip.Prefix]bool, more bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.revoked = false
	batch = make(map[string]map[netip.Prefix]bool)
	for vrf, all := range p.pending {
		if len(all) <= limit {
			batch[vrf] = all
			limit -= len(all)
			delete(p.pending, vrf)
			continue
		}
		batch[vrf] = make(map[netip.Prefix]bool, limit)
		for prefix, leaves := range all {
			if limit == 0 {
				p.ring()
				return batch, true
			}
			limit--
			batch[vrf][prefix] = leaves
			delete(all, prefix)
		}
	}
	return batch, false
}

// giveBack has permits of a VRF taken again that could not be used, but where there are newer ones.
func (p *permits) giveBack(vrf string, unused map[netip.Prefix]bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.revoked {
		return
	}
	all := p.of(vrf)
	for prefix, leaves := range unused {
		if _, newer := all[prefix]; !newer {
			all[prefix] = leaves
		}
	}
}
