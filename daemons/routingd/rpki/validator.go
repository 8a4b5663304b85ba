package rpki

import (
	"context"
	"log/slog"
	"math"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
)

// Router is the BGP speaker that routes are validated by.
type Router struct {
	Join    func(cache netip.AddrPort) error // it asks this cache from now on
	Leave   func(cache netip.AddrPort)       // and does not any more
	Changed func()                           // it has taken in what is new
}

// settle is how long changes are gathered: each makes the router look at its routes again.
const settle = time.Second

// Validator asks the caches of a VRF. Among those that have answered, the ones of the least preference value count, together.
type Validator struct {
	log    *slog.Logger
	router Router
	unfeed context.CancelFunc
	work   sync.WaitGroup
	dirty  chan struct{} // of one: what caches say has changed

	mu      sync.Mutex
	clients map[bgpconf.Cache]*running
}

// running is a client and what stops it.
type running struct {
	*client
	stop context.CancelFunc
}

// Start begins to feed a router. There are no caches until Use.
func Start(router Router, log *slog.Logger) *Validator {
	v := &Validator{log: log, router: router, dirty: make(chan struct{}, 1), clients: make(map[bgpconf.Cache]*running)}
	ctx, stop := context.WithCancel(context.Background())
	v.unfeed = stop
	v.work.Go(func() { v.feed(ctx) })
	return v
}

// Stop ends everything, and waits for that.
func (v *Validator) Stop() {
	v.unfeed()
	v.Use(nil)
	v.work.Wait()
}

// Use asks these caches, and no others. What is known of those that stay remains.
func (v *Validator) Use(caches []bgpconf.Cache) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for cfg, c := range v.clients {
		if !slices.Contains(caches, cfg) {
			c.stop()
			delete(v.clients, cfg)
			v.ring()
		}
	}
	for _, cfg := range caches {
		if v.clients[cfg] != nil {
			continue
		}
		ctx, stop := context.WithCancel(context.Background())
		c := newClient(cfg, v.log, v.ring)
		v.clients[cfg] = &running{c, stop}
		v.work.Go(func() { c.run(ctx) })
	}
}

// ring says that what caches have may be new.
func (v *Validator) ring() {
	select {
	case v.dirty <- struct{}{}:
	default:
	}
}

// Status is a cache and its state.
type Status struct {
	bgpconf.Cache
	State
	Used bool // what it says counts
}

// look gives the state of all caches, in order, and the table of each that counts.
func (v *Validator) look() (all []Status, counting []table) {
	v.mu.Lock()
	defer v.mu.Unlock()
	best := math.MaxInt
	for _, c := range v.clients {
		c.mu.Lock()
		if c.valid {
			best = min(best, int(c.cfg.Preference))
		}
		c.mu.Unlock()
	}
	for cfg, c := range v.clients {
		c.mu.Lock()
		s := Status{Cache: cfg, State: c.state, Used: c.valid && int(cfg.Preference) == best}
		if s.Used {
			counting = append(counting, c.has)
		}
		c.mu.Unlock()
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b Status) int { return a.Cache.Compare(b.Cache) })
	return all, counting
}

// Caches are all caches with their states.
func (v *Validator) Caches() []Status {
	all, _ := v.look()
	return all
}

// VRPs is what counts of what the caches say, in order. It must not be changed.
func (v *Validator) VRPs() []VRP {
	_, counting := v.look()
	if len(counting) == 1 {
		return counting[0]
	}
	var all []VRP
	for _, t := range counting {
		all = append(all, t...)
	}
	return newTable(all)
}
