package control

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

func reasons(list ...sai.InDropReason) sai.Value {
	out := make([]int32, len(list))
	for i, r := range list {
		out[i] = int32(r)
	}
	return sai.EnumList(out)
}

func (r *rig) debugCounter(t sai.DebugCounterType, list ...sai.InDropReason) (sai.Object, sai.Status) {
	r.Helper()
	id, st := r.try(sai.ObjectTypeDebugCounter, attr(sai.DebugCounterAttrType, sai.Enum(t)), attr(sai.DebugCounterAttrInDropReasonList, reasons(list...)))
	return sai.ObjectOf(sai.ObjectTypeDebugCounter, id), st
}

func (r *rig) count(o sai.Object, id sai.StatID) uint64 {
	r.Helper()
	got, st := r.store.Stats(o, []sai.StatID{id}, sai.StatsModeRead)
	r.want("counter", st, sai.StatusSuccess)
	if len(got) != 1 {
		return 0
	}
	return got[0]
}

func TestDebugCounters(t *testing.T) {
	r := newRig(t)
	ports := []dataplane.PortID{portID(r.ports[0]), portID(r.ports[1])}
	r.plane.Drop(ports[0], dataplane.DropTTL) // before there was a counter
	first, st := r.debugCounter(sai.DebugCounterTypePortInDropReasons, sai.InDropReasonTTL, sai.InDropReasonL3Any)
	r.want("create", st, sai.StatusSuccess)
	second, st := r.debugCounter(sai.DebugCounterTypePortInDropReasons, sai.InDropReasonIngressVLANFilter)
	r.want("create", st, sai.StatusSuccess)
	whole, st := r.debugCounter(sai.DebugCounterTypeSwitchInDropReasons, sai.InDropReasonTTL)
	r.want("create", st, sai.StatusSuccess)
	var indexes []uint64
	for _, o := range []sai.Object{first, second, whole} {
		indexes = append(indexes, r.get(o, sai.DebugCounterAttrIndex).Uint())
	}
	if d := cmp.Diff([]uint64{0, 1, 0}, indexes); d != "" {
		t.Error(d)
	}
	r.plane.Drop(ports[0], dataplane.DropTTL)
	r.plane.Drop(ports[1], dataplane.DropTTL)
	r.plane.Drop(ports[1], dataplane.DropNoRoute4)
	r.plane.Drop(ports[1], dataplane.DropNotMember)
	base := sai.StatID(sai.PortStatInDropReasonRangeBase)
	sw := sai.ObjectOf(sai.ObjectTypeSwitch, r.sw)
	if got := []uint64{
		r.count(port(r.ports[0]), base), r.count(port(r.ports[1]), base), r.count(port(r.ports[1]), base+1),
		r.count(sw, sai.StatID(sai.SwitchStatInDropReasonRangeBase)),
	}; !cmp.Equal(got, []uint64{1, 2, 1, 2}) {
		t.Errorf("counted %v", got)
	}
	r.set(first, sai.DebugCounterAttrInDropReasonList, reasons(sai.InDropReasonTTL))
	if got := r.count(port(r.ports[1]), base); got != 1 {
		t.Errorf("counted %d for one reason less", got)
	}
	_, st = r.store.Stats(port(r.ports[0]), []sai.StatID{base + 2}, sai.StatsModeRead)
	r.want("counter without debug counter", st, sai.StatusNotSupported)
	r.remove(first)
	third, st := r.debugCounter(sai.DebugCounterTypePortInDropReasons, sai.InDropReasonTTL)
	r.want("create", st, sai.StatusSuccess)
	if n := r.get(third, sai.DebugCounterAttrIndex).Uint(); n != 0 || r.count(port(r.ports[1]), base) != 0 {
		t.Errorf("the new counter has index %d and starts at %d", n, r.count(port(r.ports[1]), base))
	}
}

func TestDebugCountersThatCannotBe(t *testing.T) {
	r := newRig(t)
	_, st := r.debugCounter(sai.DebugCounterTypePortInDropReasons, sai.InDropReasonTTL, sai.InDropReasonDecapError)
	r.want("reason that the pipeline does not know", st, sai.StatusAttrNotSupported0-1)
	_, st = r.try(sai.ObjectTypeDebugCounter, attr(sai.DebugCounterAttrType, sai.Enum(sai.DebugCounterTypePortOutDropReasons)))
	r.want("drops by egress port", st, sai.StatusAttrNotSupported0)
	for range MaxDebugCounters {
		_, st = r.debugCounter(sai.DebugCounterTypePortInDropReasons, sai.InDropReasonTTL)
		r.want("create", st, sai.StatusSuccess)
	}
	_, st = r.debugCounter(sai.DebugCounterTypePortInDropReasons, sai.InDropReasonTTL)
	r.want("one too many", st, sai.StatusInsufficientResources)
	r.store.Read(func(v strict.View) {
		for kind, want := range map[sai.DebugCounterType]int{
			sai.DebugCounterTypePortInDropReasons: 0, sai.DebugCounterTypeSwitchOutDropReasons: MaxDebugCounters, sai.DebugCounterTypePortOutDropReasons: 0,
		} {
			got, ok := r.control.Availability(v, sai.ObjectTypeDebugCounter, []sai.Attr{attr(sai.DebugCounterAttrType, sai.Enum(kind))})
			if !ok || got != want {
				t.Errorf("%s: %d fit, want %d", kind, got, want)
			}
		}
	})
}

// Every reason that the pipeline has for a frame that came in belongs to one of
// SAI's, and each of SAI's that is advertised can be counted.
func TestEveryDropHasAReason(t *testing.T) {
	covered := map[dataplane.DropReason]bool{}
	for r, list := range inDrops {
		if len(list) == 0 {
			t.Errorf("%s counts nothing", r)
		}
		for _, d := range list {
			covered[d] = true
		}
	}
	for _, list := range outDrops {
		for _, d := range list {
			covered[d] = true
		}
	}
	for _, d := range dataplane.DropReasons() {
		switch d {
		case dataplane.DropUnknownInterface, dataplane.DropTrap, dataplane.DropNoHostif, dataplane.DropCPULimit,
			dataplane.DropFDBFull, dataplane.DropFDBEvent:
			continue // SAI has no word for these
		}
		if !covered[d] {
			t.Errorf("%s is in no reason of SAI", d)
		}
	}
}
