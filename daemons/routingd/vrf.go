package routingd

import (
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// configTables are the tables of CONFIG_DB that routes depend on.
func configTables() []string {
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
