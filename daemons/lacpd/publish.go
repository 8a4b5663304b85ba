package lacpd

import (
	"context"

	"github.com/heddle-nos/heddle/daemons/badrow"
	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// newOutbox makes the writer of the tables; the ASIC's come first. The two tables of port channels have the same name in both databases.
func newOutbox(doors resident.Doors) *linkproto.Outbox {
	appl, state := doors.Client.DB(statedb.ApplDB), doors.Client.DB(statedb.StateDB)
	all := statedb.DesiredOptions{}
	return linkproto.NewOutbox(linkproto.OutboxConfig{
		Log: doors.Log, Ready: doors.Ready,
		First: []linkproto.Table{
			{Name: appLAGs, Rows: statedb.NewDesiredProduced(appl, schema.AppTableLAG, all)},
			{Name: appMembers, Rows: statedb.NewDesiredProduced(appl, schema.AppTableLAGMember, all)},
		},
		Rest: []linkproto.Table{
			{Name: stateLAGs, Rows: statedb.NewDesiredStored(state, schema.StateTableLAG, statedb.DesiredOptions{Owns: notSub})},
			{Name: stateMembers, Rows: statedb.NewDesiredStored(state, schema.StateTableLAGMember, all)},
		},
		Bad: badrow.New(state, doors.Log, schema.TablePortChannel, schema.TablePortChannelMember),
	})
}

// readMemory reads what an earlier life left. A row that cannot be read is forgotten.
func readMemory(ctx context.Context, state *statedb.DB) (map[schema.PortName]memory, error) {
	rows, err := state.All(ctx, schema.StateTableLAGMember)
	return parseMemory(rows), err
}

func parseMemory(rows map[string]statedb.Fields) map[schema.PortName]memory {
	past := make(map[schema.PortName]memory, len(rows))
	for key, fields := range rows {
		k, err := schema.ParsePortChannelMemberKey(key, schema.ConfigSeparator)
		if err != nil {
			continue
		}
		var row schema.StateLAGMember
		if statedb.Decode(fields, &row) == nil {
			past[k.Port] = remember(row)
		}
	}
	return past
}

// notSub leaves the rows of subinterfaces to cfgmgrd.
func notSub(key string, _ statedb.Fields) bool {
	return schema.InterfaceName(key).Kind() != schema.InterfaceSub
}
