package control

import (
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
)

func TestTrapLimits(t *testing.T) {
	r := newRig(t)
	number := func(id sai.AttrID, n uint64) sai.Attr { return attr(id, sai.U64(n)) }
	drop := attr(sai.PolicerAttrRedPacketAction, sai.Enum(sai.PacketActionDrop))
	packets := attr(sai.PolicerAttrMeterType, sai.Enum(sai.MeterTypePackets))
	group := func(policer sai.ObjectID) sai.Object {
		return sai.ObjectOf(sai.ObjectTypeHostifTrapGroup, r.create(sai.ObjectTypeHostifTrapGroup, attr(sai.HostifTrapGroupAttrPolicer, sai.OID(policer))))
	}
	policer := func(mode sai.PolicerMode, more ...sai.Attr) sai.ObjectID {
		return r.create(sai.ObjectTypePolicer, append(more, attr(sai.PolicerAttrMode, sai.Enum(mode)))...)
	}
	slow := policer(sai.PolicerModeSrTcm, packets, drop, number(sai.PolicerAttrCir, 600), number(sai.PolicerAttrCbs, 500))
	first, second := group(slow), group(slow)
	trap := func(kind sai.HostifTrapType, of sai.Object) sai.Object {
		return sai.ObjectOf(sai.ObjectTypeHostifTrap, r.create(sai.ObjectTypeHostifTrap, attr(sai.HostifTrapAttrTrapType, sai.Enum(kind)),
			attr(sai.HostifTrapAttrPacketAction, sai.Enum(sai.PacketActionTrap)), attr(sai.HostifTrapAttrTrapGroup, sai.OID(of.OID))))
	}
	lldp := trap(sai.HostifTrapTypeLLDP, first)
	trap(sai.HostifTrapTypeBGP, second)
	check := func(kind dataplane.TrapKind, want dataplane.Limit) dataplane.LimitID {
		t.Helper()
		got, limit := r.plane.Trap(kind)
		if got.Action != dataplane.TrapTrap || limit != want {
			t.Errorf("kind %d: %+v %+v, want %+v", kind, got, limit, want)
		}
		return got.Limit
	}
	meter := func(rate, burst uint64) dataplane.Meter { return dataplane.Meter{On: true, Rate: rate, Burst: burst} }
	shared := dataplane.Limit{Meter: meter(600, 500), Packets: true}
	if check(dataplane.TrapLLDP, shared) != check(dataplane.TrapBGP, shared) {
		t.Error("one policer makes two limits")
	}
	r.set(sai.ObjectOf(sai.ObjectTypePolicer, slow), sai.PolicerAttrCir, sai.U64(50))
	check(dataplane.TrapBGP, dataplane.Limit{Meter: meter(50, 500), Packets: true})
	stats, st := r.store.Stats(sai.ObjectOf(sai.ObjectTypePolicer, slow), []sai.StatID{sai.StatID(sai.PolicerStatPackets), sai.StatID(sai.PolicerStatRedPackets)}, sai.StatsModeRead)
	r.want("counters", st, sai.StatusSuccess)
	if len(stats) != 2 || stats[0] != 11 || stats[1] != 10 {
		t.Errorf("counters: %v", stats)
	}

	bytes := attr(sai.PolicerAttrMeterType, sai.Enum(sai.MeterTypeBytes))
	yellow := attr(sai.PolicerAttrYellowPacketAction, sai.Enum(sai.PacketActionDrop))
	green := attr(sai.PolicerAttrGreenPacketAction, sai.Enum(sai.PacketActionDrop))
	rates := []sai.Attr{bytes, number(sai.PolicerAttrCir, 1000), number(sai.PolicerAttrCbs, 10), number(sai.PolicerAttrPir, 3000), number(sai.PolicerAttrPbs, 30)}
	for name, c := range map[string]struct {
		mode sai.PolicerMode
		more []sai.Attr
		want dataplane.Limit
	}{
		"one rate":              {sai.PolicerModeSrTcm, []sai.Attr{drop}, dataplane.Limit{Meter: meter(1000, 40)}},
		"one rate, no yellow":   {sai.PolicerModeSrTcm, []sai.Attr{drop, yellow}, dataplane.Limit{Meter: meter(1000, 10)}},
		"two rates":             {sai.PolicerModeTrTcm, []sai.Attr{drop}, dataplane.Limit{Meter: meter(3000, 30)}},
		"two rates, no yellow":  {sai.PolicerModeTrTcm, []sai.Attr{yellow}, dataplane.Limit{Meter: meter(1000, 10)}},
		"storm control":         {sai.PolicerModeStormControl, []sai.Attr{drop}, dataplane.Limit{Meter: meter(1000, 10)}},
		"nothing is dropped":    {sai.PolicerModeSrTcm, nil, dataplane.Limit{}},
		"everything is dropped": {sai.PolicerModeSrTcm, []sai.Attr{green, drop}, dataplane.Limit{Meter: dataplane.Meter{On: true}}},
	} {
		t.Run(name, func(t *testing.T) {
			p := policer(c.mode, append(c.more, rates...)...)
			r.set(first, sai.HostifTrapGroupAttrPolicer, sai.OID(p))
			check(dataplane.TrapLLDP, c.want)
		})
	}
	check(dataplane.TrapBGP, dataplane.Limit{Meter: meter(50, 500), Packets: true})
	r.set(lldp, sai.HostifTrapAttrTrapGroup, sai.OID(second.OID))
	check(dataplane.TrapLLDP, dataplane.Limit{Meter: meter(50, 500), Packets: true})
	r.want("remove a policer in use", r.store.Remove([]sai.Object{sai.ObjectOf(sai.ObjectTypePolicer, slow)}, false)[0], sai.StatusObjectInUse)
	r.set(second, sai.HostifTrapGroupAttrPolicer, sai.OID(0))
	if got, _ := r.plane.Trap(dataplane.TrapLLDP); got.Limit != 0 {
		t.Errorf("still limited: %+v", got)
	}
	r.remove(sai.ObjectOf(sai.ObjectTypePolicer, slow))
	r.remove(first)
	if strings.Contains(r.plane.Dump(), "limit ") {
		t.Errorf("limits are left:\n%s", r.plane.Dump())
	}
}
