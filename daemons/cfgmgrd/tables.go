package cfgmgrd

import (
	"context"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// tables are those that cfgmgrd writes.
type tables struct {
	ports, vlans, members, intfs, switches *statedb.Desired // APPL_DB
	fdb, vrfs, copp                        *statedb.Desired // APPL_DB
	stateVRFs                              *statedb.Desired // STATE_DB
	stateVLANs, stateMembers, stateIntfs   *statedb.Desired // STATE_DB
	stateSubs, stateLAGSubs                *statedb.Desired // STATE_DB, of subinterfaces
}

func newTables(appl, state *statedb.DB) *tables {
	all := statedb.DesiredOptions{}
	subs := statedb.DesiredOptions{Owns: func(key string, _ statedb.Fields) bool {
		return schema.InterfaceName(key).Kind() == schema.InterfaceSub
	}}
	return &tables{
		ports: statedb.NewDesiredProduced(appl, schema.AppTablePort, statedb.DesiredOptions{
			Owns: func(key string, _ statedb.Fields) bool { return key != schema.KeyPortInitDone },
			Ours: func(field string) bool { return !slices.Contains(orchagentPortFields(), field) },
		}),
		vlans:    statedb.NewDesiredProduced(appl, schema.AppTableVLAN, all),
		members:  statedb.NewDesiredProduced(appl, schema.AppTableVLANMember, all),
		intfs:    statedb.NewDesiredProduced(appl, schema.AppTableIntf, all),
		switches: statedb.NewDesiredProduced(appl, schema.AppTableSwitch, all),
		vrfs:     statedb.NewDesiredProduced(appl, schema.AppTableVRF, all),
		fdb:      statedb.NewDesiredProduced(appl, schema.AppTableFDB, all),
		copp:     statedb.NewDesiredProduced(appl, schema.AppTableCoPP, all),

		stateVRFs:    statedb.NewDesiredStored(state, schema.StateTableVRF, all),
		stateVLANs:   statedb.NewDesiredStored(state, schema.StateTableVLAN, all),
		stateMembers: statedb.NewDesiredStored(state, schema.StateTableVLANMember, all),
		stateIntfs:   statedb.NewDesiredStored(state, schema.StateTableInterface, all),
		stateSubs:    statedb.NewDesiredStored(state, schema.StateTablePort, subs),
		stateLAGSubs: statedb.NewDesiredStored(state, schema.StateTableLAG, subs),
	}
}

// orchagentPortFields are what orchagent writes into the rows of PORT_TABLE.
func orchagentPortFields() []string {
	return []string{"oper_status", "flap_count", "last_up_time", "last_down_time"}
}

func (t *tables) forget() {
	for _, d := range []*statedb.Desired{t.ports, t.vlans, t.members, t.intfs, t.switches, t.fdb, t.copp, t.vrfs, t.stateVRFs, t.stateVLANs, t.stateMembers, t.stateIntfs, t.stateSubs, t.stateLAGSubs} {
		d.Forget()
	}
}

// write makes APPL_DB hold the plan. What others hang on is written before and removed after them; orchagent needs no order, but a
// foreign one is spared retries.
func (t *tables) write(ctx context.Context, p plan) error {
	t.switches.Replace(p.switches)
	t.ports.Replace(p.ports)
	t.vrfs.Replace(p.vrfs)
	t.vlans.Replace(p.vlans)
	t.members.Replace(p.members)
	t.intfs.Replace(p.intfs)
	t.fdb.Replace(p.fdb)
	t.copp.Replace(p.copp)
	return flush(ctx, t.switches, t.ports, t.vrfs, t.vlans, t.members, t.intfs, t.fdb, t.copp)
}

// writeState tells what has been done. An address counts once its device has it.
func (t *tables) writeState(ctx context.Context, p plan, present presence) error {
	ok := statedb.Fields{"state": schema.StateOK}
	vrfs, vlans, members, intfs := rows{}, rows{}, rows{}, rows{}
	for name := range p.vrfs {
		vrfs[name] = ok
	}
	for name := range p.vlans {
		vlans[name] = ok
	}
	for key := range p.members {
		members[strings.Replace(key, schema.AppSeparator, schema.ConfigSeparator, 1)] = ok
	}
	for key, row := range p.intfs {
		k, err := schema.ParseInterfaceKey(key, schema.AppSeparator)
		if err != nil {
			return err
		}
		switch {
		case !k.HasPrefix():
			intfs[key] = statedb.Fields{"vrf": row["vrf_name"]}
		case present.has(k.Name.String(), k.Prefix):
			intfs[k.String()] = ok
		}
	}
	t.stateVRFs.Replace(vrfs)
	t.stateVLANs.Replace(vlans)
	t.stateMembers.Replace(members)
	t.stateIntfs.Replace(intfs)
	ports, lags := subState(p, present)
	t.stateSubs.Replace(ports)
	t.stateLAGSubs.Replace(lags)
	return flush(ctx, t.stateVRFs, t.stateVLANs, t.stateMembers, t.stateIntfs, t.stateSubs, t.stateLAGSubs)
}

func flush(ctx context.Context, list ...*statedb.Desired) error {
	for _, d := range list {
		if _, err := d.Flush(ctx); err != nil {
			return err
		}
	}
	return nil
}
