package stpd

import (
	"context"
	"slices"
	"time"

	"github.com/heddle-nos/heddle/daemons/badrow"
	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// flushLife is how long a request to forget addresses stays to be seen.
const flushLife = 3 * time.Second

// newOutbox makes the writer of the tables. The ASIC's come first, then the requests to forget addresses.
func newOutbox(doors resident.Doors, f *flushes) *linkproto.Outbox {
	appl, state := doors.Client.DB(statedb.ApplDB), doors.Client.DB(statedb.StateDB)
	all := statedb.DesiredOptions{}
	cfg := linkproto.OutboxConfig{
		Log: doors.Log, Ready: doors.Ready, Each: f.end,
		Rest: []linkproto.Table{{Name: schema.StateTableSTPMemory, Rows: statedb.NewDesiredStored(state, schema.StateTableSTPMemory, all)}},
		Bad:  badrow.New(state, doors.Log, ownTables()...),
	}
	for _, table := range []string{schema.AppTableSTPPortState, schema.AppTableSTPVLANInstance} {
		cfg.First = append(cfg.First, linkproto.Table{Name: table, Rows: statedb.NewDesiredProduced(appl, table, all)})
	}
	for _, table := range []string{
		schema.AppTableSTPVLAN, schema.AppTableSTPVLANPort, schema.AppTableSTPPort, schema.AppTableSTPMSTInst, schema.AppTableSTPMSTPort,
	} {
		cfg.Rest = append(cfg.Rest, linkproto.Table{Name: table, Rows: statedb.NewDesiredStored(appl, table, all)})
	}
	return linkproto.NewOutbox(cfg)
}

// flushes asks for learned addresses to be forgotten. Each request is a row that is set; it stays for a while, since a consumer that comes
// late sees the last state only. The outbox's goroutine owns it.
type flushes struct {
	rows *statedb.Producer
	set  map[schema.VLANName]time.Time // requests that are there to be seen
}

func newFlushes(appl *statedb.DB) *flushes {
	return &flushes{statedb.NewProducer(appl, schema.AppTableSTPFastAgeing), make(map[schema.VLANName]time.Time)}
}

// ask makes the requests for these VLANs.
func (f *flushes) ask(vlans []schema.VLANName) func(context.Context) error {
	return func(ctx context.Context) error {
		slices.Sort(vlans)
		for _, vlan := range slices.Compact(vlans) {
			if err := f.rows.Set(ctx, string(vlan), statedb.Field{Name: "state", Value: "true"}); err != nil {
				return err
			}
			f.set[vlan] = time.Now()
		}
		return nil
	}
}

// end takes back those that were there long enough.
func (f *flushes) end(ctx context.Context) error {
	for vlan, at := range f.set {
		if time.Since(at) <= flushLife {
			continue
		}
		if err := f.rows.Del(ctx, string(vlan)); err != nil {
			return err
		}
		delete(f.set, vlan)
	}
	return nil
}
