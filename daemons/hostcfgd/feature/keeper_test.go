package feature

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/badrow"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

// fake is a systemd that does at once what it is told.
type fake struct {
	units map[string]Unit
	did   []string
	fail  error
}

func (f *fake) Units(_ context.Context, names ...string) (map[string]Unit, error) {
	out := make(map[string]Unit)
	for _, n := range names {
		out[n] = f.units[n]
	}
	return out, nil
}

func (f *fake) change(what, unit string, to Unit) error {
	f.did = append(f.did, what+" "+unit)
	if f.fail == nil {
		f.units[unit] = to
	}
	return f.fail
}

func (f *fake) Enable(_ context.Context, unit string) error {
	return f.change("enable", unit, Unit{Loaded: true, Boot: "enabled", Running: "active"})
}

func (f *fake) Disable(_ context.Context, unit string) error {
	return f.change("disable", unit, Unit{Loaded: true, Boot: "masked", Running: "inactive"})
}

func (f *fake) SetRestart(_ context.Context, unit string, restart bool) error {
	what := "never restart"
	if restart {
		what = "restart"
	}
	f.did = append(f.did, what+" "+unit)
	return nil
}

// life is a keeper with what it reads and writes.
type life struct {
	t      *testing.T
	keeper *Keeper
	fake   *fake
	state  *statedb.DB
	now    time.Time
}

func newLife(t *testing.T, units map[string]Unit) *life {
	l := &life{t: t, fake: &fake{units: units}, state: redistest.Start(t).Client(t).DB(statedb.StateDB), now: time.Unix(0, 0)}
	l.keeper = New(l.state, l.fake, func() time.Time { return l.now }, slog.New(slog.DiscardHandler))
	return l
}

func (l *life) set(name string, fields ...string) {
	op := statedb.KeyOp{Op: statedb.OpSet, Key: name}
	for i := 0; i < len(fields); i += 2 {
		op.Fields = append(op.Fields, statedb.Field{Name: fields[i], Value: fields[i+1]})
	}
	l.keeper.Take(statedb.TableChange{Table: Table, Ops: []statedb.KeyOp{op}})
}

// apply runs the keeper and compares what it did.
func (l *life) apply(want ...string) {
	l.t.Helper()
	if err := l.keeper.Apply(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
	if !slices.Equal(l.fake.did, want) {
		l.t.Errorf("did %q, want %q", l.fake.did, want)
	}
	l.fake.did = nil
}

func (l *life) row(name string) statedb.Fields {
	l.t.Helper()
	row, _, err := l.state.Get(l.t.Context(), Table, name)
	if err != nil {
		l.t.Fatal(err)
	}
	return row
}

func (l *life) problem(name string) string {
	l.t.Helper()
	row, _, err := l.state.Get(l.t.Context(), badrow.Table, Table+"|"+name)
	if err != nil {
		l.t.Fatal(err)
	}
	return row["error"]
}

func TestKeeper(t *testing.T) {
	l := newLife(t, map[string]Unit{
		"bgp.service":   {Loaded: true, Boot: "enabled", Running: "active"},
		"snmp.service":  {Loaded: true, Boot: "masked", Running: "inactive"},
		"lldpd.service": {Loaded: true, Boot: "enabled", Running: "inactive"}, // Debian's name
	})
	l.set("bgp", "state", "enabled", "auto_restart", "disabled")
	l.set("snmp", "state", "enabled", "auto_restart", "enabled")
	l.set("lldp", "state", "always_enabled")
	l.set("nat", "state", "enabled")
	l.set("dhcp", "state", "disabled")
	l.apply("never restart bgp.service", "restart lldpd.service", "enable lldpd.service", "restart snmp.service", "enable snmp.service")
	if d := cmp.Diff(statedb.Fields{"state": "enabled", "system_state": "up", "current_owner": "local", "remote_state": "none", "update_time": "1970-01-01 00:00:00"}, l.row("snmp")); d != "" {
		t.Error(d)
	}
	if got := l.problem("nat"); got != "nat.service is not installed" {
		t.Errorf("a unit that is missing: %q", got)
	}
	if got := l.problem("dhcp"); got != "" {
		t.Errorf("nobody misses %q", got)
	}
	l.apply() // nothing is left to do

	// What an operator stops stays stopped, and is told; what a row disables is stopped.
	l.now = l.now.Add(time.Hour)
	l.fake.units["bgp.service"] = Unit{Loaded: true, Boot: "enabled", Running: "failed"}
	l.set("snmp", "state", "disabled", "auto_restart", "enabled")
	l.apply("disable snmp.service")
	if row := l.row("bgp"); row["state"] != "enabled" || row["system_state"] != "down" || row["update_time"] != "1970-01-01 01:00:00" {
		t.Errorf("bgp: %v", row)
	}
	if row := l.row("lldp"); row["update_time"] != "1970-01-01 00:00:00" {
		t.Errorf("nothing happened to lldp: %v", row)
	}
	if row := l.row("snmp"); row["state"] != "disabled" || row["current_owner"] != "none" {
		t.Errorf("snmp: %v", row)
	}

	// A refusal is told, and tried again.
	l.fake.fail = errors.New("access denied")
	l.set("snmp", "state", "enabled", "auto_restart", "disabled")
	l.apply("never restart snmp.service", "enable snmp.service")
	if l.row("snmp")["state"] != "failed" || !strings.Contains(l.problem("snmp"), "access denied") {
		t.Errorf("snmp: %v, %q", l.row("snmp"), l.problem("snmp"))
	}
	l.fake.fail = nil
	l.apply("enable snmp.service")
	if l.row("snmp")["state"] != "enabled" || l.problem("snmp") != "" {
		t.Errorf("snmp: %v, %q", l.row("snmp"), l.problem("snmp"))
	}

	l.keeper.Take(statedb.TableChange{Table: Table, Ops: []statedb.KeyOp{{Op: statedb.OpDel, Key: "snmp"}}})
	l.apply()
	if row := l.row("snmp"); len(row) != 0 {
		t.Errorf("snmp is gone and has %v", row)
	}
}

// TestDelayed: a service that is not needed for the ports waits for them; one that runs is left alone.
func TestDelayed(t *testing.T) {
	l := newLife(t, map[string]Unit{
		"snmp.service": {Loaded: true, Boot: "enabled", Running: "inactive"},
		"gnmi.service": {Loaded: true, Boot: "enabled", Running: "active"},
	})
	l.set("snmp", "state", "enabled", "delayed", "True")
	l.set("gnmi", "state", "enabled", "delayed", "true")
	l.apply("restart gnmi.service")
	l.apply()
	l.keeper.PortsAreThere()
	l.apply("restart snmp.service", "enable snmp.service")
	l.apply()
}

// TestHostileNames: nothing but the name of a service reaches systemd.
func TestHostileNames(t *testing.T) {
	l := newLife(t, map[string]Unit{})
	names := []string{"--now", "a b", "../x", "a\nb", "a;b", strings.Repeat("a", 40), ""}
	for _, n := range names {
		l.set(n, "state", "enabled")
	}
	l.set("bgp", "state", "{% if x %}enabled{% endif %}")
	l.apply()
	for _, n := range append(names, "bgp") {
		if l.problem(n) == "" {
			t.Errorf("%q passes", n)
		}
	}
}
