package engine

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Tables of STATE_DB that tell operators what can be counted.
const (
	tableDropCapability = "DEBUG_COUNTER_CAPABILITIES"
	tableFlowCapability = "FLOW_COUNTER_CAPABILITY_TABLE"
)

// tellCapabilities publishes what the ASIC can count beyond the counters that
// everything has.
func (e *Engine) tellCapabilities(ctx context.Context) error {
	for _, t := range dropTypes() {
		if err := e.tellDropReasons(ctx, t); err != nil {
			return err
		}
	}
	for key, at := range flowCounters() {
		can, err := e.ASIC.CanSet(ctx, at.typ, at.attr)
		if err != nil {
			return err
		}
		if at.typ == sai.ObjectTypeRouteEntry {
			e.counted.able, e.counted.stale = can, true
		}
		e.out.Add(publish.Set(statedb.StateDB, tableFlowCapability, key, map[string]string{"support": strconv.FormatBool(can)}))
	}
	return nil
}

// flowCounters are the kinds of flow counters and what an object is given one by.
func flowCounters() map[string]struct {
	typ  sai.ObjectType
	attr sai.AttrID
} {
	return map[string]struct {
		typ  sai.ObjectType
		attr sai.AttrID
	}{
		"route": {sai.ObjectTypeRouteEntry, sai.RouteEntryAttrCounterID},
		"trap":  {sai.ObjectTypeHostifTrap, sai.HostifTrapAttrCounterID},
	}
}

// dropType is a type of drop counters, in SONiC's and in SAI's words.
type dropType struct {
	name    schema.DropCounterType
	kind    sai.DebugCounterType
	reasons sai.AttrID
	prefix  string // of a reason's name
}

func dropTypes() []dropType {
	const in, out = "SAI_IN_DROP_REASON_", "SAI_OUT_DROP_REASON_"
	return []dropType{
		{schema.DropsPortIn, sai.DebugCounterTypePortInDropReasons, sai.DebugCounterAttrInDropReasonList, in},
		{schema.DropsPortOut, sai.DebugCounterTypePortOutDropReasons, sai.DebugCounterAttrOutDropReasonList, out},
		{schema.DropsSwitchIn, sai.DebugCounterTypeSwitchInDropReasons, sai.DebugCounterAttrInDropReasonList, in},
		{schema.DropsSwitchOut, sai.DebugCounterTypeSwitchOutDropReasons, sai.DebugCounterAttrOutDropReasonList, out},
	}
}

// tellDropReasons publishes how many counters of a type there can be, and what
// they can count; nothing where there can be none.
func (e *Engine) tellDropReasons(ctx context.Context, t dropType) error {
	free, _, err := e.ASIC.Availability(ctx, sai.ObjectTypeDebugCounter, sai.Attr{ID: sai.DebugCounterAttrType, Value: sai.Enum(t.kind)})
	if err != nil {
		return err
	}
	values, err := e.ASIC.EnumValues(ctx, sai.ObjectTypeDebugCounter, t.reasons)
	if err != nil {
		return err
	}
	total := free + uint64(e.countDropCounters(t.kind))
	if total == 0 || len(values) == 0 {
		e.out.Add(publish.Delete(statedb.StateDB, tableDropCapability, string(t.name)))
		return nil
	}
	e.out.Add(publish.Set(statedb.StateDB, tableDropCapability, string(t.name), map[string]string{
		"count": strconv.FormatUint(total, 10), "reasons": "[" + strings.Join(t.names(values), ",") + "]",
	}))
	return nil
}

// names gives reasons their names. Values that only bound ranges have none.
func (t dropType) names(values []int32) (names []string) {
	info, _ := sai.ObjectTypeInfo(sai.ObjectTypeDebugCounter)
	slices.Sort(values)
	for _, v := range slices.Compact(values) {
		name, ok := strings.CutPrefix(info.Attr(t.reasons).Enum.String(v), t.prefix)
		if ok && name != "END" && !strings.HasPrefix(name, "CUSTOM_RANGE_") {
			names = append(names, name)
		}
	}
	return names
}

// countDropCounters counts those that are there already.
func (e *Engine) countDropCounters(kind sai.DebugCounterType) (n int) {
	for _, o := range e.actual {
		if at := o.Attr(sai.DebugCounterAttrType); o.Type == sai.ObjectTypeDebugCounter && at != nil && sai.DebugCounterType(at.Value.Enum()) == kind {
			n++
		}
	}
	return n
}
