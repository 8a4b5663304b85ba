package engine

import (
	"context"
	"fmt"
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
