package speaker

import (
	"context"
	"sync"

	api "github.com/osrg/gobgp/v3/api"
)

// maxHurries is how often the pause after a failed attempt is cut short; after that GoBGP's own pace holds.
const maxHurries = 20

// attempts watches how sessions begin. GoBGP refuses connections for five seconds after a failed attempt and tries itself for one or two, so two
// speakers of this kind can miss each other for minutes. A peer that never was up loses nothing when it is taken out and put in again, which
// begins with an attempt. GoBGP tells of states from any goroutine.
type attempts struct {
	mu      sync.Mutex
	opened  map[string]bool // a connection was there, by address
	up      map[string]bool // the session was up once
	failed  map[string]bool
	hurried map[string]int
}

func newAttempts() *attempts {
	return &attempts{opened: make(map[string]bool), up: make(map[string]bool), failed: make(map[string]bool), hurried: make(map[string]int)}
}

// note takes a state of the session with an address.
func (a *attempts) note(addr string, state api.PeerState_SessionState) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch state {
	case api.PeerState_OPENSENT, api.PeerState_OPENCONFIRM:
		a.opened[addr] = true
	case api.PeerState_ESTABLISHED:
		a.up[addr] = true
	case api.PeerState_IDLE:
		if a.opened[addr] && !a.up[addr] && a.hurried[addr] < maxHurries {
			a.failed[addr] = true
		}
		delete(a.opened, addr)
	}
}

// take says whether an attempt with an address has failed since it was asked last.
func (a *attempts) take(addr string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.failed[addr] {
		return false
	}
	delete(a.failed, addr)
	a.hurried[addr]++
	return true
}

// hurry takes out the peers whose attempt has failed; they are added again as any that is missing.
func (in *instance) hurry(ctx context.Context) {
	for _, have := range in.peers {
		if in.attempts.take(withoutZone(address(have))) && !have.Down() {
			if err := in.remove(ctx, have); err != nil {
				in.log.Warn("take a peer out to try again", "peer", have.Key, "err", err)
			}
		}
	}
}
