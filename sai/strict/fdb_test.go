package strict

import (
	"testing"

	"github.com/heddle-nos/heddle/sai"
)

func TestLearnedEntries(t *testing.T) {
	b := newBench(t)
	vlan := b.create(sai.ObjectTypeVLAN, vlanAttrs(100)...)
	ports := b.Keys(sai.ObjectTypeBridgePort)
	entry := func(last byte) sai.FDBEntry {
		return sai.FDBEntry{Switch: b.sw, MAC: sai.MAC{2, 0, 0, 0, 0, last}, BV: vlan}
	}
	static := []sai.Attr{{ID: sai.FDBEntryAttrType, Value: sai.Enum(sai.FDBEntryTypeStatic)}, {ID: sai.FDBEntryAttrBridgePortID, Value: sai.OID(ports[0].OID)}}
	for i := range byte(4) {
		if !b.Learn(entry(i), ports[i%2].OID) {
			t.Fatalf("entry %d was not learned", i)
		}
	}
	b.want("static over learned", b.enter(entry(0), static...), sai.StatusSuccess)
	if b.Learn(entry(0), ports[1].OID) {
		t.Error("learning moved a static entry")
	}
	flush := func(attrs ...sai.Attr) int {
		t.Helper()
		b.want("flush", b.FlushFDB(b.sw, attrs), sai.StatusSuccess)
		return len(b.Keys(sai.ObjectTypeFDBEntry))
	}
	if n := flush(sai.Attr{ID: sai.FDBFlushAttrBridgePortID, Value: sai.OID(ports[1].OID)}); n != 2 {
		t.Errorf("after flushing a port: %d entries, want 2", n)
	}
	if n := flush(); n != 1 {
		t.Errorf("after flushing dynamic entries: %d, want 1", n)
	}
	b.want("VLAN of a static entry", b.Remove([]sai.Object{sai.ObjectOf(sai.ObjectTypeVLAN, vlan)}, false)[0], sai.StatusObjectInUse)
	if n := flush(sai.Attr{ID: sai.FDBFlushAttrEntryType, Value: sai.Enum(sai.FDBFlushEntryTypeAll)}); n != 0 {
		t.Errorf("after flushing all: %d", n)
	}
	b.Learn(entry(9), ports[0].OID)
	b.want("VLAN of a learned entry", b.Remove([]sai.Object{sai.ObjectOf(sai.ObjectTypeVLAN, vlan)}, false)[0], sai.StatusSuccess)
	if n := len(b.Keys(sai.ObjectTypeFDBEntry)); n != 0 {
		t.Errorf("learned entries outlived their VLAN: %d", n)
	}
	if b.Forget(entry(9)) {
		t.Error("forgot an entry that was gone")
	}
}
