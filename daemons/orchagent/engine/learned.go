package engine

import (
	"context"
	"strconv"

	"github.com/heddle-nos/heddle/daemons/orchagent/asicdb"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

// tableFDB of STATE_DB lists the addresses that the ASIC learned.
const tableFDB = "FDB_TABLE"

// address is a learned address.
type address struct {
	vlan object.Key
	mac  sai.MAC
}

// place is where an address was learned.
type place struct {
	port  object.Key // bridge port
	moves uint64     // times that it appeared on another port
}

func (a address) row() string { return "Vlan" + a.vlan.Name() + ":" + lower(a.mac) }

func lower(m sai.MAC) string {
	b := []byte(m.String())
	for i, c := range b {
		if c >= 'A' && c <= 'F' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

func (e *Engine) notified(ctx context.Context, n statedb.Notification) error {
	switch n.Op {
	case asicdb.NotifyPortState:
		return e.portsChanged(ctx, n.Data)
	case asicdb.NotifyFDB:
		e.fdbChanged(n.Data)
	}
	return nil
}

func (e *Engine) portsChanged(ctx context.Context, data string) error {
	states, err := asicdb.ParsePortStates(data)
	if err != nil {
		e.Log.Warn("skip notification", "err", err)
		return nil
	}
	for _, s := range states {
		k, ok := e.ASIC.Key(s.Port)
		if !ok || !e.portState(k, s.Up) {
			continue
		}
		if err := e.tellLink(ctx, k); err != nil {
			return err
		}
		if s.Up {
			continue
		}
		// Whoever was behind the port may come back behind another.
		if err := e.ASIC.FlushFDB(ctx, object.BridgePort(k.Name()), ""); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) fdbChanged(data string) {
	events, err := asicdb.ParseFDBEvents(data)
	if err != nil {
		e.Log.Warn("skip notification", "err", err)
		return
	}
	for _, ev := range events {
		vlan, known := e.ASIC.Key(ev.Entry.BV)
		port, _ := e.ASIC.Key(ev.Port)
		switch ev.Event {
		case sai.FDBEventLearned, sai.FDBEventMove:
			if known && port != "" {
				e.learn(vlan, ev.Entry.MAC, port)
			}
		default:
			e.unlearn(vlan, ev.Entry.MAC, port)
		}
	}
}

// learn notes that the ASIC learned an address on a bridge port.
func (e *Engine) learn(vlan object.Key, mac sai.MAC, port object.Key) {
	if port == "" {
		return
	}
	a := address{vlan, mac}
	was, known := e.learned[a]
	now := place{port: port, moves: was.moves}
	row := map[string]string{"port": port.Name(), "type": "dynamic"}
	if known && was.port != port {
		now.moves++
		e.moved(a, was.port, now)
		defer e.guardMove(a, was.port, port)
	}
	if now.moves > 0 {
		row["moves"] = strconv.FormatUint(now.moves, 10)
	}
	e.learned[a] = now
	e.out.Add(publish.Set(statedb.StateDB, tableFDB, a.row(), row))
}

// moved tells of an address that changed its port, seldom if it does so
// without end: then it is in two places, or there is a loop.
func (e *Engine) moved(a address, from object.Key, now place) {
	if now.moves&(now.moves-1) == 0 {
		e.Log.Info("address moved", "vlan", a.vlan.Name(), "mac", lower(a.mac), "from", from.Name(), "to", now.port.Name(), "moves", now.moves)
	}
}

// unlearn notes that an address is gone. Without an address it is about all of
// a VLAN, of a port, or of both: a flush tells only what it was asked for.
func (e *Engine) unlearn(vlan object.Key, mac sai.MAC, port object.Key) {
	if mac != (sai.MAC{}) {
		e.forgetAddress(address{vlan, mac})
		return
	}
	for a, p := range e.learned {
		if (vlan == "" || a.vlan == vlan) && (port == "" || p.port == port) {
			e.forgetAddress(a)
		}
	}
}

func (e *Engine) forgetAddress(a address) {
	if _, ok := e.learned[a]; ok {
		delete(e.learned, a)
		e.out.Add(publish.Delete(statedb.StateDB, tableFDB, a.row()))
	}
}
