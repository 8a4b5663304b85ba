package executor_test

import (
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/syncd/asicstate"
	"github.com/heddle-nos/heddle/daemons/syncd/executor"
	"github.com/heddle-nos/heddle/daemons/syncd/hardware/strictasic"
	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

const (
	switchKey = "SAI_OBJECT_TYPE_SWITCH:oid:0x21000000000000"
	vlanKey   = "SAI_OBJECT_TYPE_VLAN:oid:0x26000000001000"
)

// bench is an executor over a strict ASIC and a real Redis.
type bench struct {
	*executor.Executor
	t     *testing.T
	db    *statedb.DB
	asic  *strict.Store
	async bool
}

func newStore() *strict.Store {
	return strict.New(strict.Options{Ports: []strict.Port{{Lanes: []uint32{1, 2, 3, 4}, Speed: 40000}}})
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, db: redistest.Start(t).Client(t).DB(statedb.AsicDB), asic: newStore()}
	b.start()
	return b
}

// start is a new executor, as after a restart.
func (b *bench) start() {
	b.t.Helper()
	b.Executor = executor.New(executor.Options{
		ASIC: strictasic.New(b.asic, nil), DB: asicstate.NewStore(b.db), Log: slog.New(slog.DiscardHandler), Async: b.async,
	})
	if err := b.Start(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	b.commit()
}

func (b *bench) commit() {
	b.t.Helper()
	p := b.db.Redis().TxPipeline()
	b.Writes().Pipe(b.t.Context(), p)
	if _, err := p.Exec(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
	b.Writes().Reset()
}

// do performs a request and commits what it changed.
func (b *bench) do(op sairedis.Op, key string, fv ...string) sai.Status {
	b.t.Helper()
	got := b.Do(b.t.Context(), sairedis.Request{Op: op, Key: key, Values: fv})
	b.commit()
	return got.Status
}

func (b *bench) must(op sairedis.Op, key string, fv ...string) {
	b.t.Helper()
	if st := b.do(op, key, fv...); st != sai.StatusSuccess {
		b.t.Fatalf("%s %s %v: %s", op, key, fv, st)
	}
}

// vlan checks the row of the VLAN; nil if there must be none.
func (b *bench) vlan(table string, want statedb.Fields) {
	b.t.Helper()
	got, _, err := b.db.Get(b.t.Context(), table, vlanKey)
	if err != nil {
		b.t.Fatal(err)
	}
	if len(got) == 0 {
		got = nil
	}
	if d := cmp.Diff(want, got); d != "" {
		b.t.Errorf("%s: %s", table, d)
	}
}

// vlans checks how many VLANs the ASIC holds beside the default one.
func (b *bench) vlans(want int) {
	b.t.Helper()
	if got := len(b.asic.Keys(sai.ObjectTypeVLAN)) - 1; got != want {
		b.t.Errorf("the ASIC holds %d VLANs, want %d", got, want)
	}
}

// TestRequests: rows follow what the ASIC accepted, and only that.
func TestRequests(t *testing.T) {
	b := newBench(t)
	b.must(sairedis.OpCreate, switchKey, "SAI_SWITCH_ATTR_INIT_SWITCH", "true")
	vlan := func(more ...string) statedb.Fields {
		f := statedb.Fields{"SAI_VLAN_ATTR_VLAN_ID": "100"}
		for i := 0; i < len(more); i += 2 {
			f[more[i]] = more[i+1]
		}
		return f
	}
	quiet := vlan("SAI_VLAN_ATTR_LEARN_DISABLE", "true")
	for _, c := range []struct {
		op   sairedis.Op
		fv   []string
		want sai.Status
		row  statedb.Fields
	}{
		{sairedis.OpRemove, nil, sai.StatusItemNotFound, nil},
		{sairedis.OpCreate, []string{"SAI_VLAN_ATTR_VLAN_ID", "many"}, sai.StatusInvalidParameter, nil},
		{sairedis.OpCreate, []string{"SAI_VLAN_ATTR_FOG", "1"}, sai.StatusNotImplemented, nil},
		{sairedis.OpCreate, []string{"SAI_VLAN_ATTR_VLAN_ID", "100"}, sai.StatusSuccess, vlan()},
		{sairedis.OpCreate, []string{"SAI_VLAN_ATTR_VLAN_ID", "100"}, sai.StatusItemAlreadyExists, vlan()},
		{sairedis.OpSet, []string{"SAI_VLAN_ATTR_LEARN_DISABLE", "true"}, sai.StatusSuccess, quiet},
		{"dance", nil, sai.StatusNotImplemented, quiet},
		{sairedis.OpRemove, nil, sai.StatusSuccess, nil},
	} {
		if got := b.do(c.op, vlanKey, c.fv...); got != c.want {
			t.Errorf("%s %v: got %s, want %s", c.op, c.fv, got, c.want)
		}
		b.vlan(asicstate.Table, c.row)
	}
	b.vlans(0)
}

// TestRestart: whether the ASIC kept everything or lost it, it holds again what
// the database says.
func TestRestart(t *testing.T) {
	for _, lost := range []bool{false, true} {
		b := newBench(t)
		b.must(sairedis.OpCreate, switchKey, "SAI_SWITCH_ATTR_INIT_SWITCH", "true")
		b.must(sairedis.OpCreate, vlanKey, "SAI_VLAN_ATTR_VLAN_ID", "100")
		if lost {
			b.asic = newStore()
		}
		b.start()
		b.vlans(1)
		b.vlan(asicstate.Table, statedb.Fields{"SAI_VLAN_ATTR_VLAN_ID": "100"})
		b.must(sairedis.OpNotify, sairedis.ViewInspect)
		b.must(sairedis.OpRemove, vlanKey)
		b.vlans(0)
	}
}

// TestView: between INIT_VIEW and APPLY_VIEW the ASIC is left alone.
func TestView(t *testing.T) {
	b := newBench(t)
	b.must(sairedis.OpCreate, switchKey, "SAI_SWITCH_ATTR_INIT_SWITCH", "true")
	if got := b.do(sairedis.OpNotify, sairedis.ViewApply); got != sai.StatusFailure {
		t.Errorf("apply without init: got %s", got)
	}
	row := statedb.Fields{"SAI_VLAN_ATTR_VLAN_ID": "100"}
	b.must(sairedis.OpNotify, sairedis.ViewInit)
	b.must(sairedis.OpCreate, vlanKey, "SAI_VLAN_ATTR_VLAN_ID", "100")
	b.vlans(0)
	b.vlan(asicstate.Table, nil)
	b.vlan(asicstate.TempTable, row)
	b.must(sairedis.OpNotify, sairedis.ViewApply)
	b.vlans(1)
	b.vlan(asicstate.Table, row)
	b.vlan(asicstate.TempTable, nil)
	b.must(sairedis.OpNotify, sairedis.ViewInit)
	b.must(sairedis.OpNotify, sairedis.ViewApply)
	b.vlans(0)
	b.vlan(asicstate.Table, nil)
}

// TestAsync: an asynchronous client is answered only what it waits for.
func TestAsync(t *testing.T) {
	b := newBench(t)
	b.async = true
	b.start()
	b.must(sairedis.OpCreate, switchKey, "SAI_SWITCH_ATTR_INIT_SWITCH", "true")
	queued := func(want int64) {
		t.Helper()
		if got := b.db.Redis().LLen(t.Context(), "GETRESPONSE_KEY_VALUE_OP_QUEUE").Val(); got != want {
			t.Errorf("the queue holds %d strings, want %d", got, want)
		}
	}
	queued(0)
	b.must(sairedis.OpGet, switchKey, "SAI_SWITCH_ATTR_DEFAULT_VIRTUAL_ROUTER_ID", "oid:0x0")
	queued(3)
}
