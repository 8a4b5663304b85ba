package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// flushRequested makes the ASIC forget learned addresses, as an operator asked
// for: all of them, those of a port, of a VLAN, or of a port in a VLAN.
func (e *Engine) flushRequested(ctx context.Context, n statedb.Notification) error {
	port, vlan, err := flushScope(n)
	if err != nil {
		e.Log.Warn("skip request to flush learned addresses", "err", err)
		return nil
	}
	for _, k := range []object.Key{port, vlan} {
		if _, known := e.ASIC.VID(k); k != "" && !known {
			return nil // nothing can have been learned there, and half a scope would be too wide
		}
	}
	e.Log.Info("flush learned addresses", "port", port.Name(), "vlan", vlan.Name())
	return e.ASIC.FlushFDB(ctx, port, vlan)
}

// flush is what learned addresses are to be forgotten.
type flush struct{ port, vlan object.Key }

// takeChanges takes rows that were just set, and notes what they want forgotten. Rows that were there before the engine was are no
// requests any more.
func (e *Engine) takeChanges(b batch) {
	if b.settling != nil {
		e.settling = append(e.settling, *b.settling)
		return
	}
	e.take(b)
	f := e.render[b.table]
	if f.Flush == nil {
		return
	}
	for _, op := range b.ops {
		if op.Op != statedb.OpSet {
			continue
		}
		port, vlan, ok := f.Flush(object.Row{Table: b.table, Key: op.Key, Fields: op.Map()})
		if what := (flush{port, vlan}); ok && !slices.Contains(e.flushes, what) {
			e.flushes = append(e.flushes, what)
		}
	}
}

// flushAsked makes the ASIC forget what rows asked for, behind the changes that came with them.
func (e *Engine) flushAsked(ctx context.Context) error {
	asked := e.flushes
	e.flushes = nil
	for _, f := range asked {
		e.Log.Debug("flush learned addresses", "port", f.port.Name(), "vlan", f.vlan.Name())
		if err := e.ASIC.FlushFDB(ctx, f.port, f.vlan); err != nil {
			return err
		}
	}
	return nil
}

// flushScope reads a request as SONiC's fdborch takes it.
func flushScope(n statedb.Notification) (port, vlan object.Key, err error) {
	onPort, inVLAN := n.Data, n.Data
	switch n.Op {
	case "ALL":
		return "", "", nil
	case "PORT":
		inVLAN = ""
	case "VLAN":
		onPort = ""
	case "PORTVLAN":
		onPort, inVLAN, _ = strings.Cut(n.Data, "|")
		if inVLAN == "" {
			return "", "", fmt.Errorf("%q names no port and VLAN", n.Data)
		}
	default:
		return "", "", fmt.Errorf("unknown scope %.60q", n.Op)
	}
	if inVLAN != "" {
		var name schema.VLANName
		if err := name.UnmarshalText([]byte(inVLAN)); err != nil {
			return "", "", err
		}
		vlan = object.VLAN(uint16(name.ID()))
	}
	if onPort != "" {
		port = object.BridgePort(onPort)
	}
	if port == "" && vlan == "" {
		return "", "", fmt.Errorf("%s names nothing", n.Op)
	}
	return port, vlan, nil
}
