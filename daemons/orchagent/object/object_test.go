package object

import (
	"slices"
	"testing"

	"github.com/heddle-nos/heddle/sai"
)

func pvid(n uint16) Attr { return Val(sai.PortAttrPortVLANID, sai.U16(n)) }
func mtu(n uint32) Attr  { return Val(sai.PortAttrMTU, sai.U32(n)) }

func TestMerge(t *testing.T) {
	whole := Fragment{Key: "port/x", Type: sai.ObjectTypePort, Attrs: []Attr{mtu(9122)}}
	part := Fragment{Key: "port/x", Type: sai.ObjectTypePort, Attrs: []Attr{pvid(100)}, Partial: true}
	fallback := Fragment{Key: "port/x", Type: sai.ObjectTypePort, Attrs: []Attr{mtu(1514), pvid(1)}, Fallback: true}
	other := Fragment{Key: "port/x", Type: sai.ObjectTypePort, Attrs: []Attr{pvid(200)}, Partial: true}
	stronger := Fragment{Key: "port/x", Type: sai.ObjectTypePort, Attrs: []Attr{pvid(300), mtu(1000)}, Partial: true, Override: true}
	strongest := Fragment{Key: "port/x", Type: sai.ObjectTypePort, Attrs: []Attr{pvid(400)}, Partial: true, Override: true}
	wrong := Fragment{Key: "port/x", Type: sai.ObjectTypeVLAN}
	for _, tt := range []struct {
		name  string
		frags map[Owner]Fragment
		want  []Attr
		err   string
	}{
		{"one", map[Owner]Fragment{"a": whole}, []Attr{mtu(9122)}, ""},
		{"same twice", map[Owner]Fragment{"a": whole, "b": whole}, []Attr{mtu(9122)}, ""},
		{"with a part", map[Owner]Fragment{"b": whole, "a": part}, []Attr{pvid(100), mtu(9122)}, ""},
		{"a part alone", map[Owner]Fragment{"a": part}, nil, ""},
		{"fallback alone", map[Owner]Fragment{"a": fallback}, []Attr{pvid(1), mtu(1514)}, ""},
		{"fallback gives way", map[Owner]Fragment{"a": fallback, "b": whole, "c": part}, []Attr{pvid(100), mtu(9122)}, ""},
		{"parts disagree", map[Owner]Fragment{"a": whole, "b": part, "c": other}, nil, "merge port x: b and c disagree on SAI_PORT_ATTR_PORT_VLAN_ID"},
		{"one overrides all", map[Owner]Fragment{"a": stronger, "b": whole, "c": part, "d": fallback}, []Attr{pvid(300), mtu(1000)}, ""},
		{"an override alone", map[Owner]Fragment{"a": stronger}, nil, ""},
		{"two override", map[Owner]Fragment{"a": stronger, "b": whole, "c": strongest}, nil, "merge port x: a and c disagree on SAI_PORT_ATTR_PORT_VLAN_ID"},
		{"types disagree", map[Owner]Fragment{"a": whole, "b": wrong}, nil, "merge port x: a and b disagree on identity"},
	} {
		got, err := Merge("port/x", tt.frags)
		if err != nil {
			if err.Error() != tt.err {
				t.Errorf("%s: got error %v, want %q", tt.name, err, tt.err)
			}
			continue
		}
		var attrs []Attr
		if got != nil {
			attrs = got.Attrs
		}
		if tt.err != "" || !slices.EqualFunc(sorted(attrs), sorted(tt.want), Attr.Equal) {
			t.Errorf("%s: got %v, want %v %s", tt.name, attrs, tt.want, tt.err)
		}
	}
}

func sorted(list []Attr) []Attr {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b Attr) int { return int(a.ID) - int(b.ID) })
	return list
}

func TestStore(t *testing.T) {
	s := NewStore()
	f := Fragment{Key: "vlan/1", Type: sai.ObjectTypeVLAN}
	g := Fragment{Key: "vlan/2", Type: sai.ObjectTypeVLAN}
	if got := s.Replace("a", []Fragment{f}); !slices.Equal(got, []Key{"vlan/1"}) {
		t.Errorf("dirty %v", got)
	}
	if got := s.Replace("a", []Fragment{g}); !slices.Equal(got, []Key{"vlan/1", "vlan/2"}) {
		t.Errorf("dirty %v", got)
	}
	if o, err := s.Get("vlan/1"); o != nil || err != nil {
		t.Errorf("vlan/1 is still wanted: %v, %v", o, err)
	}
	if got := s.Owners("vlan/2"); !slices.Equal(got, []Owner{"a"}) {
		t.Errorf("owners %v", got)
	}
	s.Replace("a", nil)
	if len(s.byKey)+len(s.byOwner) != 0 {
		t.Errorf("left over: %v %v", s.byKey, s.byOwner)
	}
}
