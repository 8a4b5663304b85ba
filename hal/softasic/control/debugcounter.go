package control

import (
	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// MaxDebugCounters is how many there can be of each type: as many as SAI has
// names for what they count.
const MaxDebugCounters = 8

// family says what counters of a type count on, and of which list of reasons.
type family struct {
	on      sai.ObjectType
	base    sai.StatID // counter of the first one
	reasons sai.AttrID
}

// families are the types of debug counters that there can be.
var families = map[sai.DebugCounterType]family{
	sai.DebugCounterTypePortInDropReasons: {
		sai.ObjectTypePort, sai.StatID(sai.PortStatInDropReasonRangeBase), sai.DebugCounterAttrInDropReasonList,
	},
	sai.DebugCounterTypeSwitchInDropReasons: {
		sai.ObjectTypeSwitch, sai.StatID(sai.SwitchStatInDropReasonRangeBase), sai.DebugCounterAttrInDropReasonList,
	},
	sai.DebugCounterTypeSwitchOutDropReasons: {
		sai.ObjectTypeSwitch, sai.StatID(sai.SwitchStatOutDropReasonRangeBase), sai.DebugCounterAttrOutDropReasonList,
	},
}

var debugCounterAttrs = []sai.AttrID{
	sai.DebugCounterAttrType, sai.DebugCounterAttrInDropReasonList, sai.DebugCounterAttrOutDropReasonList,
}

// debugKey is a debug counter on a port; the null id stands for the switch.
type debugKey struct{ counter, port sai.ObjectID }

func (c *Control) createDebugCounter(v strict.View, ch strict.Change) error {
	kind := sai.DebugCounterType(value(v, ch, sai.DebugCounterAttrType).Enum())
	f, ok := families[kind]
	if !ok {
		return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.DebugCounterAttrType)
	}
	if err := checkReasons(v, ch, f); err != nil {
		return err
	}
	if c.syncing {
		return nil // it has its index
	}
	index, ok := freeDebugIndex(v, kind, ch.Object)
	if !ok {
		return sai.StatusInsufficientResources
	}
	v.Record(ch.Object, sai.Attr{ID: sai.DebugCounterAttrIndex, Value: sai.U32(index)})
	return c.startDebugCounter(v, ch.Object, f)
}

func (c *Control) setDebugCounter(v strict.View, ch strict.Change) error {
	return checkReasons(v, ch, families[debugType(v, ch.Object)])
}

func (c *Control) removeDebugCounter(_ strict.View, ch strict.Change) error {
	for k := range c.idx.debug {
		if k.counter == ch.Object.OID {
			cut(c.plane, c.idx.debug, k)
		}
	}
	return nil
}

func debugType(v strict.View, o sai.Object) sai.DebugCounterType {
	return sai.DebugCounterType(v.Value(o, sai.DebugCounterAttrType).Enum())
}

// checkReasons refuses reasons that the pipeline cannot tell.
func checkReasons(v strict.View, ch strict.Change, f family) error {
	if _, ok := reasonsOf(value(v, ch, f.reasons).Ints(), f); !ok {
		return refuse(sai.StatusAttrNotSupported0, ch.Attrs, f.reasons)
	}
	return nil
}

func reasonsOf(list []int32, f family) ([]dataplane.DropReason, bool) {
	if f.reasons == sai.DebugCounterAttrOutDropReasonList {
		return dropsOf(list, outDrops)
	}
	return dropsOf(list, inDrops)
}

// freeDebugIndex finds the lowest index that no other counter of the type has.
func freeDebugIndex(v strict.View, kind sai.DebugCounterType, self sai.Object) (uint32, bool) {
	var used [MaxDebugCounters]bool
	v.Each(sai.ObjectTypeDebugCounter, func(o sai.Object) {
		if o != self && debugType(v, o) == kind {
			used[v.Value(o, sai.DebugCounterAttrIndex).Uint()] = true
		}
	})
	for i, taken := range used {
		if !taken {
			return uint32(i), true
		}
	}
	return 0, false
}

// startDebugCounter remembers what was dropped before: a counter starts at zero.
func (c *Control) startDebugCounter(v strict.View, o sai.Object, f family) error {
	if f.on == sai.ObjectTypeSwitch {
		drops, err := c.cfg.Plane.DropCounters()
		put(c.plane, c.idx.debug, debugKey{o.OID, sai.NullObjectID}, drops)
		return err
	}
	for id, port := range c.idx.ports {
		drops, err := c.cfg.Plane.PortDrops(id)
		if err != nil {
			return err
		}
		put(c.plane, c.idx.debug, debugKey{o.OID, port}, drops)
	}
	return nil
}

// debugCounter finds the debug counter behind a counter of a port or the switch.
func debugCounter(v strict.View, on sai.ObjectType, id sai.StatID) (found sai.Object, ok bool) {
	v.Each(sai.ObjectTypeDebugCounter, func(o sai.Object) {
		f := families[debugType(v, o)]
		if f.on == on && f.base+sai.StatID(v.Value(o, sai.DebugCounterAttrIndex).Uint()) == id {
			found, ok = o, true
		}
	})
	return found, ok
}

// isDebugStat tells the counters that debug counters stand behind.
func isDebugStat(on sai.ObjectType, id sai.StatID) bool {
	for _, f := range families {
		if f.on == on && id >= f.base && id < f.base+MaxDebugCounters {
			return true
		}
	}
	return false
}

// debugCount reads a counter of a port (null: of the switch) that a debug counter
// stands behind.
func (c *Control) debugCount(v strict.View, on sai.ObjectType, port sai.ObjectID, id sai.StatID) (uint64, sai.Status) {
	o, ok := debugCounter(v, on, id)
	if !ok {
		return 0, sai.StatusNotSupported
	}
	f := families[debugType(v, o)]
	reasons, _ := reasonsOf(v.Value(o, f.reasons).Ints(), f)
	now, err := c.drops(on, port)
	if err != nil {
		return 0, statusOf(err)
	}
	before := c.idx.debug[debugKey{o.OID, port}]
	var sum uint64
	for _, r := range reasons {
		sum += now[r] - before[r]
	}
	return sum, sai.StatusSuccess
}

func (c *Control) drops(on sai.ObjectType, port sai.ObjectID) (map[dataplane.DropReason]uint64, error) {
	if on == sai.ObjectTypeSwitch {
		return c.cfg.Plane.DropCounters()
	}
	return c.cfg.Plane.PortDrops(portID(port))
}

// switchCounters reads counters of the switch: those of its debug counters.
func (c *Control) switchCounters(v strict.View, ids []sai.StatID) ([]uint64, sai.Status) {
	out := make([]uint64, len(ids))
	for i, id := range ids {
		n, st := c.debugCount(v, sai.ObjectTypeSwitch, sai.NullObjectID, id)
		if st != sai.StatusSuccess {
			return nil, st
		}
		out[i] = n
	}
	return out, sai.StatusSuccess
}

// Availability tells how many more objects fit where attributes matter to that;
// ok is false where they do not.
func (c *Control) Availability(v strict.View, t sai.ObjectType, attrs []sai.Attr) (n int, ok bool) {
	if t != sai.ObjectTypeDebugCounter || len(attrs) == 0 || attrs[0].ID != sai.DebugCounterAttrType {
		return 0, false
	}
	kind := sai.DebugCounterType(attrs[0].Value.Enum())
	if _, known := families[kind]; !known {
		return 0, true
	}
	n = MaxDebugCounters
	v.Each(t, func(o sai.Object) {
		if debugType(v, o) == kind {
			n--
		}
	})
	return n, true
}
