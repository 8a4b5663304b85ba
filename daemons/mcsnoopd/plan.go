package mcsnoopd

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"time"

	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/daemons/mcsnoopd/snoop"
	"github.com/heddle-nos/heddle/yang/schema"
)

// portPlan is what a port is in a VLAN.
type portPlan struct{ tagged, forwards bool }

// familyPlan is how a family is snooped.
type familyPlan struct {
	snoop.Config
	flood bool // groups without listeners go everywhere
}

// vlanPlan is how a VLAN is snooped. A family that is not has none.
type vlanPlan struct {
	ports    map[schema.InterfaceName]portPlan
	families [families]*familyPlan
}

// plan is what is to be.
type plan struct {
	mac      schema.MAC
	vlans    map[schema.VLANName]vlanPlan // those with snooping
	untagged map[schema.InterfaceName]schema.VLANName
	lags     map[schema.PortName]schema.PortChannelName
	bad      map[linkproto.RowRef]error
}

// resolve makes the plan. fallback is the switch's address where CONFIG_DB has none.
func (in *intent) resolve(fallback schema.MAC) plan {
	p := plan{
		mac: in.mac, vlans: make(map[schema.VLANName]vlanPlan), untagged: make(map[schema.InterfaceName]schema.VLANName),
		lags: maps.Clone(in.lags), bad: maps.Clone(in.bad),
	}
	if p.mac.IsZero() {
		p.mac = fallback
	}
	addresses := in.primaries()
	in.resolveFamily(&p, ipv4, func(vlan schema.VLANName) netip.Addr { return addresses[vlan.Interface()] })
	in.resolveFamily(&p, ipv6, func(schema.VLANName) netip.Addr { return linkLocal(p.mac) })
	for key, mode := range in.ports {
		if mode != schema.Tagged {
			p.untagged[key.Port] = key.VLAN
		}
		if v, snooped := p.vlans[key.VLAN]; snooped {
			v.ports[key.Port] = portPlan{tagged: mode == schema.Tagged, forwards: in.forwards(key)}
		}
	}
	return p
}

// resolveFamily plans the VLANs in which a family is snooped. address is that of the switch in a VLAN.
func (in *intent) resolveFamily(p *plan, f family, address func(schema.VLANName) netip.Addr) {
	s, tables := in.families[f], tablesOf(f)
	for vlan, row := range s.vlans {
		in.exists(p, vlan, tables.vlan, string(vlan))
		if !row.Enabled || !in.vlans[vlan] {
			continue
		}
		v, ok := p.vlans[vlan]
		if !ok {
			v.ports = make(map[schema.InterfaceName]portPlan)
		}
		v.families[f] = newFamilyPlan(f, row, address(vlan))
		p.vlans[vlan] = v
	}
	for key := range s.routers {
		in.exists(p, key.VLAN, tables.router, key.String())
		if fp := p.vlans[key.VLAN].families[f]; fp != nil {
			fp.Routers = append(fp.Routers, string(key.Port))
			slices.Sort(fp.Routers)
		}
	}
	for key, row := range s.groups {
		in.exists(p, key.VLAN, tables.group, key.String())
		for _, port := range row.Ports {
			p.static(f, key, schema.InterfaceName(port))
		}
	}
	for key := range s.members {
		in.exists(p, key.VLAN, tables.member, key.String()+schema.ConfigSeparator+string(key.port))
		p.static(f, key.L2MCGroupKey, key.port)
	}
}

// exists notes a row whose VLAN does not.
func (in *intent) exists(p *plan, vlan schema.VLANName, table, key string) {
	if !in.vlans[vlan] {
		p.bad[linkproto.RowRef{Table: table, Key: key}] = fmt.Errorf("%s does not exist", vlan)
	}
}

// static adds a listener by configuration.
func (p *plan) static(f family, key schema.L2MCGroupKey, port schema.InterfaceName) {
	if fp := p.vlans[key.VLAN].families[f]; fp != nil {
		fp.Static[snoop.Member{Group: key.Group, Port: string(port)}] = true
	}
}

func newFamilyPlan(f family, row schema.L2MC, address netip.Addr) *familyPlan {
	if row.QuerierAddress.IsValid() {
		address = row.QuerierAddress
	}
	return &familyPlan{
		flood: row.UnknownMulticast == schema.UnknownMulticastFlood,
		Config: snoop.Config{
			IPv6: f == ipv6, Version: int(row.Version), Querier: row.Querier, Address: address, FastLeave: row.FastLeave,
			QueryInterval: time.Duration(row.QueryInterval) * time.Second,
			MaxResponse:   time.Duration(row.MaxResponse) * time.Second,
			LastMember:    time.Duration(row.LastMember) * time.Millisecond,
			Static:        make(map[snoop.Member]bool),
		},
	}
}

// forwards says that spanning tree lets frames of a VLAN pass on a port. In an instance, a port that no word was said of does not.
func (in *intent) forwards(key schema.VLANMemberKey) bool {
	instance, spanned := in.instances[key.VLAN]
	return !spanned || in.states[schema.STPPortStateKey{Port: key.Port, Instance: instance}] == schema.STPForwarding
}
