package routingd

import (
	"maps"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// routeTables are the tables of CONFIG_DB that static and connected routes depend on.
func routeTables() []string {
	return []string{
		schema.TableStaticRoute, schema.TableInterface, schema.TableVLANInterface, schema.TablePortChannelInterface,
		schema.TableLoopbackInterface, schema.TableVLANSubInterface,
	}
}

// takeInterfaces notes the VRFs of interfaces. What else is wrong with their rows cfgmgrd reports.
func (d *daemon) takeInterfaces(ops []statedb.KeyOp) {
	for _, op := range ops {
		key, err := schema.ParseInterfaceKey(op.Key, schema.ConfigSeparator)
		if err != nil || key.HasPrefix() {
			continue
		}
		vrf := op.Map()["vrf_name"]
		if op.Op == statedb.OpDel || vrf == schema.DefaultVRF {
			vrf = ""
		}
		if vrf == "" {
			delete(d.vrfs, key.Name)
		} else {
			d.vrfs[key.Name] = vrf
		}
	}
}

// setTables notes the routing tables of the VRFs that the kernel has. With the device of a VRF its routes come and go.
func (f *fib) setTables(devices map[string]uint32) {
	tables, vrfs := map[string]int{"": unix.RT_TABLE_MAIN}, map[int]string{unix.RT_TABLE_MAIN: ""}
	for name, table := range devices {
		if checkVRF(name) == nil { // not the one for management
			tables[name], vrfs[int(table)] = int(table), name
		}
	}
	if !maps.Equal(tables, f.tables) {
		f.tables, f.vrfs, f.stale = tables, vrfs, true
	}
}
