package hold

import (
	"fmt"
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/moveguard"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Tables returns the tables whose rows Render takes.
func Tables() []string { return []string{moveguard.TablePort, moveguard.TableStation} }

// Render renders a row of either table.
func Render(row object.Row) (object.Rendering, error) {
	if row.Table == moveguard.TableStation {
		return renderStation(row)
	}
	var r object.Rendering
	switch kind := schema.InterfaceName(row.Key).Kind(); kind {
	case schema.InterfacePort:
		r.Add(object.Fragment{
			Key: object.Port(row.Key), Type: sai.ObjectTypePort, Partial: true, Override: true,
			Attrs: []object.Attr{object.Val(sai.PortAttrAdminState, sai.Bool(false))},
		})
	case schema.InterfacePortChannel: // its links stay, it bridges no more
		r.Add(object.Fragment{
			Key: object.BridgePort(row.Key), Type: sai.ObjectTypeBridgePort, Partial: true, Override: true,
			Attrs: []object.Attr{object.Val(sai.BridgePortAttrAdminState, sai.Bool(false))},
		})
	default:
		return r, fmt.Errorf("%q is neither a port nor a port channel", row.Key)
	}
	return r, nil
}

// renderStation makes the station's address static.
func renderStation(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	key, err := schema.ParseFDBKey(row.Key)
	if err != nil {
		return r, err
	}
	port := strings.TrimSpace(row.Fields["port"])
	if port == "" {
		return r, fmt.Errorf("field port is missing")
	}
	id, mac := uint16(key.VLAN.ID()), sai.MAC(key.MAC)
	r.Add(object.Fragment{
		Key: object.FDB(id, mac), Type: sai.ObjectTypeFDBEntry,
		Entry: object.Entry{Parent: object.VLAN(id), MAC: mac}, Fallback: true, // a configured one counts
		Attrs: []object.Attr{
			object.Val(sai.FDBEntryAttrType, sai.Enum(sai.FDBEntryTypeStatic)),
			object.Ref(sai.FDBEntryAttrBridgePortID, object.BridgePort(port)),
			object.Val(sai.FDBEntryAttrPacketAction, sai.Enum(sai.PacketActionForward)),
		},
		After: []object.Key{object.VLANMember(id, port)},
	})
	return r, nil
}
