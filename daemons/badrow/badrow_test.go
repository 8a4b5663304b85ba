package badrow

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

func TestRecord(t *testing.T) {
	ctx := t.Context()
	db := redistest.Start(t).Client(t).DB(statedb.StateDB)
	log := slog.New(slog.DiscardHandler)
	set := func(key string) {
		if err := db.Set(ctx, Table, key, statedb.Fields{"error": "old"}); err != nil {
			t.Fatal(err)
		}
	}
	set("VLAN|Vlan9")       // ours, from an earlier life
	set("STATIC_ROUTE|any") // another daemon's
	r := New(db, log, "PORT", "VLAN")
	check := func(want map[string]statedb.Fields) {
		t.Helper()
		if err := r.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		rows, err := db.All(ctx, Table)
		if d := cmp.Diff(want, rows); err != nil || d != "" {
			t.Error(err, d)
		}
	}
	other := statedb.Fields{"error": "old"}
	r.Report("PORT", "Ethernet0", &statedb.FieldError{Field: "mtu", Value: "x", Err: errors.New("not a number")})
	r.Report("PORT", "Ethernet4", &statedb.MissingError{Field: "lanes"})
	r.Report("VLAN", "Vlan5000", errors.New("no such VLAN"))
	check(map[string]statedb.Fields{
		"STATIC_ROUTE|any": other,
		"PORT|Ethernet0":   {"field": "mtu", "value": "x", "error": "not a number"},
		"PORT|Ethernet4":   {"field": "lanes", "value": "", "error": "missing"},
		"VLAN|Vlan5000":    {"field": "", "value": "", "error": "no such VLAN"},
	})
	r.Clear("PORT", "Ethernet0")
	r.Clear("PORT", "Ethernet4")
	r.Clear("VLAN", "Vlan5000")
	r.Clear("VLAN", "never bad")
	check(map[string]statedb.Fields{"STATIC_ROUTE|any": other})
}
