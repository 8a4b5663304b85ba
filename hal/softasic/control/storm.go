package control

import (
	"slices"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// stormAttrs are a port's attributes for the policers of storm control, by
// dataplane.StormKind.
func stormAttrs() []sai.AttrID {
	return []sai.AttrID{
		dataplane.StormBroadcast:      sai.PortAttrBroadcastStormControlPolicerID,
		dataplane.StormUnknownUnicast: sai.PortAttrFloodStormControlPolicerID,
		dataplane.StormMulticast:      sai.PortAttrMulticastStormControlPolicerID,
	}
}

// Without a burst size, a storm policer lets through at once what it lets through
// in 20 ms, and at least two frames of any length.
const (
	stormBurstShare = 50
	stormBurstLeast = 2 * 9216
)

// stormMeter is the meter that a policer makes for storm control: a rate in bytes,
// beyond which frames are dropped.
func stormMeter(v strict.View, id sai.ObjectID) (m dataplane.Meter, ok bool) {
	o := sai.ObjectOf(sai.ObjectTypePolicer, id)
	enum := func(id sai.AttrID) int32 { return v.Value(o, id).Enum() }
	red := sai.PacketAction(enum(sai.PolicerAttrRedPacketAction))
	if sai.PolicerMode(enum(sai.PolicerAttrMode)) != sai.PolicerModeStormControl ||
		sai.MeterType(enum(sai.PolicerAttrMeterType)) != sai.MeterTypeBytes ||
		sai.PacketAction(enum(sai.PolicerAttrGreenPacketAction)) != sai.PacketActionForward ||
		red != sai.PacketActionDrop && red != sai.PacketActionDeny {
		return m, false
	}
	m = dataplane.Meter{On: true, Rate: v.Value(o, sai.PolicerAttrCir).Uint(), Burst: v.Value(o, sai.PolicerAttrCbs).Uint()}
	if m.Burst == 0 {
		m.Burst = max(m.Rate/stormBurstShare, stormBurstLeast)
	}
	return m, true
}

// storms are the meters of a port.
func storms(v strict.View, o sai.Object) (out [dataplane.StormKinds]dataplane.Meter) {
	for kind, id := range stormAttrs() {
		if policer := v.Value(o, id).OID(); policer != sai.NullObjectID {
			out[kind], _ = stormMeter(v, policer)
		}
	}
	return out
}

// checkStorms refuses policers that are none for storm control.
func checkStorms(v strict.View, ch strict.Change) error {
	for _, id := range stormAttrs() {
		policer := value(v, ch, id).OID()
		if policer == sai.NullObjectID {
			continue
		}
		if _, ok := stormMeter(v, policer); !ok {
			return refuse(sai.StatusInvalidAttrValue0, ch.Attrs, id)
		}
	}
	return nil
}

// setPolicer restates the ports and the trap groups that a policer limits.
func (c *Control) setPolicer(v strict.View, ch strict.Change) error {
	var first error
	if c.limits(v, ch.Object.OID, sai.NullObjectID) {
		first = c.putLimit(v, ch.Object.OID)
	}
	v.Each(sai.ObjectTypePort, func(o sai.Object) {
		uses := slices.ContainsFunc(stormAttrs(), func(id sai.AttrID) bool { return v.Value(o, id).OID() == ch.Object.OID })
		if !uses || first != nil {
			return
		}
		if _, ok := stormMeter(v, ch.Object.OID); !ok {
			first = refuse(sai.StatusInvalidAttrValue0, ch.Attrs, ch.Attrs[0].ID)
			return
		}
		first = c.refreshPort(v, o.OID)
	})
	return first
}
