package control

import (
	"testing"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
)

func (r *rig) policer(mode sai.PolicerMode, more ...sai.Attr) sai.ObjectID {
	r.Helper()
	return r.create(sai.ObjectTypePolicer, append(more, attr(sai.PolicerAttrMeterType, sai.Enum(sai.MeterTypeBytes)),
		attr(sai.PolicerAttrMode, sai.Enum(mode)))...)
}

func TestStormControl(t *testing.T) {
	r := newRig(t)
	o, drop := port(r.ports[0]), attr(sai.PolicerAttrRedPacketAction, sai.Enum(sai.PacketActionDrop))
	slow := r.policer(sai.PolicerModeStormControl, drop, attr(sai.PolicerAttrCir, sai.U64(1000)))
	fast := r.policer(sai.PolicerModeStormControl, drop, attr(sai.PolicerAttrCir, sai.U64(5_000_000)), attr(sai.PolicerAttrCbs, sai.U64(7)))
	none := r.policer(sai.PolicerModeStormControl, drop)
	last := func() [dataplane.StormKinds]dataplane.Meter { return r.plane.History[len(r.plane.History)-1].Storm }
	check := func(want [dataplane.StormKinds]dataplane.Meter) {
		t.Helper()
		if got := last(); got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
	r.set(o, sai.PortAttrBroadcastStormControlPolicerID, sai.OID(slow))
	r.set(o, sai.PortAttrFloodStormControlPolicerID, sai.OID(fast))
	r.set(o, sai.PortAttrMulticastStormControlPolicerID, sai.OID(none))
	want := [dataplane.StormKinds]dataplane.Meter{
		{On: true, Rate: 1000, Burst: stormBurstLeast}, {On: true, Rate: 5_000_000, Burst: 7}, {On: true, Burst: stormBurstLeast},
	}
	check(want)
	r.set(sai.ObjectOf(sai.ObjectTypePolicer, slow), sai.PolicerAttrCir, sai.U64(10_000_000))
	want[0].Rate, want[0].Burst = 10_000_000, 200_000
	check(want)

	setPolicer := func(id sai.AttrID, v sai.Value) sai.Status {
		return r.store.Set([]sai.Object{sai.ObjectOf(sai.ObjectTypePolicer, slow)}, []sai.Attr{attr(id, v)}, false)[0]
	}
	r.want("a policer in use that would drop nothing", setPolicer(sai.PolicerAttrRedPacketAction, sai.Enum(sai.PacketActionForward)), sai.StatusInvalidAttrValue0)
	r.want("remove a policer in use", r.store.Remove([]sai.Object{sai.ObjectOf(sai.ObjectTypePolicer, slow)}, false)[0], sai.StatusObjectInUse)
	for name, id := range map[string]sai.ObjectID{
		"three colours": r.policer(sai.PolicerModeSrTcm, drop),
		"no drop":       r.policer(sai.PolicerModeStormControl),
	} {
		st := r.store.Set([]sai.Object{port(r.ports[1])}, []sai.Attr{attr(sai.PortAttrFloodStormControlPolicerID, sai.OID(id))}, false)[0]
		r.want(name, st, sai.StatusInvalidAttrValue0)
	}
	for _, id := range stormAttrs() {
		r.set(o, id, sai.OID(sai.NullObjectID))
	}
	check([dataplane.StormKinds]dataplane.Meter{})
	r.remove(sai.ObjectOf(sai.ObjectTypePolicer, slow))
}
