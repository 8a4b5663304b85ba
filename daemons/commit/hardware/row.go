package hardware

import (
	"strings"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// place is where a row of CONFIG_DB goes: a row of APPL_DB, or none where
// orchagent reads the configuration itself.
type place struct {
	table, key string
	direct     bool
}

// applTables says which table of APPL_DB the rows of a table become.
func applTables() map[string]string {
	return map[string]string{
		schema.TablePort:                 schema.AppTablePort,
		schema.TableVLAN:                 schema.AppTableVLAN,
		schema.TableVLANMember:           schema.AppTableVLANMember,
		schema.TablePortChannel:          schema.AppTableLAG,
		schema.TablePortChannelMember:    schema.AppTableLAGMember,
		schema.TableInterface:            schema.AppTableIntf,
		schema.TablePortChannelInterface: schema.AppTableIntf,
		schema.TableVLANInterface:        schema.AppTableIntf,
		"VLAN_SUB_INTERFACE":             schema.AppTableIntf,
		"LOOPBACK_INTERFACE":             schema.AppTableIntf,
		"VRF":                            schema.AppTableVRF,
		"FDB":                            schema.AppTableFDB,
	}
}

// orchTables are those that orchagent reads in CONFIG_DB.
func orchTables() map[string]bool {
	return map[string]bool{
		"PORT_STORM_CONTROL": true, "SWITCH_HASH": true, "DEBUG_COUNTER": true, "DEBUG_COUNTER_DROP_REASON": true,
		"FLOW_COUNTER_ROUTE_PATTERN": true, "FG_NHG": true, "FG_NHG_PREFIX": true, "FG_NHG_MEMBER": true,
	}
}

// placeOf finds it; false for a row that concerns no ASIC.
func placeOf(c commit.Change) (place, bool) {
	if table, ok := applTables()[c.Table]; ok {
		return place{table: table, key: strings.ReplaceAll(c.Key, "|", ":")}, true
	}
	if orchTables()[c.Table] {
		return place{table: c.Table, key: c.Key, direct: true}, true
	}
	return place{}, false
}

// owner is how orchagent names the row.
func (p place) owner() string { return p.table + ":" + p.key }
