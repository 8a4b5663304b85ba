package intf

import (
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

const (
	nameMap     = "COUNTERS_RIF_NAME_MAP"
	typeMap     = "COUNTERS_RIF_TYPE_MAP"
	flexTable   = "FLEX_COUNTER_TABLE"
	counterList = "RIF_COUNTER_ID_LIST"
	group       = "RIF_STAT_COUNTER:"
)

// counters are the SAI names of a router interface's counters.
func counters() string {
	names := []string{
		"IN_PACKETS", "IN_OCTETS", "IN_ERROR_PACKETS", "IN_ERROR_OCTETS",
		"OUT_PACKETS", "OUT_OCTETS", "OUT_ERROR_PACKETS", "OUT_ERROR_OCTETS",
	}
	return "SAI_ROUTER_INTERFACE_STAT_" + strings.Join(names, ",SAI_ROUTER_INTERFACE_STAT_")
}

// Publish tells what the counters of a router interface are called and that
// they are to be polled.
func Publish(ev publish.Event) []publish.Write {
	if ev.Object.Type != sai.ObjectTypeRouterInterface {
		return nil
	}
	name := ev.Object.Key.Name()
	if ev.Gone {
		return []publish.Write{
			publish.Set(statedb.CountersDB, nameMap, "", map[string]string{name: ""}),
			publish.Set(statedb.CountersDB, typeMap, "", map[string]string{ev.VID: ""}),
			publish.Delete(statedb.FlexCounterDB, flexTable, group+ev.VID),
		}
	}
	kind := sai.RouterInterfaceTypePort
	if at := ev.Object.Attr(sai.RouterInterfaceAttrType); at != nil {
		kind = sai.RouterInterfaceType(at.Value.Enum())
	}
	return []publish.Write{
		publish.Set(statedb.CountersDB, nameMap, "", map[string]string{name: ev.VID}),
		publish.Set(statedb.CountersDB, typeMap, "", map[string]string{ev.VID: kind.String()}),
		publish.Set(statedb.FlexCounterDB, flexTable, group+ev.VID, map[string]string{counterList: counters()}),
	}
}
