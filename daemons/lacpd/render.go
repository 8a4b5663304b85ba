package lacpd

import (
	"cmp"
	"os"

	"github.com/heddle-nos/heddle/daemons/lacpd/lacp"
	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/yang/schema"
)

// The tables that lacpd writes, as an update names them.
const (
	appLAGs      = "APPL_DB " + schema.AppTableLAG
	appMembers   = "APPL_DB " + schema.AppTableLAGMember
	stateLAGs    = "STATE_DB " + schema.StateTableLAG
	stateMembers = "STATE_DB " + schema.StateTableLAGMember
)

const defaultTPID = "0x8100"

// snapshot tells how everything is.
func (m *machine) snapshot(config map[schema.PortChannelName]schema.PortChannel) (linkproto.Tables, error) {
	s := make(linkproto.Tables)
	for name := range m.plan.lags {
		row := config[name]
		if err := s.Put(appLAGs, name.String(), m.appLAG(name, row)); err != nil {
			return s, err
		}
		if err := s.Put(stateLAGs, name.String(), m.stateLAG(name, row)); err != nil {
			return s, err
		}
	}
	for port, cfg := range m.plan.ports {
		key := schema.PortChannelMemberKey{PortChannel: schema.PortChannelName(cfg.LAG), Port: port}
		st, _ := m.lacp.Port(lacp.PortName(port))
		if err := s.Put(appMembers, key.Join(schema.AppSeparator), schema.AppLAGMember{Status: enabled(st.Enabled)}); err != nil {
			return s, err
		}
		if err := s.Put(stateMembers, key.String(), m.stateMember(port, st)); err != nil {
			return s, err
		}
	}
	return s, nil
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
	d := m.ports.Device(name.Interface())
	return schema.StateLAG{
		State: schema.StateOK, Active: true, Fallback: row.Fallback, FastRate: row.FastRate, TeamMode: "loadbalance",
		PID: os.Getpid(), IfIndex: d.Index, MAC: cmp.Or(d.MAC, schema.MAC(m.plan.lags[name].System.MAC)).String(),
	}
}

func (m *machine) stateMember(port schema.PortName, st lacp.PortStatus) schema.StateLAGMember {
	d := m.ports.Device(port.Interface())
	row := schema.StateLAGMember{
		MAC: d.MAC.String(), IfIndex: d.Index, LinkUp: st.Up, WatchUp: st.Up,
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
