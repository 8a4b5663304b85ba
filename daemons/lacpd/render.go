package lacpd

import (
	"cmp"
	"os"

	"github.com/heddle-nos/heddle/daemons/lacpd/lacp"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// rows is the content of one table.
type rows = map[string]statedb.Fields

// snapshot is all that lacpd tells at one moment.
type snapshot struct {
	lags, members           rows // APPL_DB
	stateLAGs, stateMembers rows // STATE_DB
	bad                     map[rowRef]error
}

const defaultTPID = "0x8100"

// snapshot tells how everything is.
func (m *machine) snapshot(config map[schema.PortChannelName]schema.PortChannel) (snapshot, error) {
	s := snapshot{lags: rows{}, members: rows{}, stateLAGs: rows{}, stateMembers: rows{}, bad: m.plan.bad}
	for name := range m.plan.lags {
		row := config[name]
		if err := put(s.lags, name.String(), m.appLAG(name, row)); err != nil {
			return s, err
		}
		if err := put(s.stateLAGs, name.String(), m.stateLAG(name, row)); err != nil {
			return s, err
		}
	}
	for port, cfg := range m.plan.ports {
		key := schema.PortChannelMemberKey{PortChannel: schema.PortChannelName(cfg.LAG), Port: port}
		st, _ := m.lacp.Port(lacp.PortName(port))
		if err := put(s.members, key.Join(schema.AppSeparator), schema.AppLAGMember{Status: enabled(st.Enabled)}); err != nil {
			return s, err
		}
		if err := put(s.stateMembers, key.String(), m.stateMember(port, st)); err != nil {
			return s, err
		}
	}
	return s, nil
}

func put(table rows, key string, row any) error {
	fields, err := statedb.Encode(row)
	table[key] = statedb.FieldMap(fields)
	return err
}

func (m *machine) appLAG(name schema.PortChannelName, row schema.PortChannel) schema.AppLAG {
	oper := schema.OperDown
	if st, _ := m.lacp.LAG(lacp.LAGName(name)); st.Up {
		oper = schema.OperUp
	}
	return schema.AppLAG{
		AdminStatus: cmp.Or(row.AdminStatus, schema.AdminUp), OperStatus: oper,
		MTU: cmp.Or(row.MTU, schema.DefaultMTU), TPID: cmp.Or(row.TPID, defaultTPID), LearnMode: row.LearnMode,
	}
}

func (m *machine) stateLAG(name schema.PortChannelName, row schema.PortChannel) schema.StateLAG {
	d := m.devices[name.String()]
	return schema.StateLAG{
		State: schema.StateOK, Active: true, Fallback: row.Fallback, FastRate: row.FastRate, TeamMode: "loadbalance",
		PID: os.Getpid(), IfIndex: d.index, MAC: cmp.Or(d.mac, schema.MAC(m.plan.lags[name].System.MAC)).String(),
	}
}

func (m *machine) stateMember(port schema.PortName, st lacp.PortStatus) schema.StateLAGMember {
	d := m.devices[port.String()]
	row := schema.StateLAGMember{
		MAC: d.mac.String(), IfIndex: d.index, LinkUp: st.Up, WatchUp: st.Up,
		State: st.Receive.String(), Selected: st.Selected, AggregatorSelected: st.Selected, Problem: string(st.Problem),

		ActorSystem: schema.MAC(st.Actor.System.MAC), ActorSystemPriority: st.Actor.System.Priority, ActorKey: st.Actor.Key,
		ActorPort: st.Actor.Port.Number, ActorPortPriority: st.Actor.Port.Priority, ActorState: uint8(st.Actor.State),

		PartnerSystem: schema.MAC(st.Partner.System.MAC), PartnerSystemPriority: st.Partner.System.Priority, PartnerKey: st.Partner.Key,
		PartnerPort: st.Partner.Port.Number, PartnerPortPriority: st.Partner.Port.Priority, PartnerState: uint8(st.Partner.State),
	}
	if st.Selected {
		row.AggregatorID = schema.PortChannelName(st.LAG).Number()
	}
	return row
}

// remember reads back what stateMember wrote.
func remember(row schema.StateLAGMember) memory {
	return memory{
		actor: lacp.Party{
			System: lacp.SystemID{Priority: row.ActorSystemPriority, MAC: lacp.MAC(row.ActorSystem)}, Key: row.ActorKey,
			Port: lacp.PortID{Priority: row.ActorPortPriority, Number: row.ActorPort}, State: lacp.State(row.ActorState),
		},
		partner: lacp.Party{
			System: lacp.SystemID{Priority: row.PartnerSystemPriority, MAC: lacp.MAC(row.PartnerSystem)}, Key: row.PartnerKey,
			Port: lacp.PortID{Priority: row.PartnerPortPriority, Number: row.PartnerPort}, State: lacp.State(row.PartnerState),
		},
	}
}

func enabled(on bool) schema.Enabled {
	if on {
		return "enabled"
	}
	return "disabled"
}
