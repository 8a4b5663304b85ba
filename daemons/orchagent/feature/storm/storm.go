package storm

import (
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Tables returns the tables of CONFIG_DB whose rows Render takes.
func Tables() []string { return []string{schema.TablePortStormControl} }

// bytesPerKbit turns kbit/s into bytes per second, which SAI meters.
const bytesPerKbit = 1000 / 8

// Render renders a row of PORT_STORM_CONTROL: a policer, and its place on the
// port. Without a burst size the ASIC chooses one.
func Render(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	key, err := schema.ParseStormKey(row.Key)
	if err != nil {
		return r, err
	}
	var s schema.PortStormControl
	if err := statedb.Decode(row.Fields, &s); err != nil {
		return r, err
	}
	policer := object.Policer("_" + key.Port.String() + "_" + string(key.Kind))
	r.Add(object.Fragment{
		Key: policer, Type: sai.ObjectTypePolicer,
		Attrs: []object.Attr{
			object.Val(sai.PolicerAttrMeterType, sai.Enum(sai.MeterTypeBytes)),
			object.Val(sai.PolicerAttrMode, sai.Enum(sai.PolicerModeStormControl)),
			object.Val(sai.PolicerAttrRedPacketAction, sai.Enum(sai.PacketActionDrop)),
			object.Val(sai.PolicerAttrCir, sai.U64(uint64(s.Kbps)*bytesPerKbit)),
		},
	})
	r.Add(object.Fragment{
		Key: object.Port(key.Port.String()), Type: sai.ObjectTypePort, Partial: true,
		Attrs: []object.Attr{object.Ref(policerAttr(key.Kind), policer)},
	})
	return r, nil
}

// policerAttr is the port's attribute for the policer of a kind of traffic.
func policerAttr(k schema.StormKind) sai.AttrID {
	switch k {
	case schema.StormBroadcast:
		return sai.PortAttrBroadcastStormControlPolicerID
	case schema.StormUnknownUnicast:
		return sai.PortAttrFloodStormControlPolicerID
	}
	return sai.PortAttrMulticastStormControlPolicerID
}
