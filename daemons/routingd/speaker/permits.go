package speaker

import (
	"net/netip"
	"sync"
	"time"
)

// permit is what is to be done about a prefix.
type permit uint8

const (
	granted permit = iota + 1 // it is announced already, and may stay
	leaves                    // it may be announced now
	stays                     // it may not be announced any more
)

// permits are what is to be done, by VRF and prefix; the newest counts. They are given by any goroutine and taken by Run.
type permits struct {
	wake chan struct{} // of one

	mu      sync.Mutex
	pending map[string]map[netip.Prefix]permit
	revoked bool // what was given before pending counts no more
}

func newPermits() *permits {
	return &permits{wake: make(chan struct{}, 1), pending: make(map[string]map[netip.Prefix]permit)}
}

func (p *permits) put(vrf string, prefix netip.Prefix, what permit) {
	if p.pending[vrf] == nil {
		p.pending[vrf] = make(map[netip.Prefix]permit)
	}
	p.pending[vrf][prefix] = what
}

func (p *permits) ring() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// again rings after a pause.
func (p *permits) again(after time.Duration) { time.AfterFunc(after, p.ring) }

// Grant tells of prefixes that may be announced and need not be announced anew. They count with the next Apply.
func (s *Speaker) Grant(byVRF map[string][]netip.Prefix) {
	s.permits.mu.Lock()
	defer s.permits.mu.Unlock()
	for vrf, prefixes := range byVRF {
		for _, p := range prefixes {
			s.permits.put(vrf, p, granted)
		}
	}
}

// Permit says that a prefix may be announced from now on, or may not. It never waits.
func (s *Speaker) Permit(vrf string, p netip.Prefix, leave bool) {
	what := stays
	if leave {
		what = leaves
	}
	s.permits.mu.Lock()
	defer s.permits.mu.Unlock()
	s.permits.put(vrf, p, what)
	s.permits.ring()
}

// Revoke takes back all that Grant and Permit said.
func (s *Speaker) Revoke() {
	s.permits.mu.Lock()
	defer s.permits.mu.Unlock()
	clear(s.permits.pending)
	s.permits.revoked = true
}

// take gives up to limit of them, and whether there are more; then wake has an element again.
func (p *permits) take(limit int) (batch map[string]map[netip.Prefix]permit, revoked, more bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	revoked, p.revoked = p.revoked, false
	batch = make(map[string]map[netip.Prefix]permit)
	for vrf, all := range p.pending {
		batch[vrf] = make(map[netip.Prefix]permit)
		for prefix, what := range all {
			if limit == 0 {
				p.ring()
				return batch, revoked, true
			}
			limit--
			batch[vrf][prefix] = what
			delete(all, prefix)
		}
		delete(p.pending, vrf)
	}
	return batch, revoked, false
}
