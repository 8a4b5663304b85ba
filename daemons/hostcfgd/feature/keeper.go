package feature

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/heddle-nos/heddle/daemons/badrow"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// Manager runs units.
type Manager interface {
	Units(ctx context.Context, names ...string) (map[string]Unit, error)
	Enable(ctx context.Context, unit string) error
	Disable(ctx context.Context, unit string) error
	// SetRestart says whether a unit is started again when it ended.
	SetRestart(ctx context.Context, unit string, restart bool) error
}

// Keeper compares what FEATURE asks for with what runs. It is used by one goroutine.
type Keeper struct {
	manager Manager
	now     func() time.Time
	log     *slog.Logger
	bad     *badrow.Record
	states  *statedb.Desired

	rows    map[string]statedb.Fields // of CONFIG_DB
	seen    map[string]want           // what each row asked for when it was last applied
	told    map[string]statedb.Fields // what STATE_DB was told, for the time of a change
	failing map[string]error
	ports   bool // delayed services may start
}

// stateFields are ours in STATE_DB's rows; containers write others.
func stateFields() []string {
	return []string{"state", "system_state", "current_owner", "remote_state", "update_time"}
}

// New makes a keeper that writes into STATE_DB.
func New(state *statedb.DB, manager Manager, now func() time.Time, log *slog.Logger) *Keeper {
	return &Keeper{
		manager: manager, now: now, log: log,
		bad: badrow.New(state, log, Table),
		states: statedb.NewDesiredStored(state, Table, statedb.DesiredOptions{
			Ours: func(field string) bool { return slices.Contains(stateFields(), field) },
		}),
		rows: make(map[string]statedb.Fields), seen: make(map[string]want), told: make(map[string]statedb.Fields), failing: make(map[string]error),
	}
}

// Take takes changes of CONFIG_DB.
func (k *Keeper) Take(c statedb.TableChange) {
	if c.Whole { // Redis was away: what we wrote may be gone
		k.states.Forget()
		k.bad.Forget()
	}
	for _, op := range c.Ops {
		if op.Op == statedb.OpDel {
			delete(k.rows, op.Key)
			delete(k.seen, op.Key)
			delete(k.told, op.Key)
			k.bad.Clear(Table, op.Key)
			continue
		}
		k.rows[op.Key] = op.Map()
	}
}

// UnitsOf names the units that a feature may be: the first that is installed is it. SONiC's names are those of its containers.
func UnitsOf(feature string) []string {
	names := []string{feature + ".service"}
	known := map[string]string{"bgp": "routingd", "gnmi": "gnmid", "lldp": "lldpd", "pmon": "platformd", "snmp": "snmpd", "teamd": "lacpd"}
	if other := known[feature]; other != "" {
		names = append(names, other+".service")
	}
	return names
}

// unitOf chooses the unit of a feature.
func unitOf(feature string, states map[string]Unit) string {
	names := UnitsOf(feature)
	for _, n := range names {
		if states[n].Loaded {
			return n
		}
	}
	return names[0]
}

// PortsAreThere lets delayed services start.
func (k *Keeper) PortsAreThere() { k.ports = true }

// Apply does what rows ask for and tells what runs. One unit that cannot be changed keeps no other waiting.
func (k *Keeper) Apply(ctx context.Context) error {
	wants := make(map[string]want)
	var units []string
	for _, name := range slices.SortedFunc(maps.Keys(k.rows), natural.Compare) {
		w, err := decode(name, k.rows[name])
		if err != nil {
			k.bad.Report(Table, name, err)
			continue
		}
		wants[name] = w
		units = append(units, UnitsOf(name)...)
	}
	states, err := k.manager.Units(ctx, units...)
	if err != nil {
		return err
	}
	changed := false
	for _, name := range slices.SortedFunc(maps.Keys(wants), natural.Compare) {
		unit := unitOf(name, states)
		changed = k.applyOne(ctx, name, unit, wants[name], states[unit]) || changed
	}
	if changed {
		if states, err = k.manager.Units(ctx, units...); err != nil {
			return err
		}
	}
	return k.publish(ctx, wants, states)
}

// applyOne does what a row asks for, and tells whether that was anything.
func (k *Keeper) applyOne(ctx context.Context, name, unit string, w want, u Unit) bool {
	before, known := k.seen[name]
	if w.delayed && w.enabled && !k.ports && u.Running != "active" {
		return false // and it stays a row that has not been seen
	}
	k.seen[name] = w
	if !u.Loaded {
		k.problem(name, w.enabled, errors.New(unit+" is not installed"))
		return false
	}
	var err error
	if !known || before.restart != w.restart {
		err = k.manager.SetRestart(ctx, unit, w.restart)
	}
	what := next(w, u, !known || before.enabled != w.enabled)
	switch what {
	case enable:
		k.log.Info("enable service", "unit", unit)
		err = errors.Join(err, k.manager.Enable(ctx, unit))
	case disable:
		k.log.Info("disable service", "unit", unit)
		err = errors.Join(err, k.manager.Disable(ctx, unit))
	}
	k.problem(name, err != nil, err)
	return what != nothing
}

// problem records what keeps a feature from being as its row says.
func (k *Keeper) problem(name string, is bool, err error) {
	if is {
		k.failing[name] = err
		k.bad.Report(Table, name, err)
		return
	}
	delete(k.failing, name)
	k.bad.Clear(Table, name)
}

func (k *Keeper) publish(ctx context.Context, wants map[string]want, states map[string]Unit) error {
	rows := make(map[string]statedb.Fields, len(wants))
	for name, w := range wants {
		u := states[unitOf(name, states)]
		row := report(w, u, u.Loaded && k.failing[name] != nil)
		if before := k.told[name]; before != nil && same(before, row) {
			row = before
		} else {
			row["update_time"] = k.now().UTC().Format(time.DateTime)
		}
		k.told[name] = row
		rows[name] = row
	}
	k.states.Replace(rows)
	if _, err := k.states.Flush(ctx); err != nil {
		return err
	}
	return k.bad.Flush(ctx)
}

// same compares rows apart from their time.
func same(before, now statedb.Fields) bool {
	for field, value := range now {
		if before[field] != value {
			return false
		}
	}
	return true
}
