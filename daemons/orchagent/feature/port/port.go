package port

import (
	"fmt"
	"strconv"

	"github.com/heddle-nos/heddle/daemons/orchagent/bridging"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// tableOper carries the operational state that the ASIC reports; the engine
// feeds it, no database holds it.
const tableOper = "PORT_OPER"

// Tables returns the tables whose rows Render takes.
func Tables() []string { return []string{schema.AppTablePort, tableOper} }

const (
	// defaultMTU is what SONiC gives a port whose row has no mtu.
	defaultMTU schema.MTU = 9100
	// frameOverhead is what a frame adds to its IP packet: Ethernet header,
	// one VLAN tag and FCS. SAI counts it in a port's MTU.
	frameOverhead = 14 + 4 + 4
	// maxNetdevName is IFNAMSIZ without the terminating zero.
	maxNetdevName = 15
)

// Render renders a row of PORT_TABLE or of the operational states.
func Render(row object.Row) (object.Rendering, error) {
	if row.Table == tableOper {
		return renderOper(row)
	}
	var r object.Rendering
	var p schema.AppPort
	if err := statedb.Decode(row.Fields, &p); err != nil {
		return r, err
	}
	if len(p.Lanes) == 0 {
		if row.Fields["oper_status"] != "" && len(row.Fields) <= operFields {
			return r, nil // only what the engine wrote is left of a deleted port
		}
		return r, fmt.Errorf("field lanes is missing")
	}
	if len(row.Key) > maxNetdevName {
		return r, fmt.Errorf("name is longer than the %d bytes of a network device's name", maxNetdevName)
	}
	tpid, err := tagProtocol(p.TPID)
	if err != nil {
		return r, err
	}
	r.Add(portFragment(row.Key, p, tpid))
	bridging.Learning(&r, row.Key, p.LearnMode)
	r.Add(object.Fragment{
		Key: object.Hostif(row.Key), Type: sai.ObjectTypeHostif,
		Attrs: []object.Attr{
			object.Val(sai.HostifAttrType, sai.Enum(sai.HostifTypeNetdev)),
			object.Ref(sai.HostifAttrObjID, object.Port(row.Key)),
			object.Val(sai.HostifAttrName, sai.Chardata(row.Key)),
		},
	})
	r.Add(object.Fragment{
		Key: object.RIF(row.Key), Type: sai.ObjectTypeRouterInterface, Partial: true,
		Attrs: []object.Attr{object.Val(sai.RouterInterfaceAttrMTU, sai.U32(uint32(mtu(p))))},
	})
	return r, nil
}

// operFields is how many fields of a row the engine writes.
const operFields = 4

func mtu(p schema.AppPort) schema.MTU {
	if p.MTU == 0 {
		return defaultMTU
	}
	return p.MTU
}

func portFragment(name string, p schema.AppPort, tpid uint16) object.Fragment {
	f := object.Fragment{
		Key: object.Port(name), Type: sai.ObjectTypePort,
		Attrs: []object.Attr{
			object.Val(sai.PortAttrHwLaneList, sai.U32List(p.Lanes)),
			object.Val(sai.PortAttrAdminState, sai.Bool(p.AdminStatus.Up())),
			object.Val(sai.PortAttrMTU, sai.U32(uint32(mtu(p))+frameOverhead)),
		},
	}
	f.Attrs = append(f.Attrs, linkAttrs(p)...)
	if tpid != 0 {
		f.Attrs = append(f.Attrs, object.Val(sai.PortAttrTpid, sai.U16(tpid)))
	}
	return f
}

// tagProtocol reads the EtherType of a port's VLAN tags; 0 for none given.
func tagProtocol(text string) (uint16, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 0, 16)
	if err != nil {
		return 0, fmt.Errorf("field tpid: %q is no EtherType", text)
	}
	return uint16(n), nil
}

// renderOper hands the state of the link on to the port's host interface.
func renderOper(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	r.Add(object.Fragment{
		Key: object.Hostif(row.Key), Type: sai.ObjectTypeHostif, Partial: true,
		Attrs: []object.Attr{object.Val(sai.HostifAttrOperStatus, sai.Bool(row.Fields["oper_status"] == "up"))},
	})
	return r, nil
}
