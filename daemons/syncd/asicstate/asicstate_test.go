package asicstate

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/sai"
)

const vlanKey = "SAI_OBJECT_TYPE_VLAN:oid:0x26000000000001"

func newDB(t *testing.T) *statedb.DB {
	t.Helper()
	return redistest.Start(t).Client(t).DB(statedb.AsicDB)
}

// commit writes changes as syncd does, and forgets them.
func commit(t *testing.T, db *statedb.DB, w *Writes) {
	t.Helper()
	p := db.Redis().TxPipeline()
	w.Pipe(t.Context(), p)
	if _, err := p.Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.Reset()
}

// TestRoundTrip: Load reads what was written, and nothing of what was deleted.
func TestRoundTrip(t *testing.T) {
	db := newDB(t)
	var w Writes
	w.SetRow(Table, vlanKey, []string{"SAI_VLAN_ATTR_VLAN_ID", "100"})
	w.SetRow(TempTable, vlanKey, []string{"SAI_VLAN_ATTR_VLAN_ID", "200"})
	w.Bound(1, 11)
	w.Bound(2, 12)
	w.SetCold(1, sai.ObjectTypePort)
	w.SetLane(4, 11)
	w.SetHidden("SAI_SWITCH_ATTR_CPU_PORT", 12)
	commit(t, db, &w)
	if !w.Empty() {
		t.Errorf("%d changes after a reset", w.Len())
	}
	load := func(want Snapshot) {
		t.Helper()
		got, err := NewStore(db).Load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(&want, got, cmpopts.EquateEmpty()); d != "" {
			t.Error(d)
		}
	}
	load(Snapshot{
		Rows:   map[string]statedb.Fields{vlanKey: {"SAI_VLAN_ATTR_VLAN_ID": "100"}},
		Temp:   map[string]statedb.Fields{vlanKey: {"SAI_VLAN_ATTR_VLAN_ID": "200"}},
		RIDs:   map[sai.ObjectID]sai.ObjectID{1: 11, 2: 12},
		Cold:   map[sai.ObjectID]sai.ObjectType{1: sai.ObjectTypePort},
		Lanes:  map[uint32]sai.ObjectID{4: 11},
		Hidden: map[string]sai.ObjectID{"SAI_SWITCH_ATTR_CPU_PORT": 12},
	})
	w.DeleteRow(TempTable, vlanKey)
	w.Unbound(2, 12)
	w.DeleteCold(1)
	w.SetLane(4, sai.NullObjectID)
	commit(t, db, &w)
	load(Snapshot{
		Rows:   map[string]statedb.Fields{vlanKey: {"SAI_VLAN_ATTR_VLAN_ID": "100"}},
		RIDs:   map[sai.ObjectID]sai.ObjectID{1: 11},
		Hidden: map[string]sai.ObjectID{"SAI_SWITCH_ATTR_CPU_PORT": 12},
	})
	byRID, err := db.Redis().HGetAll(t.Context(), hashRIDToVID).Result()
	if d := cmp.Diff(map[string]string{"oid:0xb": "oid:0x1"}, byRID); d != "" || err != nil {
		t.Error(d, err)
	}
}

// TestLoadHalf: what one hash of ids lacks, the other tells.
func TestLoadHalf(t *testing.T) {
	for _, lost := range []string{hashVIDToRID, hashRIDToVID} {
		db := newDB(t)
		var w Writes
		w.Bound(1, 11)
		w.Bound(2, 12)
		commit(t, db, &w)
		db.Redis().HDel(t.Context(), lost, "oid:0x2", "oid:0xc")
		got, err := NewStore(db).Load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := &Snapshot{
			RIDs: map[sai.ObjectID]sai.ObjectID{1: 11, 2: 12}, Half: map[sai.ObjectID]sai.ObjectID{2: 12},
		}
		if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%s: %s", lost, d)
		}
	}
}

// TestLoadBad: what does not parse is listed and left out.
func TestLoadBad(t *testing.T) {
	for _, c := range []struct{ hash, field, value, want string }{
		{hashVIDToRID, "x", "oid:0x1", `VIDTORID "x"="oid:0x1"`},
		{hashVIDToRID, "oid:0x1", "y", `VIDTORID "oid:0x1"="y"`},
		{hashColdVIDs, "oid:0x5", "SAI_OBJECT_TYPE_FOG", `COLDVIDS "oid:0x5"="SAI_OBJECT_TYPE_FOG"`},
		{hashLanes, "4294967296", "oid:0x1", `LANES "4294967296"="oid:0x1"`},
		{hashHidden, "mist", "oid:0x1", `HIDDEN "mist"="oid:0x1"`},
		{hashLanes, "", "text", "LANES is no hash"},
	} {
		t.Run(c.want, func(t *testing.T) {
			db := newDB(t)
			if c.field == "" {
				db.Redis().Set(t.Context(), c.hash, c.value, 0)
			} else {
				db.Redis().HSet(t.Context(), c.hash, c.field, c.value)
			}
			got, err := NewStore(db).Load(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(&Snapshot{Bad: []string{c.want}}, got, cmpopts.EquateEmpty()); d != "" {
				t.Error(d)
			}
		})
	}
}

// TestAnswers: answers reach the queue in order, and Drop takes them back but
// not the rows.
func TestAnswers(t *testing.T) {
	db := newDB(t)
	var w Writes
	w.Respond(sairedis.Answer(sairedis.OpSet, sai.StatusSuccess))
	w.Notify("fdb_event", "[]")
	w.Respond(sairedis.Response{Op: "getresponse", Status: sai.StatusItemNotFound, Fields: []string{"a", "b"}})
	var notices []string
	w.EachNotification(func(op, data string) { notices = append(notices, op, data) })
	if d := cmp.Diff([]string{"fdb_event", "[]"}, notices); d != "" {
		t.Error(d)
	}
	commit(t, db, &w)
	w.SetRow(Table, vlanKey, []string{"NULL", "NULL"})
	w.Respond(sairedis.Answer(sairedis.OpSet, sai.StatusFailure))
	w.Drop()
	if !w.Has(Table, vlanKey) || w.Has(TempTable, vlanKey) {
		t.Error("the row is not among the changes of its table alone")
	}
	commit(t, db, &w)
	got, err := db.Redis().LRange(t.Context(), responseQueue, 0, -1).Result()
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(got) // read from the right
	want := []string{"SAI_STATUS_SUCCESS", "[]", "Sgetresponse", "SAI_STATUS_ITEM_NOT_FOUND", `["a","b"]`, "Sgetresponse"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if has, err := NewStore(db).Has(t.Context(), vlanKey); !has || err != nil {
		t.Errorf("row: got %t, %v", has, err)
	}
}

func TestReserveAndMark(t *testing.T) {
	db := newDB(t)
	s := NewStore(db)
	for _, c := range []struct {
		n    int
		want uint64
	}{{1, 1}, {5, 2}, {2, 7}} {
		if got, err := s.ReserveVIDs(t.Context(), c.n); got != c.want || err != nil {
			t.Errorf("reserve %d: got %d, %v, want %d", c.n, got, err, c.want)
		}
	}
	db.Redis().Set(t.Context(), keyCounter, -9, 0)
	if got, err := s.ReserveVIDs(t.Context(), 2); err == nil {
		t.Errorf("negative counter: got %d", got)
	}
	before := ""
	for _, commit := range []string{"1", "2"} {
		if got, err := s.Marked(t.Context()); got != before || err != nil {
			t.Errorf("marked: got %q, %v, want %q", got, err, before)
		}
		p := db.Redis().TxPipeline()
		old := Mark(t.Context(), p, commit)
		_, _ = p.Exec(t.Context()) // redis.Nil of the first
		if old.Val() != before {
			t.Errorf("mark %s: got %q, want %q", commit, old.Val(), before)
		}
		before = commit
	}
}
