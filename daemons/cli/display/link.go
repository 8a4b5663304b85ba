package display

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// links tells admin and operational state of interfaces: what the kernel says
// of a netdev where there is one, else what the databases say.
type links struct {
	ports    map[string]statedb.Fields // APPL_DB PORT_TABLE
	vlans    map[string]statedb.Fields // CONFIG_DB VLAN
	loops    map[string]statedb.Fields // CONFIG_DB LOOPBACK_INTERFACE
	channels map[string]statedb.Fields // APPL_DB LAG_TABLE
}

func (v *view) links(ctx context.Context) (links, error) {
	var l links
	p, err := v.ports(ctx)
	if err != nil {
		return l, err
	}
	l.ports = p.app
	if l.vlans, err = v.all(ctx, statedb.ConfigDB, schema.TableVLAN); err != nil {
		return l, err
	}
	if l.loops, err = v.all(ctx, statedb.ConfigDB, schema.TableLoopbackInterface); err != nil {
		return l, err
	}
	channels, err := v.all(ctx, statedb.ConfigDB, schema.TablePortChannel)
	if err != nil {
		return l, err
	}
	names := make([]string, 0, len(channels))
	for n := range channels {
		names = append(names, n)
	}
	l.channels, err = v.rows(ctx, statedb.ApplDB, schema.AppTableLAG, names)
	return l, err
}

// state gives "up/down" of an interface.
func (l links) state(name string) string {
	if admin, oper, ok := kernelLink(name); ok {
		return admin + "/" + oper
	}
	switch schema.InterfaceName(name).Kind() {
	case schema.InterfacePort:
		return or(l.ports[name]["admin_status"], "error") + "/" + or(l.ports[name]["oper_status"], "down")
	case schema.InterfacePortChannel:
		return or(l.channels[name]["admin_status"], "error") + "/" + or(l.channels[name]["oper_status"], "down")
	case schema.InterfaceVLAN:
		admin := or(l.vlans[name]["admin_status"], "up")
		return admin + "/" + admin
	case schema.InterfaceLoopback:
		admin := or(l.loops[name]["admin_status"], "up")
		return admin + "/" + admin
	}
	return "error/down"
}

// kernelLink asks sysfs, as far as the netdev is in this network namespace.
func kernelLink(name string) (admin, oper string, ok bool) {
	dir := filepath.Join("/sys/class/net", filepath.Base(name))
	flags, err := os.ReadFile(filepath.Join(dir, "flags"))
	if err != nil {
		return "", "", false
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(flags)), 0, 32)
	if err != nil {
		return "", "", false
	}
	admin, oper = "down", "down"
	if n&1 != 0 { // IFF_UP
		admin = "up"
	}
	// A netdev that is down has no carrier to read.
	if carrier, err := os.ReadFile(filepath.Join(dir, "carrier")); err == nil && strings.TrimSpace(string(carrier)) == "1" {
		oper = "up"
	}
	return admin, oper, true
}
