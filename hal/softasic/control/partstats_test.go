package control

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/sai"
)

// What a port drops is counted under both of SAI's names.
func TestPortDrops(t *testing.T) {
	r := newRig(t)
	got, st := r.store.Stats(sai.ObjectOf(sai.ObjectTypePort, r.ports[0]), []sai.StatID{sai.StatID(sai.PortStatIfInDiscards), sai.StatID(sai.PortStatInDroppedPkts),
		sai.StatID(sai.PortStatIfOutDiscards), sai.StatID(sai.PortStatOutDroppedPkts)}, sai.StatsModeRead)
	r.want("counters", st, sai.StatusSuccess)
	if len(got) != 4 || got[0] == 0 || got[0] != got[1] || got[2] == 0 || got[2] != got[3] {
		t.Errorf("drops in and out: %v", got)
	}
}

// All that a port sends leaves by its first queue, and nothing by another.
func TestQueuesAndPriorityGroups(t *testing.T) {
	r := newRig(t)
	port := sai.ObjectOf(sai.ObjectTypePort, r.ports[0])
	queues, groups := r.get(port, sai.PortAttrQoSQueueList).OIDs(), r.get(port, sai.PortAttrIngressPriorityGroupList).OIDs()
	if len(queues) != Queues || len(groups) != PriorityGroups {
		t.Fatalf("%d queues and %d priority groups", len(queues), len(groups))
	}
	for _, c := range []struct {
		typ    sai.ObjectType
		id     sai.ObjectID
		counts []sai.StatID
		want   []sai.StatID // counters of the port; none: nothing
	}{
		{sai.ObjectTypeQueue, queues[0], []sai.StatID{sai.StatID(sai.QueueStatBytes), sai.StatID(sai.QueueStatPackets)},
			[]sai.StatID{sai.StatID(sai.PortStatIfOutOctets), sai.StatID(sai.PortStatEtherStatsTxNoErrors)}},
		{sai.ObjectTypeQueue, queues[1], []sai.StatID{sai.StatID(sai.QueueStatBytes)}, nil},
		{sai.ObjectTypeIngressPriorityGroup, groups[0], []sai.StatID{sai.StatID(sai.IngressPriorityGroupStatBytes), sai.StatID(sai.IngressPriorityGroupStatPackets)},
			[]sai.StatID{sai.StatID(sai.PortStatIfInOctets), sai.StatID(sai.PortStatEtherStatsPkts)}},
		{sai.ObjectTypeIngressPriorityGroup, groups[7], []sai.StatID{sai.StatID(sai.IngressPriorityGroupStatBytes)}, nil},
	} {
		want := make([]uint64, len(c.counts))
		if c.want != nil {
			want, _ = r.store.Stats(port, c.want, sai.StatsModeRead)
		}
		got, st := r.store.Stats(sai.ObjectOf(c.typ, c.id), c.counts, sai.StatsModeRead)
		r.want("counters", st, sai.StatusSuccess)
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", c.typ, d)
		}
	}
	none, _ := r.store.Stats(sai.ObjectOf(sai.ObjectTypeQueue, queues[0]), []sai.StatID{sai.StatID(sai.QueueStatDroppedPackets)}, sai.StatsModeRead)
	if len(none) != 1 || none[0] != 0 {
		t.Errorf("a queue in which nothing waits dropped %v", none)
	}
	_, st := r.store.Stats(sai.ObjectOf(sai.ObjectTypeQueue, queues[0]), []sai.StatID{sai.StatID(sai.QueueStatSharedWatermarkBytes)}, sai.StatsModeRead)
	r.want("watermark of a queue that holds nothing", st, sai.StatusNotSupported)
	set := r.store.Set([]sai.Object{sai.ObjectOf(sai.ObjectTypeQueue, queues[0])}, []sai.Attr{attr(sai.QueueAttrWredProfileID, sai.OID(0))}, false)
	r.want("no profile", set[0], sai.StatusSuccess)
}
