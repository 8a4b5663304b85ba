package object

import (
	"slices"
	"testing"

	"github.com/heddle-nos/heddle/sai"
)

func TestClaims(t *testing.T) {
	for _, tt := range []struct {
		name string
		o    Object
		want []uint64
	}{
		{"lanes", Object{Type: sai.ObjectTypePort, Attrs: []Attr{
			Val(sai.PortAttrHwLaneList, sai.U32List([]uint32{7, 8})), Val(sai.PortAttrSpeed, sai.U32(9))}}, []uint64{7, 8}},
		{"number of a VLAN", Object{Type: sai.ObjectTypeVLAN, Attrs: []Attr{Val(sai.VLANAttrVLANID, sai.U16(100))}}, []uint64{100}},
		{"nothing known", Object{Type: sai.ObjectTypePort}, nil},
		{"a key of several attributes", Object{Type: sai.ObjectTypeQueue, Attrs: []Attr{
			Val(sai.QueueAttrType, sai.Enum(sai.QueueTypeUnicast)), Val(sai.QueueAttrIndex, sai.U8(1))}}, nil},
		{"a reference", Object{Type: sai.ObjectTypePortConnector, Attrs: []Attr{Ref(sai.PortConnectorAttrSystemSidePortID, Port("a"))}}, nil},
		{"no key", Object{Type: sai.ObjectTypeRouterInterface, Attrs: []Attr{Ref(sai.RouterInterfaceAttrPortID, Port("a"))}}, nil},
	} {
		var got []uint64
		for c := range tt.o.Claims {
			if c.Type != tt.o.Type {
				t.Errorf("%s: type %s", tt.name, c.Type)
			}
			got = append(got, c.Value)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
	}
}
