package speaker

import (
	"context"
	"maps"
	"sync"

	api "github.com/osrg/gobgp/v3/api"
)

// maxHurries is how often the pause after a failed attempt is cut short; after that GoBGP's own pace holds.
const maxHurries = 20

// attempts watches how sessions begin. GoBGP refuses connections for five seconds after a failed attempt and tries itself for one or two, so two
// speakers of this kind can miss each other for minutes. A peer that never was up loses nothing when it is taken out and put in again, which
// begins with an attempt. GoBGP tells of states from any goroutine.
type attempts struct {
	mu     sync.Mutex
	byAddr map[string]*attempt
}

// attempt is how the session with an address has begun so far.
type attempt struct {
	opened  bool // a connection is there
	up      bool // the session was up once
	failed  bool // since take was asked last
	hurried int
}

func newAttempts() *attempts { return &attempts{byAddr: make(map[string]*attempt)} }

// note takes a state of the session with an address.
func (a *attempts) note(addr string, state api.PeerState_SessionState) {
	a.mu.Lock()
	defer a.mu.Unlock()
	at := a.byAddr[addr]
	if at == nil {
		at = new(attempt)
		a.byAddr[addr] = at
	}
	switch state {
	case api.PeerState_OPENSENT, api.PeerState_OPENCONFIRM:
		at.opened = true
	case api.PeerState_ESTABLISHED:
		at.up = true
	case api.PeerState_IDLE:
		at.failed = at.failed || at.opened && !at.up && at.hurried < maxHurries
		at.opened = false
	}
}

// forget lets the session with an address begin anew.
func (a *attempts) forget(addr string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.byAddr, addr)
}

// take says whether an attempt with an address has failed since it was asked last.
func (a *attempts) take(addr string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	at := a.byAddr[addr]
	if at == nil || !at.failed {
		return false
	}
	at.failed = false
	at.hurried++
	return true
}

// keep forgets all addresses but some: those of peers that are gone, and of all that ever came out of a range.
func (a *attempts) keep(addrs map[string]bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	maps.DeleteFunc(a.byAddr, func(addr string, _ *attempt) bool { return !addrs[addr] })
}

// hurry takes out the peers whose attempt has failed; they are added again as any that is missing.
func (in *instance) hurry(ctx context.Context) {
	addrs := make(map[string]bool, len(in.peers))
	for _, have := range in.peers {
		addrs[withoutZone(address(have))] = true
	}
	in.attempts.keep(addrs)
	for _, have := range in.peers {
		if in.attempts.take(withoutZone(address(have))) && !have.Down() {
			if err := in.remove(ctx, have); err != nil {
				in.log.Warn("take a peer out to try again", "peer", have.Key, "err", err)
			}
		}
	}
}
