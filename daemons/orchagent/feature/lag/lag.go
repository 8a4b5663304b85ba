package lag

import (
	"github.com/heddle-nos/heddle/daemons/orchagent/bridging"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// nameMap of COUNTERS_DB tells which object a port channel is.
const nameMap = "COUNTERS_LAG_NAME_MAP"

// Tables returns the tables whose rows Render takes.
func Tables() []string { return []string{schema.AppTableLAG, schema.AppTableLAGMember} }

// Render renders a row of LAG_TABLE or LAG_MEMBER_TABLE.
func Render(row object.Row) (object.Rendering, error) {
	if row.Table == schema.AppTableLAGMember {
		return renderMember(row)
	}
	return renderLAG(row)
}

func renderLAG(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	var name schema.PortChannelName
	if err := name.UnmarshalText([]byte(row.Key)); err != nil {
		return r, err
	}
	var l schema.AppLAG
	if err := statedb.Decode(row.Fields, &l); err != nil {
		return r, err
	}
	r.Add(object.Fragment{Key: object.LAG(row.Key), Type: sai.ObjectTypeLAG})
	r.Add(object.Fragment{
		Key: object.Hostif(row.Key), Type: sai.ObjectTypeHostif,
		Attrs: []object.Attr{
			object.Val(sai.HostifAttrType, sai.Enum(sai.HostifTypeNetdev)),
			object.Ref(sai.HostifAttrObjID, object.LAG(row.Key)),
			object.Val(sai.HostifAttrName, sai.Chardata(row.Key)),
			object.Val(sai.HostifAttrOperStatus, sai.Bool(l.OperStatus.Up())),
		},
	})
	bridging.Learning(&r, row.Key, l.LearnMode)
	if l.MTU != 0 {
		r.Add(object.Fragment{
			Key: object.RIF(row.Key), Type: sai.ObjectTypeRouterInterface, Partial: true,
			Attrs: []object.Attr{object.Val(sai.RouterInterfaceAttrMTU, sai.U32(uint32(l.MTU)))},
		})
	}
	return r, nil
}

func renderMember(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	key, err := schema.ParsePortChannelMemberKey(row.Key, schema.AppSeparator)
	if err != nil {
		return r, err
	}
	var m schema.AppLAGMember
	if err := statedb.Decode(row.Fields, &m); err != nil {
		return r, err
	}
	lag, port := key.PortChannel.String(), key.Port.String()
	// A member that is not distributing must not collect either: its frames
	// may be copies of those that another member delivers.
	off := object.Val(sai.LAGMemberAttrEgressDisable, sai.Bool(!m.Status.On()))
	r.Add(object.Fragment{
		Key: object.LAGMember(lag, port), Type: sai.ObjectTypeLAGMember,
		Attrs: []object.Attr{
			object.Ref(sai.LAGMemberAttrLAGID, object.LAG(lag)),
			object.Ref(sai.LAGMemberAttrPortID, object.Port(port)),
			off,
			object.Val(sai.LAGMemberAttrIngressDisable, off.Value),
		},
	})
	return r, nil
}

// Publish tells which object a port channel is.
func Publish(ev publish.Event) []publish.Write {
	if ev.Object.Type != sai.ObjectTypeLAG {
		return nil
	}
	name, vid := ev.Object.Key.Name(), ev.VID
	if ev.Gone {
		vid = ""
	}
	return []publish.Write{publish.Set(statedb.CountersDB, nameMap, "", map[string]string{name: vid})}
}
