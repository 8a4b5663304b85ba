package snoop

import (
	"maps"
	"net/netip"
	"slices"
	"time"
)

// Config is how a VLAN is snooped. The zero value of a time is its default.
type Config struct {
	IPv6      bool
	Version   int        // of the queries: IGMP 1 to 3, MLD 1 and 2; 0: 2
	Querier   bool       // to ask where no router with a lower address does
	Address   netip.Addr // of the switch in the VLAN; not valid: it has none
	FastLeave bool       // for ports with one listener each: who leaves was the last

	QueryInterval time.Duration // between general queries (RFC 3376 section 8.2): 125 s
	MaxResponse   time.Duration // that listeners may take (section 8.3): 10 s
	LastMember    time.Duration // that they may take once one has left (section 8.8): 1 s

	Routers []string        // ports to routers by configuration
	Static  map[Member]bool // listeners by configuration
}

// Member is a port behind which somebody listens to a group.
type Member struct {
	Group netip.Addr
	Port  string
}

// Bounds of what is kept: beyond them a port's word is not taken. Without them one station could take all groups of the ASIC.
const (
	MaxGroups     = 4096 // of a VLAN and family
	MaxPortGroups = 1024 // of a port of it
	MaxRouters    = 1024
)

// Budget bounds the listeners of all snoopers that share it.
type Budget struct{ Left int }

// Origin tells where something is known from.
type Origin uint8

// The origins.
const (
	Nowhere Origin = iota // it is not known
	Heard
	Configured
)

// Forward is where a frame is to go on to.
type Forward uint8

// The ways (RFC 4541 section 2.1.1).
const (
	ToOthers  Forward = iota // all other ports of the VLAN
	ToRouters                // those to routers
)

// Counts are what was heard since they began.
type Counts struct {
	Queries, Reports, Leaves, Hellos int
	Refused                          int // listeners beyond a bound
}

// Snooper knows the listeners and routers of one family of one VLAN. It is not safe for concurrent use.
type Snooper struct {
	cfg     Config
	budget  *Budget
	groups  map[netip.Addr]map[string]*listener
	perPort map[string]int
	asks    map[Member]time.Time // a question that is to be repeated
	routers map[string]time.Time // until when each counts
	querier querier
	counts  Counts

	soonest time.Time // not after the first time that something ends; zero: nothing does
	out     []Ask
	members map[Member]bool // changed
	paths   map[string]bool // to routers, changed
}

// New returns a snooper that has heard nothing.
func New(now time.Time, c Config, b *Budget) *Snooper {
	s := &Snooper{
		budget: b, groups: make(map[netip.Addr]map[string]*listener), perPort: make(map[string]int), asks: make(map[Member]time.Time),
		routers: make(map[string]time.Time), members: make(map[Member]bool), paths: make(map[string]bool),
	}
	s.querier.relearn = make(map[string]bool)
	s.Configure(now, c)
	return s
}

func (c *Config) defaults() {
	for d, otherwise := range map[*time.Duration]time.Duration{
		&c.QueryInterval: defaultInterval, &c.MaxResponse: 10 * time.Second, &c.LastMember: time.Second,
	} {
		if *d == 0 {
			*d = otherwise
		}
	}
	if c.Version == 0 {
		c.Version = 2
	}
	if !c.Address.IsValid() {
		c.Address = netip.IPv4Unspecified()
		if c.IPv6 {
			c.Address = netip.IPv6Unspecified()
		}
	}
}

// Configure snoops in another way from now on. What was heard stays.
func (s *Snooper) Configure(now time.Time, c Config) {
	c.defaults()
	old := s.cfg
	s.cfg = c
	for _, list := range [][]string{old.Routers, c.Routers} {
		for _, port := range list {
			s.paths[port] = true
		}
	}
	for _, set := range []map[Member]bool{old.Static, c.Static} {
		for m := range set {
			s.members[m] = true
		}
	}
	s.querierConfigured(now, old)
}

// Receive takes a message that came in by a port, and says where the frame goes on to.
func (s *Snooper) Receive(now time.Time, port string, m Message) Forward {
	switch m.Kind {
	case Query:
		s.counts.Queries++
		s.query(now, port, m)
		return ToOthers
	case Hello:
		s.counts.Hellos++
		s.router(port, now.Add(m.Hold), m.Hold == 0)
		return ToOthers
	case Routing:
		return ToOthers
	case Leave:
		s.counts.Leaves++
	default:
		s.counts.Reports++
	}
	for _, g := range m.Joins {
		s.join(now, Member{g, port}, !s.cfg.IPv6 && m.Version == 1)
	}
	for _, g := range m.Leaves {
		s.leave(now, Member{g, port}, s.cfg.FastLeave)
	}
	for _, g := range m.Blocks {
		s.leave(now, Member{g, port}, false)
	}
	return ToRouters
}

// router notes a router until then, or that it is gone.
func (s *Snooper) router(port string, until time.Time, gone bool) {
	old, known := s.routers[port]
	switch {
	case gone:
		delete(s.routers, port)
	case !known && len(s.routers) >= MaxRouters:
		s.counts.Refused++
		return
	case until.After(old):
		s.routers[port] = until
		s.sooner(until)
	}
	if known == gone {
		s.paths[port] = true
	}
}

// Tick lets time pass.
func (s *Snooper) Tick(now time.Time) {
	s.ask(now)
	if s.soonest.IsZero() || now.Before(s.soonest) {
		return
	}
	s.soonest = time.Time{}
	for g, ports := range s.groups {
		for port, l := range ports {
			s.endListener(now, Member{g, port}, l)
		}
	}
	for m, at := range s.asks {
		s.repeat(now, m, at)
	}
	for port, until := range s.routers {
		if now.Before(until) {
			s.sooner(until)
		} else {
			s.router(port, until, true)
		}
	}
}

// Next is when Tick has something to do; zero if never.
func (s *Snooper) Next() time.Time {
	next := s.nextAsk()
	if next.IsZero() || !s.soonest.IsZero() && s.soonest.Before(next) {
		next = s.soonest
	}
	return next
}

// sooner sees to it that Tick is called in time.
func (s *Snooper) sooner(at time.Time) {
	if s.soonest.IsZero() || at.Before(s.soonest) {
		s.soonest = at
	}
}

// Gone forgets what was heard by a port that lost its link or left the VLAN.
func (s *Snooper) Gone(port string) {
	if s.perPort[port] > 0 {
		for g, ports := range s.groups {
			if ports[port] != nil {
				s.drop(Member{g, port})
			}
		}
	}
	if _, known := s.routers[port]; known {
		s.router(port, time.Time{}, true)
	}
}

// Forget forgets all that was heard of listeners.
func (s *Snooper) Forget() {
	for g, ports := range s.groups {
		for port := range ports {
			s.drop(Member{g, port})
		}
	}
}

// Restore takes up what an earlier life knew. It counts as heard now. asked says that somebody asked for listeners then.
func (s *Snooper) Restore(now time.Time, members []Member, routers []string, asked bool) {
	for _, m := range members {
		if Tracked(m.Group) && m.Group.Is4() != s.cfg.IPv6 {
			s.join(now, m, false)
		}
	}
	for _, port := range routers {
		s.router(port, now.Add(s.otherQuerier()), false)
	}
	if asked {
		q := &s.querier
		q.since, q.settled, q.until = now, true, now.Add(s.otherQuerier())
	}
}

// Asks gives the queries to be sent since it was last called.
func (s *Snooper) Asks() []Ask {
	out := s.out
	s.out = nil
	return out
}

// Changes gives the listeners and the ports to routers that may have changed since it was last called.
func (s *Snooper) Changes() (members []Member, routers []string) {
	members, routers = slices.Collect(maps.Keys(s.members)), slices.Collect(maps.Keys(s.paths))
	clear(s.members)
	clear(s.paths)
	return members, routers
}

// Members lists all listeners, heard and configured.
func (s *Snooper) Members() []Member {
	out := slices.Collect(maps.Keys(s.cfg.Static))
	for g, ports := range s.groups {
		for port := range ports {
			out = append(out, Member{g, port})
		}
	}
	return out
}

// Member tells where a listener is known from.
func (s *Snooper) Member(m Member) Origin {
	switch {
	case s.cfg.Static[m]:
		return Configured
	case s.groups[m.Group][m.Port] != nil:
		return Heard
	}
	return Nowhere
}

// Router tells where a port to routers is known from.
func (s *Snooper) Router(port string) Origin {
	if slices.Contains(s.cfg.Routers, port) {
		return Configured
	}
	if _, known := s.routers[port]; known {
		return Heard
	}
	return Nowhere
}

// Routers lists the ports to routers, sorted: all multicast traffic goes there too (RFC 4541 section 2.1.2).
func (s *Snooper) Routers() []string {
	list := slices.Concat(s.cfg.Routers, slices.Collect(maps.Keys(s.routers)))
	slices.Sort(list)
	return slices.Compact(list)
}

// Counts are what was heard since ClearCounts.
func (s *Snooper) Counts() Counts { return s.counts }

// ClearCounts begins the counts anew.
func (s *Snooper) ClearCounts() { s.counts = Counts{} }
