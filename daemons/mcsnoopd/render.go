package mcsnoopd

import (
	"maps"
	"net/netip"
	"slices"
	"time"

	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/daemons/mcsnoopd/snoop"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// told is what was last told of a VLAN.
type told struct {
	snooped [families]bool
	drop    bool // groups without listeners
	states  [families]schema.StateL2MC
	routers map[string]snoop.Origin
	members map[snoop.Member]snoop.Origin
}

// render tells what has changed since it was last called. In a VLAN that is configured as before, only what was heard is looked at: there may
// be thousands of groups.
func (m *machine) render(now time.Time) (linkproto.Tables, error) {
	out := make(linkproto.Tables)
	for name := range m.changed {
		t := m.told[name]
		if t == nil {
			t = &told{routers: make(map[string]snoop.Origin), members: make(map[snoop.Member]snoop.Origin)}
			m.told[name] = t
		}
		v := m.vlans[name]
		if v == nil { // no longer snooped
			v = &vlan{whole: true}
			delete(m.told, name)
		}
		if err := v.render(out, now, name, t); err != nil {
			return nil, err
		}
	}
	clear(m.changed)
	return out, nil
}

// render adds the rows of a VLAN that have changed.
func (v *vlan) render(out linkproto.Tables, now time.Time, name schema.VLANName, t *told) error {
	if err := v.renderVLAN(out, name, t); err != nil {
		return err
	}
	for f := range families {
		if err := v.renderState(out, now, name, f, t); err != nil {
			return err
		}
	}
	members, routers := v.touched(t)
	for _, port := range routers {
		tell(out, schema.AppTableL2MCMRouter, t.routers, port, v.router(port), func() string {
			return schema.VLANMemberKey{VLAN: name, Port: schema.InterfaceName(port)}.Join(schema.AppSeparator)
		})
	}
	for _, member := range members {
		tell(out, schema.AppTableL2MCMember, t.members, member, v.member(member), func() string { return memberKey(name, member).String() })
	}
	v.whole, v.recount = false, false
	return nil
}

// tell adds a row whose origin has changed.
func tell[K comparable](out linkproto.Tables, table string, told map[K]snoop.Origin, of K, now snoop.Origin, key func() string) {
	switch {
	case told[of] == now:
		return
	case now == snoop.Nowhere:
		delete(told, of)
		out.Set(table, key(), nil)
	case now == snoop.Configured:
		told[of] = now
		out.Set(table, key(), statedb.Fields{"type": string(schema.L2MCStatic)})
	default:
		told[of] = now
		out.Set(table, key(), statedb.Fields{"type": string(schema.L2MCDynamic)})
	}
}

func memberKey(name schema.VLANName, m snoop.Member) schema.L2MCMemberKey {
	all := netip.IPv4Unspecified()
	if !m.Group.Is4() {
		all = netip.IPv6Unspecified()
	}
	return schema.L2MCMemberKey{VLAN: name, Source: all, Group: m.Group, Port: schema.InterfaceName(m.Port)}
}

// touched are the members and router ports of which something may have changed.
func (v *vlan) touched(t *told) (members []snoop.Member, routers []string) {
	for _, s := range v.snoopers {
		if s != nil {
			m, r := s.Changes()
			members, routers = append(members, m...), append(routers, r...)
		}
	}
	if !v.whole {
		return members, routers
	}
	members, routers = slices.AppendSeq(members, maps.Keys(t.members)), slices.AppendSeq(routers, maps.Keys(t.routers))
	for _, s := range v.snoopers {
		if s != nil {
			members, routers = append(members, s.Members()...), append(routers, s.Routers()...)
		}
	}
	return members, routers
}

// member is where a listener is known from. Ports that are not in the VLAN count for nothing.
func (v *vlan) member(m snoop.Member) snoop.Origin {
	f := ipv4
	if !m.Group.Is4() {
		f = ipv6
	}
	if _, in := v.plan.ports[schema.InterfaceName(m.Port)]; !in || v.snoopers[f] == nil {
		return snoop.Nowhere
	}
	return v.snoopers[f].Member(m)
}

// router is where a port to routers is known from. They are routers for both families: the ASIC knows but one kind.
func (v *vlan) router(port string) snoop.Origin {
	origin := snoop.Nowhere
	if _, in := v.plan.ports[schema.InterfaceName(port)]; !in {
		return origin
	}
	for _, s := range v.snoopers {
		if s != nil {
			origin = max(origin, s.Router(port))
		}
	}
	return origin
}

// renderVLAN tells the ASIC what is snooped. Groups without listeners are dropped only if in every family that is snooped somebody asks for
// listeners: else nobody would know of them.
func (v *vlan) renderVLAN(out linkproto.Tables, name schema.VLANName, t *told) error {
	var snooped [families]bool
	drop := true
	for f, s := range v.snoopers {
		if snooped[f] = s != nil; s != nil {
			drop = drop && s.InForce() && !v.plan.families[f].flood
		}
	}
	none := [families]bool{}
	switch {
	case snooped == none:
		if t.snooped != none {
			out.Set(schema.AppTableL2MCVLAN, string(name), nil)
		}
		t.snooped = none
		return nil
	case snooped == t.snooped && drop == t.drop:
		return nil
	}
	t.snooped, t.drop = snooped, drop
	row := schema.AppL2MCVLAN{
		SnoopingV4: enabled(snooped[ipv4]), SnoopingV6: enabled(snooped[ipv6]), UnknownMulticast: schema.UnknownMulticastFlood,
	}
	if drop {
		row.UnknownMulticast = schema.UnknownMulticastDropToRouters
	}
	return out.Put(schema.AppTableL2MCVLAN, string(name), row)
}

func enabled(on bool) schema.Enabled {
	if on {
		return "enabled"
	}
	return "disabled"
}

// renderState tells what is known of a family. Counts that have changed wait for their turn.
func (v *vlan) renderState(out linkproto.Tables, now time.Time, name schema.VLANName, f family, t *told) error {
	key, s := schema.L2MCStateKey(name, f == ipv6), v.snoopers[f]
	if s == nil {
		if v.whole {
			out.Set(schema.StateTableL2MC, key, nil)
		}
		t.states[f] = schema.StateL2MC{}
		return nil
	}
	st := v.state(now, f)
	if st == t.states[f] || !v.recount && !v.whole && withoutCounts(st) == withoutCounts(t.states[f]) {
		return nil
	}
	t.states[f] = st
	return out.Put(schema.StateTableL2MC, key, st)
}

// withoutCounts is what is told at once.
func withoutCounts(st schema.StateL2MC) schema.StateL2MC {
	return schema.StateL2MC{Querier: st.Querier, Own: st.Own, Port: st.Port, Version: st.Version, Settled: st.Settled}
}

func (v *vlan) state(now time.Time, f family) schema.StateL2MC {
	s := v.snoopers[f]
	q, own := s.Querier(now)
	c := s.Counts()
	st := schema.StateL2MC{
		Own: own, Port: q.Port, Version: q.Version, Settled: s.InForce(), Groups: s.Groups(), Members: s.Listeners(),
		Queries: c.Queries, Reports: c.Reports, Leaves: c.Leaves, Hellos: c.Hellos, Errors: v.errors[f], Refused: c.Refused, Sent: v.sent[f],
	}
	if q.Address.IsValid() {
		st.Querier = q.Address.String()
	}
	return st
}
