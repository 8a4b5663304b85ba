package fdb

import (
	"fmt"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Tables returns the tables whose rows Render takes.
func Tables() []string { return []string{schema.AppTableFDB} }

// Render renders a row of FDB_TABLE.
func Render(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	key, err := schema.ParseFDBKey(row.Key)
	if err != nil {
		return r, err
	}
	var f schema.AppFDB
	if err := statedb.Decode(row.Fields, &f); err != nil {
		return r, err
	}
	if k := f.Port.Kind(); k != schema.InterfacePort && k != schema.InterfacePortChannel {
		return r, fmt.Errorf("port %s: only ports and port channels can have entries", f.Port)
	}
	id, mac := uint16(key.VLAN.ID()), sai.MAC(key.MAC)
	kind := sai.FDBEntryTypeStatic
	if f.Type == schema.FDBDynamic {
		kind = sai.FDBEntryTypeDynamic
	}
	r.Add(object.Fragment{
		Key: object.FDB(id, mac), Type: sai.ObjectTypeFDBEntry,
		Entry: object.Entry{Parent: object.VLAN(id), MAC: mac},
		Attrs: []object.Attr{
			object.Val(sai.FDBEntryAttrType, sai.Enum(kind)),
			object.Ref(sai.FDBEntryAttrBridgePortID, object.BridgePort(f.Port.String())),
			object.Val(sai.FDBEntryAttrPacketAction, sai.Enum(sai.PacketActionForward)),
		},
		// The port must be in the VLAN, or the entry points nowhere.
		After: []object.Key{object.VLANMember(id, f.Port.String())},
	})
	return r, nil
}

// Publish lists static entries beside the learned ones.
func Publish(ev publish.Event) []publish.Write {
	o := ev.Object
	if o.Type != sai.ObjectTypeFDBEntry {
		return nil
	}
	key := schema.FDBKey{VLAN: schema.VLANName("Vlan" + o.Entry.Parent.Name()), MAC: schema.MAC(o.Entry.MAC)}.String()
	port := o.Attr(sai.FDBEntryAttrBridgePortID)
	if ev.Gone || port == nil || len(port.Refs) != 1 {
		return []publish.Write{publish.Delete(statedb.StateDB, schema.StateTableFDB, key)}
	}
	return []publish.Write{publish.Set(statedb.StateDB, schema.StateTableFDB, key, map[string]string{
		"port": port.Refs[0].Name(), "type": string(schema.FDBStatic),
	})}
}
