package hardware

import (
	"strings"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// place is where a row of CONFIG_DB goes: a row of APPL_DB, or none where orchagent reads the configuration itself.
type place struct {
	table, key string
	direct     bool
	routes     bool   // routes follow from it
	object     string // of orchagent, where its name says more than the row that wants it
}

// destination is the table of APPL_DB that the rows of a table become.
type destination struct {
	table  string
	routes bool
}

func destinations() map[string]destination {
	return map[string]destination{
		schema.TablePort:                 {table: schema.AppTablePort},
		schema.TableVLAN:                 {table: schema.AppTableVLAN},
		schema.TableVLANMember:           {table: schema.AppTableVLANMember},
		schema.TablePortChannel:          {table: schema.AppTableLAG},
		schema.TablePortChannelMember:    {table: schema.AppTableLAGMember},
		schema.TableInterface:            {schema.AppTableIntf, true},
		schema.TablePortChannelInterface: {schema.AppTableIntf, true},
		schema.TableVLANInterface:        {schema.AppTableIntf, true},
		schema.TableVLANSubInterface:     {schema.AppTableIntf, true},
		schema.TableLoopbackInterface:    {schema.AppTableIntf, true},
		schema.TableVRF:                  {table: schema.AppTableVRF},
		schema.TableFDB:                  {table: schema.AppTableFDB},
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
	if to, ok := destinations()[c.Table]; ok {
		return place{table: to.table, key: strings.ReplaceAll(c.Key, "|", ":"), routes: to.routes}, true
	}
	if orchTables()[c.Table] {
		return place{table: c.Table, key: c.Key, direct: true}, true
	}
	if c.Table == schema.TableStaticRoute {
		return route(c.Key)
	}
	return place{}, false
}

// route is the place of a static route. One whose next hops do not work has no row; routingd tells of it.
func route(name string) (place, bool) {
	key, err := schema.ParseStaticRouteKey(name)
	if err != nil {
		return place{}, false
	}
	vrf := key.VRF
	if vrf == "" {
		vrf = "default"
	}
	return place{table: schema.AppTableRoute, key: key.App(), direct: true, routes: true, object: "route/" + vrf + "/" + key.Prefix.String()}, true
}

// owner is how orchagent names the row.
func (p place) owner() string { return p.table + ":" + p.key }
