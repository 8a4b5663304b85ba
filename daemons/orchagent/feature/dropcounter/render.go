package dropcounter

import (
	"fmt"
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Tables returns the tables of CONFIG_DB whose rows Render takes.
func Tables() []string { return []string{schema.TableDebugCounter, schema.TableDropReason} }

// Render renders a counter, or a reason that one counts.
func Render(row object.Row) (object.Rendering, error) {
	if row.Table == schema.TableDropReason {
		return renderReason(row)
	}
	var r object.Rendering
	var c schema.DebugCounter
	if err := statedb.Decode(row.Fields, &c); err != nil {
		return r, err
	}
	r.Add(object.Fragment{
		Key: object.DropCounter(c.Type.Out(), row.Key), Type: sai.ObjectTypeDebugCounter,
		Attrs: []object.Attr{object.Val(sai.DebugCounterAttrType, sai.Enum(kindOf(c.Type)))},
	})
	return r, nil
}

func kindOf(t schema.DropCounterType) sai.DebugCounterType {
	switch t {
	case schema.DropsPortIn:
		return sai.DebugCounterTypePortInDropReasons
	case schema.DropsPortOut:
		return sai.DebugCounterTypePortOutDropReasons
	case schema.DropsSwitchOut:
		return sai.DebugCounterTypeSwitchOutDropReasons
	}
	return sai.DebugCounterTypeSwitchInDropReasons
}

// renderReason adds a reason to the counter of either direction that the row may
// mean: the one that does not exist wants nothing of it.
func renderReason(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	name, reason, ok := strings.Cut(row.Key, schema.ConfigSeparator)
	if !ok || name == "" {
		return r, fmt.Errorf("key %q is not a counter and a reason", row.Key)
	}
	add := func(out bool, id sai.AttrID, value int32) {
		r.Add(object.Fragment{
			Key: object.DropCounter(out, name), Type: sai.ObjectTypeDebugCounter, Partial: true,
			Attrs: []object.Attr{object.Joined(id, value)},
		})
	}
	if v, ok := sai.InDropReasonTTL.Meta().Value("SAI_IN_DROP_REASON_" + reason); ok {
		add(false, sai.DebugCounterAttrInDropReasonList, v)
	}
	if v, ok := sai.OutDropReasonEgressVLANFilter.Meta().Value("SAI_OUT_DROP_REASON_" + reason); ok {
		add(true, sai.DebugCounterAttrOutDropReasonList, v)
	}
	if len(r.Fragments) == 0 {
		return r, fmt.Errorf("unknown drop reason %.60q", reason)
	}
	return r, nil
}
