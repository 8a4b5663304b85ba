package control

import (
	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// The policer of a trap group limits what goes to the CPU: the kinds of packets
// whose groups share a policer share its rate.

// Without a burst size, the CPU gets at once what it gets in 20 ms, and at least
// a few packets.
const limitBurstLeast = 8

func drops(v strict.View, o sai.Object, id sai.AttrID) bool {
	a := sai.PacketAction(v.Value(o, id).Enum())
	return a == sai.PacketActionDrop || a == sai.PacketActionDeny
}

// trapLimit is the limit that a policer makes. Its colours end up in two, for what
// reaches the CPU and what is dropped; RFC 2697 and RFC 2698 tell them apart by
// one rate with two bursts, and by two rates.
func trapLimit(v strict.View, policer sai.ObjectID) dataplane.Limit {
	o := sai.ObjectOf(sai.ObjectTypePolicer, policer)
	number := func(id sai.AttrID) uint64 { return v.Value(o, id).Uint() }
	l := dataplane.Limit{Packets: sai.MeterType(v.Value(o, sai.PolicerAttrMeterType).Enum()) == sai.MeterTypePackets}
	least, mode := uint64(stormBurstLeast), sai.PolicerMode(v.Value(o, sai.PolicerAttrMode).Enum())
	if l.Packets {
		least = limitBurstLeast
	}
	committed := dataplane.Meter{On: true, Rate: number(sai.PolicerAttrCir), Burst: number(sai.PolicerAttrCbs)}
	switch {
	case drops(v, o, sai.PolicerAttrGreenPacketAction):
		l.Meter = dataplane.Meter{On: true}
		return l
	case drops(v, o, sai.PolicerAttrYellowPacketAction) || drops(v, o, sai.PolicerAttrRedPacketAction) && mode == sai.PolicerModeStormControl:
		l.Meter = committed
	case !drops(v, o, sai.PolicerAttrRedPacketAction):
		return l
	case mode == sai.PolicerModeTrTcm:
		l.Meter = dataplane.Meter{On: true, Rate: number(sai.PolicerAttrPir), Burst: number(sai.PolicerAttrPbs)}
	default:
		l.Meter = committed
		l.Burst += number(sai.PolicerAttrPbs)
	}
	if l.Burst == 0 {
		l.Burst = max(l.Rate/stormBurstShare, least)
	}
	return l
}

// createTrapGroup makes the limit of a group that comes with a policer.
func (c *Control) createTrapGroup(v strict.View, ch strict.Change) error {
	return c.putLimit(v, value(v, ch, sai.HostifTrapGroupAttrPolicer).OID())
}

// removeTrapGroup takes the limit of a group away, unless another one has it.
func (c *Control) removeTrapGroup(v strict.View, ch strict.Change) error {
	policer := value(v, ch, sai.HostifTrapGroupAttrPolicer).OID()
	if policer == sai.NullObjectID || c.limits(v, policer, ch.Object.OID) {
		return nil
	}
	return c.plane.DeleteLimit(limitID(policer))
}

func (c *Control) putLimit(v strict.View, policer sai.ObjectID) error {
	if policer == sai.NullObjectID {
		return nil
	}
	return c.plane.SetLimit(limitID(policer), trapLimit(v, policer))
}

// dropLimit removes the limit of a policer that no group has any more.
func (c *Control) dropLimit(v strict.View, policer sai.ObjectID) error {
	if policer == sai.NullObjectID || c.limits(v, policer, sai.NullObjectID) {
		return nil
	}
	return c.plane.DeleteLimit(limitID(policer))
}

// limits tells whether a group other than one has the policer.
func (c *Control) limits(v strict.View, policer, other sai.ObjectID) bool {
	used := false
	v.Each(sai.ObjectTypeHostifTrapGroup, func(o sai.Object) {
		used = used || o.OID != other && v.Value(o, sai.HostifTrapGroupAttrPolicer).OID() == policer
	})
	return used
}

// policerStats gives each counter of a policer. Yellow packets are among the green
// ones: the pipeline knows only what passes.
var policerStats = map[sai.PolicerStat]func(dataplane.LimitCounters) uint64{
	sai.PolicerStatPackets:      func(c dataplane.LimitCounters) uint64 { return c.Passed + c.Dropped },
	sai.PolicerStatAttrBytes:    func(c dataplane.LimitCounters) uint64 { return c.PassedBytes + c.DroppedBytes },
	sai.PolicerStatGreenPackets: func(c dataplane.LimitCounters) uint64 { return c.Passed },
	sai.PolicerStatGreenBytes:   func(c dataplane.LimitCounters) uint64 { return c.PassedBytes },
	sai.PolicerStatRedPackets:   func(c dataplane.LimitCounters) uint64 { return c.Dropped },
	sai.PolicerStatRedBytes:     func(c dataplane.LimitCounters) uint64 { return c.DroppedBytes },
}

// policerCounters reads what met the policer of trap groups; other policers do
// not count.
func (c *Control) policerCounters(v strict.View, obj sai.Object, ids []sai.StatID) ([]uint64, sai.Status) {
	if !c.limits(v, obj.OID, sai.NullObjectID) {
		return nil, sai.StatusNotSupported
	}
	all, err := c.cfg.Plane.LimitCounters(limitID(obj.OID))
	if err != nil {
		return nil, statusOf(err)
	}
	out := make([]uint64, len(ids))
	for i, id := range ids {
		read, ok := policerStats[sai.PolicerStat(id)]
		if !ok {
			return nil, sai.StatusNotSupported
		}
		out[i] = read(all)
	}
	return out, sai.StatusSuccess
}
