package multicast

import (
	"maps"
	"net/netip"
	"slices"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Spread remembers who listens and where routers are, and tells which ports each stream goes to. It belongs to one goroutine.
type Spread struct{ vlans map[schema.VLANName]*vlan }

// NewSpread returns one that knows nobody.
func NewSpread() *Spread { return &Spread{vlans: map[schema.VLANName]*vlan{}} }

// vlan is what rows say of a VLAN, and what was derived of that.
type vlan struct {
	name    schema.VLANName
	cfg     schema.AppL2MCVLAN
	routers ports
	members map[netip.Addr]map[netip.Addr]ports // by group, then by source

	streams map[stream]ports
	unknown ports
}

type stream struct{ source, group netip.Addr }

// ports is a set of ports and port channels.
type ports map[schema.InterfaceName]struct{}

func (p ports) put(port schema.InterfaceName, there bool) {
	if there {
		p[port] = struct{}{}
	} else {
		delete(p, port)
	}
}

// Take takes a changed row that Render has accepted, without fields one that was deleted or refused, and gives the derived rows that change.
func (s *Spread) Take(row object.Row) []object.Row {
	there := row.Fields != nil
	switch row.Table {
	case schema.AppTableL2MCVLAN:
		if name, cfg, err := decodeVLAN(row); err == nil {
			return s.change(name, func(v *vlan) []stream { v.cfg = cfg; return v.all() })
		}
	case schema.AppTableL2MCMRouter:
		if k, err := parseRouter(row.Key); err == nil {
			return s.change(k.VLAN, func(v *vlan) []stream { v.routers.put(k.Port, there); return v.all() })
		}
	case schema.AppTableL2MCMember:
		if k, err := parseMember(row.Key); err == nil {
			return s.change(k.VLAN, func(v *vlan) []stream { v.listen(k, there); return v.of(k.Group) })
		}
	}
	return nil
}

// change lets f change a VLAN and derives the streams that f names anew, and where unknown groups go.
func (s *Spread) change(name schema.VLANName, f func(*vlan) []stream) (out []object.Row) {
	v := s.vlans[name]
	if v == nil {
		v = &vlan{name: name, routers: ports{}, members: map[netip.Addr]map[netip.Addr]ports{}, streams: map[stream]ports{}, unknown: ports{}}
		s.vlans[name] = v
	}
	for _, st := range f(v) {
		want := v.portsOf(st)
		out = append(out, difference(TableStreamPort, v.streams[st], want, func(p schema.InterfaceName) string {
			return schema.L2MCMemberKey{VLAN: name, Source: st.source, Group: st.group, Port: p}.String()
		})...)
		if v.streams[st] = want; len(want) == 0 {
			delete(v.streams, st)
		}
	}
	var want ports
	if toRouters(v.cfg) {
		want = maps.Clone(v.routers)
	}
	out = append(out, difference(TableUnknownPort, v.unknown, want, func(p schema.InterfaceName) string {
		return schema.VLANMemberKey{VLAN: name, Port: p}.Join(schema.AppSeparator)
	})...)
	v.unknown = want
	if v.empty() {
		delete(s.vlans, name)
	}
	return out
}

// difference gives the rows that go and those that come, in order.
func difference(table string, have, want ports, key func(schema.InterfaceName) string) (out []object.Row) {
	for _, p := range slices.Sorted(maps.Keys(have)) {
		if _, stays := want[p]; !stays {
			out = append(out, object.Row{Table: table, Key: key(p)})
		}
	}
	for _, p := range slices.Sorted(maps.Keys(want)) {
		if _, had := have[p]; !had {
			out = append(out, object.Row{Table: table, Key: key(p), Fields: map[string]string{}})
		}
	}
	return out
}

func (v *vlan) empty() bool {
	return len(v.routers)+len(v.members)+len(v.streams)+len(v.unknown) == 0 && !v.cfg.SnoopingV4.On() && !v.cfg.SnoopingV6.On()
}

func (v *vlan) listen(k schema.L2MCMemberKey, there bool) {
	sources := v.members[k.Group]
	if sources == nil {
		sources = map[netip.Addr]ports{}
		v.members[k.Group] = sources
	}
	if sources[k.Source] == nil {
		sources[k.Source] = ports{}
	}
	sources[k.Source].put(k.Port, there)
	if len(sources[k.Source]) == 0 {
		delete(sources, k.Source)
	}
	if len(sources) == 0 {
		delete(v.members, k.Group)
	}
}

// all names the streams that somebody listens to, or did.
func (v *vlan) all() (out []stream) {
	for st := range v.streams {
		if v.members[st.group][st.source] == nil {
			out = append(out, st)
		}
	}
	for group, sources := range v.members {
		for source := range sources {
			out = append(out, stream{source, group})
		}
	}
	return out
}

// of names the streams of a group among them.
func (v *vlan) of(group netip.Addr) (out []stream) {
	for source := range v.members[group] {
		out = append(out, stream{source, group})
	}
	for st := range v.streams {
		if st.group == group && v.members[group][st.source] == nil {
			out = append(out, st)
		}
	}
	return out
}

// portsOf tells where a stream goes while its family is snooped and somebody listens: to those that do, to those that listen to all senders of
// the group (RFC 4541 section 2.1.2: a snooper that tells senders apart must not starve who does not), and to routers.
func (v *vlan) portsOf(st stream) ports {
	snooped, everybody := v.cfg.SnoopingV4, netip.IPv4Unspecified()
	if st.group.Is6() {
		snooped, everybody = v.cfg.SnoopingV6, netip.IPv6Unspecified()
	}
	listeners := v.members[st.group][st.source]
	if len(listeners) == 0 || !snooped.On() {
		return nil
	}
	out := maps.Clone(listeners)
	maps.Copy(out, v.members[st.group][everybody])
	maps.Copy(out, v.routers)
	return out
}
