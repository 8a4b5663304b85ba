package routecount

import (
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	nameMap    = "COUNTERS_ROUTE_NAME_MAP"
	patternMap = "COUNTERS_ROUTE_TO_PATTERN_MAP"
	flexTable  = "FLEX_COUNTER_TABLE"
	group      = "ROUTE_FLOW_COUNTER:"
	polled     = "SAI_COUNTER_STAT_PACKETS,SAI_COUNTER_STAT_BYTES"
)

// Render makes the counter of a counted route. A row of a pattern wants nothing by
// itself, and is only judged.
func Render(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	if row.Table == schema.TableRoutePattern {
		_, err := parse(row)
		return r, err
	}
	r.Add(object.Fragment{
		Key: object.RouteCounter(row.Key), Type: sai.ObjectTypeCounter,
		Attrs: []object.Attr{object.Val(sai.CounterAttrType, sai.Enum(sai.CounterTypeRegular))},
	})
	return r, nil
}

// Matched tells which pattern has a route counted.
func Matched(route, pattern string) publish.Write {
	return publish.Set(statedb.CountersDB, patternMap, "", map[string]string{route: pattern})
}

// Publish gives the counter of a route its name and has it polled.
func Publish(ev publish.Event) []publish.Write {
	route, ok := strings.CutPrefix(string(ev.Object.Key), string(object.RouteCounter("")))
	switch {
	case !ok || ev.VID == "":
		return nil
	case ev.Gone:
		return []publish.Write{
			publish.Set(statedb.CountersDB, nameMap, "", map[string]string{route: ""}), Matched(route, ""),
			publish.Delete(statedb.FlexCounterDB, flexTable, group+ev.VID), publish.Delete(statedb.CountersDB, "COUNTERS", ev.VID),
		}
	}
	return []publish.Write{
		publish.Set(statedb.CountersDB, nameMap, "", map[string]string{route: ev.VID}),
		publish.Set(statedb.FlexCounterDB, flexTable, group+ev.VID, map[string]string{"FLOW_COUNTER_ID_LIST": polled}),
	}
}
