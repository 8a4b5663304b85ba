package statedb_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

// Two writers that own rows by a field, each started anew at any time, with changes that wait or have been taken: in the end the table
// holds what both want, and a further start writes nothing.
func TestDesiredConverges(t *testing.T) {
	db := redistest.Start(t).Client(t).DB(statedb.ApplDB)
	ctx := t.Context()
	owner := func(name string) *statedb.Desired {
		return statedb.NewDesiredProduced(db, "T", statedb.DesiredOptions{
			Owns: func(_ string, row statedb.Fields) bool { return row["owner"] == name },
		})
	}
	rapid.Check(t, func(rt *rapid.T) {
		if err := db.Redis().FlushDB(ctx).Err(); err != nil {
			rt.Fatal(err)
		}
		x := &interleaving{db: db, model: map[string]statedb.Fields{}, seen: newMirror()}
		wants := map[string]map[string]statedb.Fields{"a": {}, "b": {}}
		writers := map[string]*statedb.Desired{"a": owner("a"), "b": owner("b")}
		flush := func(name string) int {
			writers[name].Replace(wants[name])
			n, err := writers[name].Flush(ctx)
			if err != nil {
				rt.Fatal(err)
			}
			return n
		}
		for range rapid.IntRange(1, 15).Draw(rt, "steps") {
			name := rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "writer")
			key := name + rapid.SampledFrom([]string{"1", "2"}).Draw(rt, "key")
			switch rapid.IntRange(0, 4).Draw(rt, "what") {
			case 0:
				delete(wants[name], key)
			case 1:
				wants[name][key] = statedb.Fields{"owner": name, rapid.SampledFrom([]string{"x", "y"}).Draw(rt, "field"): "1"}
			case 2:
				writers[name] = owner(name) // a restart
			case 3:
				if err := x.consume(ctx, 2, 1, rapid.Bool().Draw(rt, "crash")); err != nil {
					rt.Fatal(err)
				}
			}
			flush(name)
		}
		flush("a")
		flush("b")
		for name := range writers {
			writers[name] = owner(name)
			if n := flush(name); n != 0 {
				rt.Fatalf("a restart of %s wrote %d rows", name, n)
			}
		}
		if err := x.consume(ctx, 2, 1000, false); err != nil {
			rt.Fatal(err)
		}
		want := map[string]statedb.Fields{}
		for _, rows := range wants {
			for key, row := range rows {
				want[key] = row
			}
		}
		got, err := db.All(ctx, "T")
		if d := cmp.Diff(want, got); err != nil || d != "" {
			rt.Fatalf("table: %v %s", err, d)
		}
		if d := cmp.Diff(want, x.seen.rows); d != "" {
			rt.Fatalf("consumer: %s", d)
		}
	})
}
