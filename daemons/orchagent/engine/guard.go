package engine

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/heddle-nos/heddle/daemons/orchagent/moveguard"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// heldRow is a row that the engine feeds for the guard.
type heldRow struct{ table, key, port string }

// guardChanged takes a new configuration of the move guard.
func (e *Engine) guardChanged(c moveguard.Config) {
	e.guard.Configure(c)
	e.out.Add(publish.Set(statedb.StateDB, schema.StateTableGuardActions, schema.KeyGuardActions, map[string]string{
		string(schema.GuardDisablePort): "true", string(schema.GuardDisableLearn): "true",
	}))
	e.feedGuard()
}

// guardMove tells the guard of an address that moved.
func (e *Engine) guardMove(a address, from, to object.Key) {
	key := schema.FDBKey{VLAN: schema.VLANName("Vlan" + a.vlan.Name()), MAC: schema.MAC(a.mac)}
	changed, tooMuch := e.guard.Moved(e.Now(), key, from.Name(), to.Name())
	if tooMuch {
		e.Log.Warn("address moves too often: hold it", "vlan", a.vlan.Name(), "mac", lower(a.mac), "port", from.Name(), "other", to.Name())
	}
	if changed {
		e.feedGuard()
	}
}

// guardExpires ends the holds whose time is over.
func (e *Engine) guardExpires() {
	released := e.guard.Expire(e.Now())
	for _, key := range released {
		e.Log.Info("address may move again", "vlan", string(key.VLAN), "mac", key.MAC.String())
	}
	if len(released) > 0 {
		e.feedGuard()
	}
}

// feedGuard brings the rows of what is held to what the guard says, and tells it.
func (e *Engine) feedGuard() {
	want, holds := make(map[heldRow]struct{}), e.guard.Holds()
	for _, port := range e.guard.Shut() {
		want[heldRow{table: moveguard.TablePort, key: port}] = struct{}{}
	}
	for key, h := range holds {
		if h.Pin {
			want[heldRow{moveguard.TableStation, key.String(), h.Port}] = struct{}{}
		}
	}
	for r := range e.holding {
		if _, stays := want[r]; !stays {
			e.take(batch{table: r.table, ops: []statedb.KeyOp{{Op: statedb.OpDel, Key: r.key}}})
		}
	}
	for r := range want {
		if _, had := e.holding[r]; !had {
			fields := []statedb.Field{{Name: "port", Value: r.port}}
			e.take(batch{table: r.table, ops: []statedb.KeyOp{{Op: statedb.OpSet, Key: r.key, Fields: fields}}})
		}
	}
	e.holding = want
	e.tellHolds(holds)
}

// tellHolds writes what is held into STATE_DB.
func (e *Engine) tellHolds(holds map[schema.FDBKey]moveguard.Hold) {
	for key, h := range holds {
		row := map[string]string{"port": h.Port, "action": string(schema.GuardDisablePort), "until": h.Until.UTC().Format(time.RFC3339)}
		if h.Pin {
			row["action"] = string(schema.GuardDisableLearn)
			delete(e.learned, address{object.VLAN(uint16(key.VLAN.ID())), [6]byte(key.MAC)}) // it is a static one now
		} else {
			row["shut"] = strings.Join(h.Shut, ",")
		}
		e.out.Add(publish.Set(statedb.StateDB, schema.StateTableMACHold, key.String(), row))
	}
	for key := range e.told.holds {
		if _, is := holds[key]; !is {
			e.out.Add(publish.Delete(statedb.StateDB, schema.StateTableMACHold, key.String()))
		}
	}
	e.told.holds = make(map[schema.FDBKey]struct{}, len(holds))
	for key := range holds {
		e.told.holds[key] = struct{}{}
	}
	e.out.Add(publish.Set(statedb.StateDB, schema.StateTableMACMoveGuard, schema.KeyGuardResources,
		map[string]string{"disabled_ports": strings.Join(e.guard.Shut(), ",")}))
}

// forgetStaleHolds deletes what an earlier life told: its holds ended with it.
func (e *Engine) forgetStaleHolds(ctx context.Context, db *statedb.DB) error {
	keys, err := db.Keys(ctx, schema.StateTableMACHold)
	if err != nil {
		return fmt.Errorf("look for stale holds: %w", err)
	}
	for _, k := range keys {
		e.out.Add(publish.Delete(statedb.StateDB, schema.StateTableMACHold, k))
	}
	e.feedGuard()
	return nil
}
