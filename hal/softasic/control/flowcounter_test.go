package control

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
)

// A counter begins at zero when a trap gets it, whatever the trap counted before.
func TestFlowCounterOfTrap(t *testing.T) {
	r := newRig(t)
	counter := r.create(sai.ObjectTypeCounter, attr(sai.CounterAttrType, sai.Enum(sai.CounterTypeRegular)))
	trap := sai.ObjectOf(sai.ObjectTypeHostifTrap, r.create(sai.ObjectTypeHostifTrap,
		attr(sai.HostifTrapAttrTrapType, sai.Enum(sai.HostifTrapTypeLLDP)), attr(sai.HostifTrapAttrPacketAction, sai.Enum(sai.PacketActionTrap))))
	read := func(want ...uint64) {
		t.Helper()
		got, st := r.store.Stats(sai.ObjectOf(sai.ObjectTypeCounter, counter), []sai.StatID{sai.StatID(sai.CounterStatPackets), sai.StatID(sai.CounterStatBytes)}, sai.StatsModeRead)
		r.want("stats", st, sai.StatusSuccess)
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	}
	r.plane.Trapped(dataplane.TrapLLDP, 100)
	read(0, 0)
	r.set(trap, sai.HostifTrapAttrCounterID, sai.OID(counter))
	read(0, 0)
	r.plane.Trapped(dataplane.TrapLLDP, 64)
	r.plane.Trapped(dataplane.TrapLLDP, 65)
	r.plane.Trapped(dataplane.TrapLACP, 66)
	read(2, 129)
	in := r.store.Remove([]sai.Object{sai.ObjectOf(sai.ObjectTypeCounter, counter)}, false)
	r.want("remove a counter in use", in[0], sai.StatusObjectInUse)
	r.set(trap, sai.HostifTrapAttrCounterID, sai.OID(sai.NullObjectID))
	read(0, 0)
	r.remove(sai.ObjectOf(sai.ObjectTypeCounter, counter))
	_, st := r.try(sai.ObjectTypeCounter, attr(sai.CounterAttrType, sai.Enum(sai.CounterTypeSelective)), attr(sai.CounterAttrObjectType, sai.Enum(sai.ObjectTypePort)))
	r.want("counter of chosen statistics", st, sai.StatusAttrNotSupported0-1)
}
