package strict

import (
	"testing"

	"github.com/heddle-nos/heddle/sai"
)

// TestStructuredValues: what is inside of a field or an action of an ACL entry is
// checked, and keeps in use what it names.
func TestStructuredValues(t *testing.T) {
	b := newBench(t)
	table := b.create(sai.ObjectTypeACLTable, sai.Attr{ID: sai.ACLTableAttrACLStage, Value: sai.Enum(sai.ACLStageIngress)})
	counter := b.create(sai.ObjectTypeACLCounter, sai.Attr{ID: sai.ACLCounterAttrTableID, Value: sai.OID(table)})
	in := sai.Attr{ID: sai.ACLEntryAttrTableID, Value: sai.OID(table)}
	for name, a := range map[string]sai.Attr{
		"other structure":   {ID: sai.ACLEntryAttrActionCounter, Value: sai.Other(sai.Timespec{})},
		"kind of parameter": {ID: sai.ACLEntryAttrActionCounter, Value: sai.Other(sai.ACLAction{Enable: true, Param: sai.U32(1)})},
		"absent object":     {ID: sai.ACLEntryAttrActionCounter, Value: sai.Other(sai.ACLAction{Enable: true, Param: sai.OID(counter + 1)})},
		"type of object":    {ID: sai.ACLEntryAttrActionCounter, Value: sai.Other(sai.ACLAction{Enable: true, Param: sai.OID(table)})},
		"value of an enum":  {ID: sai.ACLEntryAttrActionPacketAction, Value: sai.Other(sai.ACLAction{Enable: true, Param: sai.Enum(int32(99))})},
		"absent port":       {ID: sai.ACLEntryAttrFieldInPorts, Value: sai.Other(sai.ACLField{Enable: true, Data: sai.OIDList([]sai.ObjectID{9})})},
	} {
		if _, st := b.try(sai.ObjectTypeACLEntry, in, a); st != sai.StatusInvalidAttrValue0-1 {
			t.Errorf("%s: %s", name, st)
		}
	}
	entry := b.create(sai.ObjectTypeACLEntry, in,
		sai.Attr{ID: sai.ACLEntryAttrActionCounter, Value: sai.Other(sai.ACLAction{Enable: true, Param: sai.OID(counter)})})
	if st := b.Remove([]sai.Object{sai.ObjectOf(sai.ObjectTypeACLCounter, counter)}, false)[0]; st != sai.StatusObjectInUse {
		t.Errorf("remove a counter in use: %s", st)
	}
	off := sai.Attr{ID: sai.ACLEntryAttrActionCounter, Value: sai.Other(sai.ACLAction{})}
	if st := b.Set([]sai.Object{sai.ObjectOf(sai.ObjectTypeACLEntry, entry)}, []sai.Attr{off}, false)[0]; st != sai.StatusSuccess {
		t.Errorf("switch the action off: %s", st)
	}
	if st := b.Remove([]sai.Object{sai.ObjectOf(sai.ObjectTypeACLCounter, counter)}, false)[0]; st != sai.StatusSuccess {
		t.Errorf("remove a counter that is free: %s", st)
	}
	qos := []sai.QoSMap{{Key: sai.QoSMapParams{Dscp: 46}, Value: sai.QoSMapParams{Tc: 5}}}
	id := b.create(sai.ObjectTypeQoSMap, sai.Attr{ID: sai.QoSMapAttrType, Value: sai.Enum(sai.QoSMapTypeDscpToTc)},
		sai.Attr{ID: sai.QoSMapAttrMapToValueList, Value: sai.Other(qos)})
	if got := b.get(sai.ObjectOf(sai.ObjectTypeQoSMap, id), sai.QoSMapAttrMapToValueList); !got.Equal(sai.Other(qos)) {
		t.Errorf("qos map: %v", got)
	}
}
