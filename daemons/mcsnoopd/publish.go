package mcsnoopd

import (
	"context"
	"strings"
	"time"

	"github.com/heddle-nos/heddle/daemons/badrow"
	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/daemons/mcsnoopd/snoop"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// newOutbox makes the writer of the tables. A VLAN's row comes before its groups: while listeners are being learned it floods.
func newOutbox(doors resident.Doors) *linkproto.Outbox {
	appl, state := doors.Client.DB(statedb.ApplDB), doors.Client.DB(statedb.StateDB)
	all := statedb.DesiredOptions{}
	cfg := linkproto.OutboxConfig{
		Log: doors.Log, Ready: doors.Ready, Bad: badrow.New(state, doors.Log, ownTables()...),
		Rest: []linkproto.Table{{Name: schema.StateTableL2MC, Rows: statedb.NewDesiredStored(state, schema.StateTableL2MC, all)}},
	}
	for _, table := range []string{schema.AppTableL2MCVLAN, schema.AppTableL2MCMRouter, schema.AppTableL2MCMember} {
		cfg.First = append(cfg.First, linkproto.Table{Name: table, Rows: statedb.NewDesiredProduced(appl, table, all)})
	}
	return linkproto.NewOutbox(cfg)
}

// past is what an earlier life left.
type past struct {
	members map[schema.VLANName][]snoop.Member
	routers map[schema.VLANName][]string
	settled map[string]bool // by the key of the state
}

// readPast reads it. Rows that were configured are left out, and those that cannot be read.
func readPast(ctx context.Context, client *statedb.Client) (past, error) {
	p := past{make(map[schema.VLANName][]snoop.Member), make(map[schema.VLANName][]string), make(map[string]bool)}
	appl := client.DB(statedb.ApplDB)
	members, err := appl.AllProduced(ctx, schema.AppTableL2MCMember)
	if err != nil {
		return p, err
	}
	routers, err := appl.AllProduced(ctx, schema.AppTableL2MCMRouter)
	if err != nil {
		return p, err
	}
	states, err := client.DB(statedb.StateDB).All(ctx, schema.StateTableL2MC)
	if err != nil {
		return p, err
	}
	for key, fields := range members {
		if k, err := schema.ParseL2MCMemberKey(key); err == nil && fields["type"] == string(schema.L2MCDynamic) {
			p.members[k.VLAN] = append(p.members[k.VLAN], snoop.Member{Group: k.Group, Port: string(k.Port)})
		}
	}
	for key, fields := range routers {
		if k, err := schema.ParseVLANMemberKey(key, schema.AppSeparator); err == nil && fields["type"] == string(schema.L2MCDynamic) {
			p.routers[k.VLAN] = append(p.routers[k.VLAN], string(k.Port))
		}
	}
	for key, fields := range states {
		p.settled[key] = strings.EqualFold(fields["settled"], "true")
	}
	return p, nil
}

// restore takes up what an earlier life knew of a VLAN, as far as its ports are there and their links work.
func (m *machine) restore(now time.Time, name schema.VLANName, f family) {
	v := m.vlans[name]
	works := func(port string) bool {
		_, in := v.plan.ports[schema.InterfaceName(port)]
		return in && m.ports.Device(schema.InterfaceName(port)).Up
	}
	var members []snoop.Member
	for _, member := range m.memory.members[name] {
		if works(member.Port) {
			members = append(members, member)
		}
	}
	var routers []string
	for _, port := range m.memory.routers[name] {
		if works(port) {
			routers = append(routers, port)
		}
	}
	v.snoopers[f].Restore(now, members, routers, m.memory.settled[schema.L2MCStateKey(name, f == ipv6)])
}
