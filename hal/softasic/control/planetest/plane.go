package planetest

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
)

// Plane is the fake. The zero value is not usable; call New.
type Plane struct {
	mu      sync.Mutex
	state   state
	marked  *state // between BeginSync and EndSync: what was restated
	events  chan dataplane.Event
	trapped map[dataplane.TrapKind]dataplane.FlowCounters
	routed  map[dataplane.RouteCounterID]dataplane.FlowCounters
	drops   map[dataplane.PortID]map[dataplane.DropReason]uint64
	like    map[dataplane.GroupID]dataplane.GroupID // what each group was to be like when it was set last

	// Fail, if set, is asked before each change and its error returned.
	Fail func(what string) error
	// History holds every port state ever set, in order.
	History []dataplane.Port
	// MaxRoutes bounds the routes; 0: no bound.
	MaxRoutes int
}

type memberKey struct {
	vid  uint16
	port dataplane.PortID
}

type routeKey struct {
	vrf dataplane.VRFID
	netip.Prefix
}

type streamKey struct {
	vid uint16
	dataplane.Stream
}

type fdbKey struct {
	vid uint16
	mac dataplane.MAC
}

type state struct {
	ports   map[dataplane.PortID]dataplane.Port
	lags    map[dataplane.PortID]dataplane.LAG
	inLAG   map[dataplane.PortID]dataplane.LAGMember
	hashes  [2]dataplane.Hash
	groups  map[dataplane.GroupID]dataplane.Group
	idle    map[dataplane.GroupID]bool
	vlans   map[uint16]dataplane.VLAN
	members map[memberKey]bool
	hostifs map[dataplane.HostifID]dataplane.Hostif
	rifs    map[dataplane.RIFID]dataplane.RIF
	adjs    map[dataplane.AdjID]dataplane.Adj
	routes  map[routeKey]dataplane.AdjID
	fdb     map[fdbKey]dataplane.FDB
	stp     map[string]dataplane.STPState
	streams map[streamKey][]dataplane.PortID
	traps   map[dataplane.TrapKind]dataplane.Trap
	limits  map[dataplane.LimitID]dataplane.Limit
	ageing  time.Duration
}

func newState() state {
	return state{
		ports: map[dataplane.PortID]dataplane.Port{}, lags: map[dataplane.PortID]dataplane.LAG{},
		inLAG: map[dataplane.PortID]dataplane.LAGMember{}, groups: map[dataplane.GroupID]dataplane.Group{}, idle: map[dataplane.GroupID]bool{}, vlans: map[uint16]dataplane.VLAN{}, members: map[memberKey]bool{},
		hostifs: map[dataplane.HostifID]dataplane.Hostif{}, rifs: map[dataplane.RIFID]dataplane.RIF{}, adjs: map[dataplane.AdjID]dataplane.Adj{},
		routes: map[routeKey]dataplane.AdjID{}, fdb: map[fdbKey]dataplane.FDB{}, stp: map[string]dataplane.STPState{}, streams: map[streamKey][]dataplane.PortID{},
		traps: map[dataplane.TrapKind]dataplane.Trap{}, limits: map[dataplane.LimitID]dataplane.Limit{},
	}
}

// New returns an empty plane.
func New() *Plane {
	return &Plane{state: newState(), events: make(chan dataplane.Event, 1024), drops: map[dataplane.PortID]map[dataplane.DropReason]uint64{}, trapped: map[dataplane.TrapKind]dataplane.FlowCounters{},
		routed: map[dataplane.RouteCounterID]dataplane.FlowCounters{}, like: map[dataplane.GroupID]dataplane.GroupID{}}
}

// do runs a change under the lock and repeats it on what is restated.
func (p *Plane) do(what string, f func(*state) error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.Fail != nil {
		if err := p.Fail(what); err != nil {
			return err
		}
	}
	if p.marked != nil {
		if err := f(p.marked); err != nil {
			return err
		}
	}
	return f(&p.state)
}

func set[K comparable, V any](p *Plane, what string, pick func(*state) map[K]V, k K, v V) error {
	return p.do(what, func(s *state) error { pick(s)[k] = v; return nil })
}

func drop[K comparable, V any](p *Plane, what string, pick func(*state) map[K]V, k K) error {
	return p.do(what, func(s *state) error {
		if _, ok := pick(s)[k]; !ok {
			return fmt.Errorf("%s %v: %w", what, k, dataplane.ErrNotFound)
		}
		delete(pick(s), k)
		return nil
	})
}

// SetPort refuses ports routed by no interface.
func (p *Plane) SetPort(id dataplane.PortID, v dataplane.Port) error {
	return p.do("set port", func(s *state) error {
		if id == 0 || id > dataplane.MaxPort {
			return fmt.Errorf("set port %d: %w", id, dataplane.ErrInvalid)
		}
		if _, ok := s.rifs[v.RIF]; v.RIF != 0 && !ok && p.marked == nil {
			return fmt.Errorf("set port %d: router interface %d: %w", id, v.RIF, dataplane.ErrNotFound)
		}
		s.ports[id] = v
		if p.marked != s {
			p.History = append(p.History, v)
		}
		return nil
	})
}

func (p *Plane) DeletePort(id dataplane.PortID) error {
	return drop(p, "delete port", func(s *state) map[dataplane.PortID]dataplane.Port { return s.ports }, id)
}

// PortState says up for enabled ports.
func (p *Plane) PortState(id dataplane.PortID) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.ports[id].AdminUp
}

func (p *Plane) PortCounters(dataplane.PortID) (c dataplane.PortCounters, err error) {
	for i := range c {
		c[i] = uint64(i + 1)
	}
	return c, nil
}

func (p *Plane) RIFCounters(dataplane.RIFID) (c dataplane.RIFCounters, err error) {
	for i := range c {
		c[i] = uint64(100 + i)
	}
	return c, nil
}

// Drop counts a frame that came in by a port as discarded.
func (p *Plane) Drop(id dataplane.PortID, why dataplane.DropReason) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.drops[id] == nil {
		p.drops[id] = map[dataplane.DropReason]uint64{}
	}
	p.drops[id][why]++
}

// PortDrops tells what Drop counted.
func (p *Plane) PortDrops(id dataplane.PortID) (map[dataplane.DropReason]uint64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.drops[id]), nil
}

// DropCounters adds up what Drop counted.
func (p *Plane) DropCounters() (map[dataplane.DropReason]uint64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	sum := map[dataplane.DropReason]uint64{}
	for _, drops := range p.drops {
		for why, n := range drops {
			sum[why] += n
		}
	}
	return sum, nil
}

func (p *Plane) SetVLAN(vid uint16, v dataplane.VLAN) error {
	return set(p, "set vlan", func(s *state) map[uint16]dataplane.VLAN { return s.vlans }, vid, v)
}

func (p *Plane) SetVLANMember(vid uint16, id dataplane.PortID, tagged bool) error {
	return set(p, "set vlan member", func(s *state) map[memberKey]bool { return s.members }, memberKey{vid, id}, tagged)
}

func (p *Plane) DeleteVLANMember(vid uint16, id dataplane.PortID) error {
	return drop(p, "delete vlan member", func(s *state) map[memberKey]bool { return s.members }, memberKey{vid, id})
}

func (p *Plane) SetSTPState(i dataplane.STPID, id dataplane.PortID, st dataplane.STPState) error {
	return set(p, "set stp state", func(s *state) map[string]dataplane.STPState { return s.stp }, fmt.Sprintf("%d/%d", i, id), st)
}

// DeleteSTPState leaves a port without a state.
func (p *Plane) DeleteSTPState(i dataplane.STPID, id dataplane.PortID) error {
	return drop(p, "delete stp state", func(s *state) map[string]dataplane.STPState { return s.stp }, fmt.Sprintf("%d/%d", i, id))
}

func (p *Plane) SetFDB(vid uint16, mac dataplane.MAC, f dataplane.FDB) error {
	return set(p, "set fdb", func(s *state) map[fdbKey]dataplane.FDB { return s.fdb }, fdbKey{vid, mac}, f)
}

func (p *Plane) DeleteFDB(vid uint16, mac dataplane.MAC) error {
	return drop(p, "delete fdb", func(s *state) map[fdbKey]dataplane.FDB { return s.fdb }, fdbKey{vid, mac})
}

func (p *Plane) FlushFDB(f dataplane.FlushFilter) (gone []dataplane.FDBEntry, err error) {
	return gone, p.do("flush fdb", func(s *state) error {
		for k, e := range s.fdb {
			if (f.VLAN == 0 || f.VLAN == k.vid) && (f.Port == 0 || f.Port == e.Port) && (e.Static && f.Static || !e.Static && f.Dynamic) {
				gone = append(gone, dataplane.FDBEntry{VLAN: k.vid, MAC: k.mac, FDB: e})
				delete(s.fdb, k)
			}
		}
		return nil
	})
}

func (p *Plane) FDBEntries() (all []dataplane.FDBEntry, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for k, e := range p.state.fdb {
		all = append(all, dataplane.FDBEntry{VLAN: k.vid, MAC: k.mac, FDB: e})
	}
	return all, nil
}

func (p *Plane) SetAgeing(d time.Duration) error {
	return p.do("set ageing", func(s *state) error { s.ageing = d; return nil })
}

func (p *Plane) SetRIF(id dataplane.RIFID, r dataplane.RIF) error {
	return set(p, "set rif", func(s *state) map[dataplane.RIFID]dataplane.RIF { return s.rifs }, id, r)
}

func (p *Plane) DeleteRIF(id dataplane.RIFID) error {
	return p.do("delete rif", func(s *state) error {
		for port, v := range s.ports {
			if v.RIF == id {
				return fmt.Errorf("delete rif %d: in use by port %d", id, port)
			}
		}
		delete(s.rifs, id)
		return nil
	})
}

// SetAdj refuses to forward out of an absent interface.
func (p *Plane) SetAdj(id dataplane.AdjID, a dataplane.Adj) error {
	return p.do("set adjacency", func(s *state) error {
		if _, ok := s.groups[a.Group]; a.Action == dataplane.AdjGroup && !ok {
			return fmt.Errorf("set adjacency %d: group %d: %w", id, a.Group, dataplane.ErrNotFound)
		}
		if _, ok := s.rifs[a.RIF]; a.Action == dataplane.AdjForward && !ok {
			return fmt.Errorf("set adjacency %d: router interface %d: %w", id, a.RIF, dataplane.ErrNotFound)
		}
		if _, ok := s.adjs[a.Next]; a.Action == dataplane.AdjCounted && !ok {
			return fmt.Errorf("set adjacency %d: adjacency %d: %w", id, a.Next, dataplane.ErrNotFound)
		}
		s.adjs[id] = a
		return nil
	})
}

// DeleteAdj refuses while routes point to the adjacency.
func (p *Plane) DeleteAdj(id dataplane.AdjID) error {
	return p.do("delete adjacency", func(s *state) error {
		for route, adj := range s.routes {
			if adj == id {
				return fmt.Errorf("delete adjacency %d: in use by %v", id, route)
			}
		}
		for other, a := range s.adjs {
			if a.Next == id {
				return fmt.Errorf("delete adjacency %d: in use by adjacency %d", id, other)
			}
		}
		for group, g := range s.groups {
			if slices.Contains(g.Buckets, id) || slices.ContainsFunc(g.Paths, func(m dataplane.Path) bool { return m.Adj == id }) {
				return fmt.Errorf("delete adjacency %d: in use by group %d", id, group)
			}
		}
		delete(s.adjs, id)
		return nil
	})
}

func (p *Plane) UpdateRoutes(vrf dataplane.VRFID, us []dataplane.RouteUpdate) []error {
	errs := make([]error, len(us))
	for i, u := range us {
		errs[i] = p.do("update route", func(s *state) error { return p.updateRoute(s, vrf, u) })
	}
	return errs
}

func (p *Plane) updateRoute(s *state, vrf dataplane.VRFID, u dataplane.RouteUpdate) error {
	k := routeKey{vrf, u.Prefix}
	_, exists := s.routes[k]
	if vrf > dataplane.MaxVRF {
		return dataplane.ErrInvalid
	}
	if u.Delete {
		if !exists {
			return dataplane.ErrNotFound
		}
		delete(s.routes, k)
		return nil
	}
	adj, ok := s.adjs[u.Adj]
	if !ok {
		return fmt.Errorf("route %s: adjacency %d: %w", u.Prefix, u.Adj, dataplane.ErrNotFound)
	}
	if group := max(adj.Group, s.adjs[adj.Next].Group); s.idle[group] {
		return fmt.Errorf("route %s: group %d has no slots yet: %w", u.Prefix, group, dataplane.ErrInvalid)
	}
	if !exists && p.MaxRoutes > 0 && len(s.routes) >= p.MaxRoutes {
		return dataplane.ErrTableFull
	}
	s.routes[k] = u.Adj
	return nil
}

// SetHostif refuses two interfaces of one name.
func (p *Plane) SetHostif(id dataplane.HostifID, h dataplane.Hostif) error {
	return p.do("set hostif", func(s *state) error {
		for other, o := range s.hostifs {
			if other != id && o.Name == h.Name {
				return fmt.Errorf("set hostif %d: name %s belongs to %d", id, h.Name, other)
			}
		}
		s.hostifs[id] = h
		return nil
	})
}

func (p *Plane) DeleteHostif(id dataplane.HostifID) error {
	return drop(p, "delete hostif", func(s *state) map[dataplane.HostifID]dataplane.Hostif { return s.hostifs }, id)
}

// Events is fed by Emit.
func (p *Plane) Events() <-chan dataplane.Event { return p.events }

// Emit makes an event, and the FDB entry it tells of.
func (p *Plane) Emit(e dataplane.Event) {
	p.mu.Lock()
	switch e.Kind {
	case dataplane.FDBLearned, dataplane.FDBMoved:
		p.state.fdb[fdbKey{e.VLAN, e.MAC}] = dataplane.FDB{Port: e.Port}
	case dataplane.FDBAged:
		delete(p.state.fdb, fdbKey{e.VLAN, e.MAC})
	}
	p.mu.Unlock()
	p.events <- e
}

// BeginSync starts to collect what is restated.
func (p *Plane) BeginSync() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.marked != nil {
		return errors.New("begin sync: already begun")
	}
	s := newState()
	p.marked = &s
	return nil
}

// EndSync drops what was not restated, except learned entries.
func (p *Plane) EndSync() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.marked == nil {
		return errors.New("end sync: not begun")
	}
	for k, e := range p.state.fdb {
		if !e.Static {
			p.marked.fdb[k] = e
		}
	}
	p.state, p.marked = *p.marked, nil
	return nil
}

// Adj returns where packets to an address go in routing table 0.
func (p *Plane) Adj(a netip.Addr) (dataplane.Adj, bool) { return p.AdjIn(0, a) }

// AdjIn returns where packets to an address go in a routing table.
func (p *Plane) AdjIn(vrf dataplane.VRFID, a netip.Addr) (dataplane.Adj, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for bits := a.BitLen(); bits >= 0; bits-- {
		prefix, _ := a.Prefix(bits)
		if id, ok := p.state.routes[routeKey{vrf, prefix}]; ok {
			return p.state.adjs[id], true
		}
	}
	return dataplane.Adj{}, false
}

// Port returns a port's state.
func (p *Plane) Port(id dataplane.PortID) dataplane.Port {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.ports[id]
}

// RIF returns a router interface's state.
func (p *Plane) RIF(id dataplane.RIFID) dataplane.RIF {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.rifs[id]
}

// Routes counts the routes.
func (p *Plane) Routes() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.state.routes)
}

// Dump returns the state as sorted text.
func (p *Plane) Dump() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var l []string
	s := &p.state
	l = lines(l, "port", s.ports)
	l = lines(l, "lag", s.lags)
	l = lines(l, "lag member", s.inLAG)
	l = lines(l, "vlan", s.vlans)
	l = lines(l, "member", s.members)
	l = lines(l, "hostif", s.hostifs)
	l = lines(l, "rif", s.rifs)
	l = lines(l, "adj", s.adjs)
	l = lines(l, "route", s.routes)
	l = lines(l, "fdb", s.fdb)
	l = lines(l, "stp", s.stp)
	l = lines(l, "stream", s.streams)
	l = lines(l, "trap", s.traps)
	l = lines(l, "limit", s.limits)
	l = lines(l, "group", s.groups)
	l = append(l, fmt.Sprintf("ageing %s hashes %+v", s.ageing, s.hashes))
	return strings.Join(l, "\n") + "\n"
}

func lines[K comparable, V any](l []string, name string, m map[K]V) []string {
	start := len(l)
	for k, v := range m {
		l = append(l, fmt.Sprintf("%s %v: %+v", name, k, v))
	}
	slices.Sort(l[start:])
	return l
}
