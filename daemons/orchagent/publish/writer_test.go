package publish_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

// Every row is {"old": "1", "both": "1"} before its writes.
func TestWriterLeavesTheLastState(t *testing.T) {
	ctx := t.Context()
	client := redistest.Start(t).Client(t)
	rdb := client.DB(statedb.StateDB).Redis()
	set := func(key string, fields map[string]string) publish.Write {
		return publish.Set(statedb.StateDB, "T", key, fields)
	}
	del := func(key string) publish.Write { return publish.Delete(statedb.StateDB, "T", key) }
	for _, tt := range []struct {
		name   string
		writes func(key string) []publish.Write
		want   map[string]string
	}{
		{"set keeps other fields", func(k string) []publish.Write {
			return []publish.Write{set(k, map[string]string{"both": "2"})}
		}, map[string]string{"old": "1", "both": "2"}},
		{"later set wins", func(k string) []publish.Write {
			return []publish.Write{set(k, map[string]string{"both": "2", "new": "2"}), set(k, map[string]string{"both": "3"})}
		}, map[string]string{"old": "1", "both": "3", "new": "2"}},
		{"empty value deletes the field", func(k string) []publish.Write {
			return []publish.Write{set(k, map[string]string{"old": "", "absent": ""})}
		}, map[string]string{"both": "1"}},
		{"delete", func(k string) []publish.Write {
			return []publish.Write{set(k, map[string]string{"new": "2"}), del(k)}
		}, map[string]string{}},
		{"set after delete replaces the row", func(k string) []publish.Write {
			return []publish.Write{del(k), set(k, map[string]string{"new": "2", "old": ""})}
		}, map[string]string{"new": "2"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			must(t, rdb.HSet(ctx, "T|"+tt.name, "old", "1", "both", "1").Err())
			w := publish.NewWriter(client)
			w.Add(tt.writes(tt.name)...)
			if w.Pending() != 1 {
				t.Errorf("%d rows pending, want 1", w.Pending())
			}
			must(t, w.Flush(ctx))
			if d := cmp.Diff(tt.want, rdb.HGetAll(ctx, "T|"+tt.name).Val()); d != "" {
				t.Error(d)
			}
			if w.Pending() != 0 {
				t.Errorf("%d rows pending after flush", w.Pending())
			}
		})
	}
}

func TestWriterNamesRowByTableAlone(t *testing.T) {
	ctx := t.Context()
	client := redistest.Start(t).Client(t)
	w := publish.NewWriter(client)
	w.Add(publish.Set(statedb.CountersDB, "COUNTERS_PORT_NAME_MAP", "", map[string]string{"Ethernet0": "oid:0x1"}))
	must(t, w.Flush(ctx))
	got := client.DB(statedb.CountersDB).Redis().HGetAll(ctx, "COUNTERS_PORT_NAME_MAP").Val()
	if d := cmp.Diff(map[string]string{"Ethernet0": "oid:0x1"}, got); d != "" {
		t.Error(d)
	}
}

// syncd owns the rows of FLEX_COUNTER_DB: it is asked by the queue, and the row stays untouched.
func TestWriterQueuesCounterRequests(t *testing.T) {
	ctx := t.Context()
	client := redistest.Start(t).Client(t)
	w := publish.NewWriter(client)
	w.Add(publish.Delete(statedb.FlexCounterDB, "T", "k"),
		publish.Set(statedb.FlexCounterDB, "T", "k", map[string]string{"b": "2", "a": "1"}))
	must(t, w.Flush(ctx))
	rdb := client.DB(statedb.FlexCounterDB).Redis()
	got := rdb.LRange(ctx, "T_KEY_VALUE_OP_QUEUE", 0, -1).Val()
	slices.Reverse(got) // the consumer takes from the tail
	if d := cmp.Diff([]string{"k", `[]`, "DDEL", "k", `["a","1","b","2"]`, "SSET"}, got); d != "" {
		t.Error(d)
	}
	if n := rdb.Exists(ctx, "T:k", "T|k").Val(); n != 0 {
		t.Error("the row itself was written")
	}
}

func TestWriterTellsOnce(t *testing.T) {
	ctx := t.Context()
	client := redistest.Start(t).Client(t)
	heard := client.DB(statedb.StateDB).Redis().Subscribe(ctx, "NOTE")
	defer heard.Close()
	if _, err := heard.Receive(ctx); err != nil {
		t.Fatal(err)
	}
	w := publish.NewWriter(client)
	tell := func(op string) {
		w.Tell(publish.Message{DB: statedb.StateDB, Channel: "NOTE", Op: op, Data: "<&>", Fields: []string{"f", `"v"`}})
		must(t, w.Flush(ctx))
	}
	tell("first")
	tell("second") // a first that is sent again would be heard before it
	for _, want := range []string{`["first","<&>","f","\"v\""]`, `["second","<&>","f","\"v\""]`} {
		m, err := heard.ReceiveMessage(ctx)
		must(t, err)
		if d := cmp.Diff(want, m.Payload); d != "" {
			t.Error(d)
		}
	}
}

// What a message says of a row is there when it is heard. A message that could not be sent is sent when Redis is back.
func TestWriterTellsOfRows(t *testing.T) {
	ctx := t.Context()
	client := redistest.Start(t).Client(t)
	rdb := client.DB(statedb.ApplStateDB).Redis()
	must(t, rdb.HSet(ctx, "T:b", "f", "v").Err())
	w := publish.NewWriter(client)
	w.Tell(publish.Message{DB: statedb.ApplStateDB, Channel: "NOTE", Op: "set", Data: "a", Table: "T", Row: []string{"f", "v"}})
	w.Tell(publish.Message{DB: statedb.ApplStateDB, Channel: "NOTE", Op: "gone", Data: "b", Table: "T"})
	broken, cancel := context.WithCancel(ctx)
	cancel()
	if err := w.Flush(broken); err == nil {
		t.Fatal("told without Redis")
	}
	heard := rdb.Subscribe(ctx, "NOTE")
	defer heard.Close()
	if _, err := heard.Receive(ctx); err != nil {
		t.Fatal(err)
	}
	must(t, w.Flush(ctx))
	for _, want := range []string{`["set","a"]`, `["gone","b"]`} {
		m, err := heard.ReceiveMessage(ctx)
		must(t, err)
		if d := cmp.Diff(want, m.Payload); d != "" {
			t.Error(d)
		}
	}
	if got := rdb.HGetAll(ctx, "T:a").Val(); got["f"] != "v" || rdb.Exists(ctx, "T:b").Val() != 0 {
		t.Errorf("rows: a is %v, b exists %v", got, rdb.Exists(ctx, "T:b").Val())
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
