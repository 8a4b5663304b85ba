package strict_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// numbers reads what a port says of its queues and priority groups.
func numbers(t *testing.T, s *strict.Store, port sai.ObjectID) (queues, groups []sai.ObjectID) {
	t.Helper()
	attrs := []sai.Attr{
		{ID: sai.PortAttrQoSQueueList}, {ID: sai.PortAttrIngressPriorityGroupList},
		{ID: sai.PortAttrQoSNumberOfQueues}, {ID: sai.PortAttrNumberOfIngressPriorityGroups},
	}
	if st := s.Get(sai.ObjectOf(sai.ObjectTypePort, port), attrs); st != sai.StatusSuccess {
		t.Fatal(st)
	}
	queues, groups = attrs[0].Value.OIDs(), attrs[1].Value.OIDs()
	if attrs[2].Value.Uint() != uint64(len(queues)) || attrs[3].Value.Uint() != uint64(len(groups)) {
		t.Errorf("%d queues and %d groups are counted as %d and %d", len(queues), len(groups), attrs[2].Value.Uint(), attrs[3].Value.Uint())
	}
	return queues, groups
}

func indexes(t *testing.T, s *strict.Store, typ sai.ObjectType, attr sai.AttrID, ids []sai.ObjectID) []uint64 {
	t.Helper()
	var out []uint64
	for _, id := range ids {
		a := []sai.Attr{{ID: attr}}
		if st := s.Get(sai.ObjectOf(typ, id), a); st != sai.StatusSuccess {
			t.Fatal(st)
		}
		out = append(out, a[0].Value.Uint())
	}
	return out
}

// The parts of a port come and go with it, and a journal brings them back.
func TestPartsFollowTheirPort(t *testing.T) {
	var journal []func(*strict.Restorer) bool
	opt := strict.Options{
		Ports: []strict.Port{{Lanes: []uint32{1}, Speed: 25000}, {Lanes: []uint32{2}, Speed: 25000}}, Queues: 3, PriorityGroups: 2,
		Commit: func(op strict.Op, changes []strict.Change) {
			for _, c := range changes {
				switch op {
				case strict.OpCreate:
					journal = append(journal, func(r *strict.Restorer) bool { return r.Put(c.Object, c.Attrs) })
				case strict.OpRemove:
					journal = append(journal, func(r *strict.Restorer) bool { return r.Remove(c.Object) })
				}
			}
		},
	}
	s := strict.New(opt)
	sw := make([]sai.NewObject, 1)
	sw[0].Attrs = []sai.Attr{{ID: sai.SwitchAttrInitSwitch, Value: sai.Bool(true)}}
	if st := s.Create(sai.ObjectTypeSwitch, 0, sw, false); st[0] != sai.StatusSuccess {
		t.Fatal(st)
	}
	port := s.Keys(sai.ObjectTypePort)[0]
	queues, groups := numbers(t, s, port.OID)
	if d := cmp.Diff([]uint64{0, 1, 2}, indexes(t, s, sai.ObjectTypeQueue, sai.QueueAttrIndex, queues)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]uint64{0, 1}, indexes(t, s, sai.ObjectTypeIngressPriorityGroup, sai.IngressPriorityGroupAttrIndex, groups)); d != "" {
		t.Error(d)
	}
	if st := s.Remove([]sai.Object{sai.ObjectOf(sai.ObjectTypeQueue, queues[0])}, false); st[0] != sai.StatusObjectInUse {
		t.Errorf("a queue is removed: %s", st[0])
	}
	more := []sai.NewObject{{Attrs: []sai.Attr{
		{ID: sai.QueueAttrType, Value: sai.Enum(sai.QueueTypeUnicast)}, {ID: sai.QueueAttrPort, Value: sai.OID(port.OID)},
		{ID: sai.QueueAttrIndex, Value: sai.U8(7)}, {ID: sai.QueueAttrParentSchedulerNode, Value: sai.OID(port.OID)},
	}}}
	if st := s.Create(sai.ObjectTypeQueue, sw[0].OID, more, false); st[0] != sai.StatusNotSupported {
		t.Errorf("a queue is made: %s", st[0])
	}
	free(t, s, port.OID)
	if st := s.Remove([]sai.Object{port}, false); st[0] != sai.StatusSuccess {
		t.Fatalf("remove a port with queues: %s", st[0])
	}
	if n := len(s.Keys(sai.ObjectTypeQueue)); n != 3 {
		t.Errorf("%d queues are left of 3", n)
	}
	again := []sai.NewObject{{Attrs: []sai.Attr{
		{ID: sai.PortAttrHwLaneList, Value: sai.U32List([]uint32{1})}, {ID: sai.PortAttrSpeed, Value: sai.U32(25000)},
	}}}
	if st := s.Create(sai.ObjectTypePort, sw[0].OID, again, false); st[0] != sai.StatusSuccess {
		t.Fatal(st)
	}
	queues, groups = numbers(t, s, again[0].OID)
	if d := cmp.Diff([]uint64{0, 1, 2}, indexes(t, s, sai.ObjectTypeQueue, sai.QueueAttrIndex, queues)); d != "" {
		t.Error(d)
	}

	restored := strict.New(opt)
	err := restored.Restore(func(r *strict.Restorer) error {
		for i, do := range journal {
			if !do(r) {
				t.Errorf("record %d makes no sense", i)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	haveQueues, haveGroups := numbers(t, restored, again[0].OID)
	if d := cmp.Diff([][]sai.ObjectID{queues, groups}, [][]sai.ObjectID{haveQueues, haveGroups}); d != "" {
		t.Error(d)
	}
	if st := restored.Remove([]sai.Object{sai.ObjectOf(sai.ObjectTypeQueue, queues[0])}, false); st[0] != sai.StatusObjectInUse {
		t.Errorf("a restored queue is removed: %s", st[0])
	}
}

// free removes what SAI puts on a port at first.
func free(t *testing.T, s *strict.Store, port sai.ObjectID) {
	t.Helper()
	for _, typ := range []sai.ObjectType{sai.ObjectTypeVLANMember, sai.ObjectTypeBridgePort} {
		for _, o := range s.Keys(typ) {
			attrs := []sai.Attr{{ID: sai.BridgePortAttrPortID}}
			if typ == sai.ObjectTypeBridgePort && (s.Get(o, attrs) != sai.StatusSuccess || attrs[0].Value.OID() != port) {
				continue
			}
			if st := s.Remove([]sai.Object{o}, false); st[0] != sai.StatusSuccess {
				t.Fatalf("remove %v: %s", o, st[0])
			}
		}
	}
}
