package syncd_test

import "testing"

// TestUnknownIsNotImplemented: a client built for a newer SAI gets a clear
// answer to everything, and the next request its own.
func TestUnknownIsNotImplemented(t *testing.T) {
	b := newBench(t)
	b.start()
	b.createSwitch()
	const none, port = "SAI_OBJECT_TYPE_TIME_MACHINE", "SAI_OBJECT_TYPE_PORT"
	requests := [][]string{
		{"Stravel", switchKey, "YEAR", "1985"},
		{"Screate", "", "", ""},
		{"Screate", none + ":oid:0x1", "A", "b"},
		{"Screate", "SAI_OBJECT_TYPE_VLAN:oid:0x26000000000fff", "SAI_VLAN_ATTR_YEAR", "5"},
		{"Sbulkcreate", none + ":1", "oid:0x1", "A=b"},
		{"Dremove", none + ":oid:0x1"},
		{"Sset", switchKey, "SAI_SWITCH_ATTR_YEAR", "1985"},
		{"Sget", switchKey, "SAI_SWITCH_ATTR_YEAR", "0"},
		{"Sbulkget", port + ":1", "oid:0x1", "SAI_PORT_ATTR_YEAR=0"},
		{"Sget_stats", switchKey, "SAI_SWITCH_STAT_YEARS", ""},
		{"Sattribute_capability_query", switchKey, "OBJECT_TYPE", port, "ATTR_ID", "SAI_PORT_ATTR_YEAR"},
		{"Sattr_enum_values_capability_query", switchKey, "OBJECT_TYPE", none, "ATTR_ID", "A", "LIST_SIZE", "1"},
		{"Sobject_type_get_availability_query", switchKey, "OBJECT_TYPE", none},
		{"Sstats_capability_query", switchKey, "OBJECT_TYPE", none, "LIST_SIZE", "1"},
		{"Sstats_st_capability_query", switchKey, "OBJECT_TYPE", none, "LIST_SIZE", "1"},
	}
	for _, r := range requests {
		if a := b.do(r[0], r[1], r[2:]...); a.status != "SAI_STATUS_NOT_IMPLEMENTED" || len(a.fields) != 0 {
			t.Errorf("%v: got %s", r, a)
		}
		if got := b.get(switchKey, "SAI_SWITCH_ATTR_NUMBER_OF_ACTIVE_PORTS", "0"); got != "4" {
			t.Errorf("after %v: number of ports %s", r, got)
		}
	}
}
