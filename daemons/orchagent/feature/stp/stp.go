package stp

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Tables returns the tables whose rows Render takes.
func Tables() []string {
	return []string{
		schema.AppTableSTPVLANInstance, schema.AppTableSTPPortState, schema.AppTableSTPFastAgeing, schema.AppTableSTPInstPortFlush,
	}
}

// Render renders a row of STP_VLAN_INSTANCE_TABLE or STP_PORT_STATE_TABLE. The other tables hold requests, not objects.
func Render(row object.Row) (object.Rendering, error) {
	switch row.Table {
	case schema.AppTableSTPVLANInstance:
		return renderVLAN(row)
	case schema.AppTableSTPPortState:
		return renderPort(row)
	}
	_, _, err := flushScope(row)
	return object.Rendering{}, err
}

func renderVLAN(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	var name schema.VLANName
	if err := name.UnmarshalText([]byte(row.Key)); err != nil {
		return r, err
	}
	var v schema.AppSTPVLANInstance
	if err := statedb.Decode(row.Fields, &v); err != nil {
		return r, err
	}
	r.Add(instance(v.Instance))
	r.Add(object.Fragment{
		Key: object.VLAN(uint16(name.ID())), Type: sai.ObjectTypeVLAN, Partial: true,
		Attrs: []object.Attr{object.Ref(sai.VLANAttrSTPInstance, object.STP(uint16(v.Instance)))},
	})
	// Without spanning tree its frames pass as those of any group do, so that others see each other through this switch.
	r.Add(trap("stp", sai.HostifTrapTypeSTP))
	r.Add(trap("pvrst", sai.HostifTrapTypePvrst))
	return r, nil
}

func instance(n schema.STPInstance) object.Fragment {
	return object.Fragment{Key: object.STP(uint16(n)), Type: sai.ObjectTypeSTP}
}

func trap(name string, t sai.HostifTrapType) object.Fragment {
	return object.Fragment{
		Key: object.Trap(name), Type: sai.ObjectTypeHostifTrap, Fallback: true,
		Attrs: []object.Attr{
			object.Val(sai.HostifTrapAttrTrapType, sai.Enum(t)),
			object.Val(sai.HostifTrapAttrPacketAction, sai.Enum(sai.PacketActionTrap)),
			object.Ref(sai.HostifTrapAttrTrapGroup, object.DefaultTrapGroup),
		},
	}
}

func renderPort(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	key, err := schema.ParseSTPPortStateKey(row.Key)
	if err != nil {
		return r, err
	}
	if k := key.Port.Kind(); k != schema.InterfacePort && k != schema.InterfacePortChannel {
		return r, fmt.Errorf("port %s: only ports and port channels have a state", key.Port)
	}
	var s schema.AppSTPPortState
	if err := statedb.Decode(row.Fields, &s); err != nil {
		return r, err
	}
	id, port := uint16(key.Instance), key.Port.String()
	r.Add(instance(key.Instance))
	r.Add(object.Fragment{
		Key: object.STPPort(id, port), Type: sai.ObjectTypeSTPPort,
		Attrs: []object.Attr{
			object.Ref(sai.STPPortAttrSTP, object.STP(id)),
			object.Ref(sai.STPPortAttrBridgePort, object.BridgePort(port)),
			object.Val(sai.STPPortAttrState, sai.Enum(portState(s.State))),
		},
	})
	return r, nil
}

func portState(s schema.STPState) sai.STPPortState {
	switch s {
	case schema.STPLearning:
		return sai.STPPortStateLearning
	case schema.STPForwarding:
		return sai.STPPortStateForwarding
	}
	return sai.STPPortStateBlocking
}

// Publish tells how many instances there may be, which SONiC's stpmgrd waits for.
func Publish(ev publish.Event) []publish.Write {
	if ev.Object.Key != object.Switch || ev.Gone || ev.Facts.STPInstances == 0 {
		return nil
	}
	row := map[string]string{"max_stp_inst": strconv.FormatUint(ev.Facts.STPInstances, 10)}
	return []publish.Write{publish.Set(statedb.StateDB, schema.StateTableSTP, schema.KeyGlobal, row)}
}

// Flush tells which learned addresses a changed row wants forgotten: those of a VLAN, or of a port. A row of an instance and a port names
// the instance too; what was learned on the port in others is learned again soon.
func Flush(row object.Row) (port, vlan object.Key, ok bool) {
	if row.Table != schema.AppTableSTPFastAgeing && row.Table != schema.AppTableSTPInstPortFlush {
		return "", "", false
	}
	var f schema.AppSTPFlush
	if statedb.Decode(row.Fields, &f) != nil || !f.State {
		return "", "", false
	}
	port, vlan, err := flushScope(row)
	return port, vlan, err == nil
}

func flushScope(row object.Row) (port, vlan object.Key, err error) {
	if row.Table == schema.AppTableSTPFastAgeing {
		var name schema.VLANName
		err := name.UnmarshalText([]byte(row.Key))
		return "", object.VLAN(uint16(name.ID())), err
	}
	number, name, ok := strings.Cut(row.Key, schema.AppSeparator)
	var id schema.STPInstance
	if !ok || name == "" || id.UnmarshalText([]byte(number)) != nil {
		return "", "", fmt.Errorf("key %q is not an instance and a port", row.Key)
	}
	return object.BridgePort(name), "", nil
}
