package snoop

import (
	"maps"
	"net/netip"
	"slices"
	"time"
)

// Config is how a VLAN is snooped. The zero value of a time is its default.
type Config struct {
	// Membership is how long a listener counts that is not heard again (RFC 3376
	// section 8.4): 260 s.
	Membership time.Duration
	// Router is how long a router counts that asks no more (RFC 3376 section 8.5,
	// twice the interval of queries and half an answer's time): 255 s.
	Router time.Duration
	// LastMember is how long others behind a port may answer once one has left
	// (RFC 3376 section 8.8 and 8.9): 2 s.
	LastMember time.Duration
	// FastLeave is for ports with one listener each: who leaves was the last.
	FastLeave bool
}

// Bounds of what is kept: beyond them a group floods, or a port's word is not taken.
const (
	maxGroups = 4096
	maxPorts  = 1024
)

func (c *Config) defaults() {
	for d, otherwise := range map[*time.Duration]time.Duration{&c.Membership: 260 * time.Second, &c.Router: 255 * time.Second, &c.LastMember: 2 * time.Second} {
		if *d == 0 {
			*d = otherwise
		}
	}
}

// ports is until when a listener or router behind each port counts.
type ports map[string]time.Time

// Snooper knows the listeners and routers of one VLAN. It is not safe for
// concurrent use.
type Snooper struct {
	cfg     Config
	groups  map[netip.Addr]ports
	routers ports
	static  map[string]bool // router ports by configuration
	changed bool
}

// New returns a snooper that has heard nothing.
func New(c Config) *Snooper {
	c.defaults()
	return &Snooper{cfg: c, groups: make(map[netip.Addr]ports), routers: make(ports), static: make(map[string]bool)}
}

// Receive takes a message that came in by a port.
func (s *Snooper) Receive(now time.Time, port string, m Message) {
	if m.Query {
		s.query(now, port, m)
		return
	}
	for _, g := range m.Joins {
		s.join(now, port, g)
	}
	for _, g := range m.Leaves {
		s.leave(now, port, g)
	}
}

// query notes a router. One without an address is another snooper, which asks in
// the place of a router (RFC 4541 section 2.1.1). A question about one group gives
// its listeners the time of an answer, then they are gone.
func (s *Snooper) query(now time.Time, port string, m Message) {
	if !m.From.IsUnspecified() {
		s.hear(s.routers, port, now.Add(s.cfg.Router))
	}
	if !m.Group.IsValid() || !Tracked(m.Group) {
		return
	}
	for p := range s.groups[m.Group] {
		s.shorten(m.Group, p, now.Add(s.cfg.LastMember))
	}
}

func (s *Snooper) join(now time.Time, port string, g netip.Addr) {
	members := s.groups[g]
	if members == nil {
		if len(s.groups) >= maxGroups {
			return
		}
		members = make(ports)
		s.groups[g] = members
	}
	s.hear(members, port, now.Add(s.cfg.Membership))
}

func (s *Snooper) hear(list ports, port string, until time.Time) {
	_, known := list[port]
	if !known && len(list) >= maxPorts {
		return
	}
	s.changed = s.changed || !known
	list[port] = until
}

func (s *Snooper) leave(now time.Time, port string, g netip.Addr) {
	if _, member := s.groups[g][port]; !member {
		return
	}
	if s.cfg.FastLeave {
		s.drop(g, port)
		return
	}
	s.shorten(g, port, now.Add(s.cfg.LastMember))
}

// shorten gives a listener less time, never more.
func (s *Snooper) shorten(g netip.Addr, port string, until time.Time) {
	if s.groups[g][port].After(until) {
		s.groups[g][port] = until
	}
}

func (s *Snooper) drop(g netip.Addr, port string) {
	delete(s.groups[g], port)
	if len(s.groups[g]) == 0 {
		delete(s.groups, g)
	}
	s.changed = true
}

// Tick lets time pass.
func (s *Snooper) Tick(now time.Time) {
	for g, members := range s.groups {
		for port, until := range members {
			if !now.Before(until) {
				s.drop(g, port)
			}
		}
	}
	for port, until := range s.routers {
		if !now.Before(until) {
			delete(s.routers, port)
			s.changed = true
		}
	}
}

// Next is when Tick has something to do; zero if never.
func (s *Snooper) Next() time.Time {
	var next time.Time
	sooner := func(t time.Time) {
		if next.IsZero() || t.Before(next) {
			next = t
		}
	}
	for _, members := range s.groups {
		for _, until := range members {
			sooner(until)
		}
	}
	for _, until := range s.routers {
		sooner(until)
	}
	return next
}

// Gone forgets what was heard by a port that lost its link or left the VLAN.
func (s *Snooper) Gone(port string) {
	for g, members := range s.groups {
		if _, member := members[port]; member {
			s.drop(g, port)
		}
	}
	if _, router := s.routers[port]; router {
		delete(s.routers, port)
		s.changed = true
	}
}

// SetRouters names the router ports of the configuration.
func (s *Snooper) SetRouters(names []string) {
	static := make(map[string]bool, len(names))
	for _, n := range names {
		static[n] = true
	}
	if !maps.Equal(static, s.static) {
		s.static, s.changed = static, true
	}
}

// Changed reports once whether Groups or Routers may have changed.
func (s *Snooper) Changed() bool {
	was := s.changed
	s.changed = false
	return was
}

// Routers lists the ports to routers, sorted: all multicast traffic goes there too
// (RFC 4541 section 2.1.2).
func (s *Snooper) Routers() []string {
	all := maps.Clone(s.static)
	for port := range s.routers {
		all[port] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// Groups lists each group's ports: those of its listeners and those to routers,
// sorted.
func (s *Snooper) Groups() map[netip.Addr][]string {
	routers := s.Routers()
	out := make(map[netip.Addr][]string, len(s.groups))
	for g, members := range s.groups {
		list := slices.Concat(slices.Collect(maps.Keys(members)), routers)
		slices.Sort(list)
		out[g] = slices.Compact(list)
	}
	return out
}
