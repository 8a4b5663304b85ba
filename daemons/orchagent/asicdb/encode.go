package asicdb

import (
	"fmt"
	"net/netip"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

func objectKey(t sai.ObjectType, vid sai.ObjectID) string {
	return text.EncodeObject(sai.ObjectOf(t, vid))
}

// resolve returns the virtual id of an object that must exist.
func (m *keyMap) resolve(k object.Key) (sai.ObjectID, error) {
	vid, ok := m.vid[k]
	if !ok {
		return 0, fmt.Errorf("%s has no object id", k)
	}
	return vid, nil
}

// identity returns what names an existing object in ASIC_DB.
func (m *keyMap) identity(o *object.Object) (string, error) {
	if o.Entry.IsZero() {
		vid, err := m.resolve(o.Key)
		return objectKey(o.Type, vid), err
	}
	parent, err := m.resolve(o.Entry.Parent)
	if err != nil {
		return "", err
	}
	var e sai.Entry
	switch o.Type {
	case sai.ObjectTypeNeighborEntry:
		e = sai.NeighborEntry{Switch: SwitchVID, RIF: parent, IP: o.Entry.IP}
	case sai.ObjectTypeFDBEntry:
		e = sai.FDBEntry{Switch: SwitchVID, BV: parent, MAC: o.Entry.MAC}
	case sai.ObjectTypeL2MCEntry:
		e = multicast(parent, o.Entry)
	default:
		return "", fmt.Errorf("%s: %s has no entry form", o.Key, o.Type)
	}
	return text.EncodeObject(sai.EntryOf(e)), nil
}

// multicast names multicast of a VLAN.
func multicast(vlan sai.ObjectID, e object.Entry) sai.L2MCEntry {
	m := sai.L2MCEntry{Switch: SwitchVID, BV: vlan, Type: sai.L2MCEntryTypeSg, Destination: e.IP, Source: e.Source}
	if e.Source.IsValid() {
		return m
	}
	m.Type, m.Source = sai.L2MCEntryTypeXg, netip.IPv4Unspecified()
	if e.IP.Is6() {
		m.Source = netip.IPv6Unspecified()
	}
	return m
}

// value returns an attribute with its references as virtual ids.
func (m *keyMap) value(a object.Attr) (sai.Attr, error) {
	if a.Refs == nil && !a.List {
		return sai.Attr{ID: a.ID, Value: a.Value}, nil
	}
	ids := make([]sai.ObjectID, len(a.Refs))
	for i, k := range a.Refs {
		vid, err := m.resolve(k)
		if err != nil {
			return sai.Attr{}, err
		}
		ids[i] = vid
	}
	if a.List {
		return sai.Attr{ID: a.ID, Value: sai.OIDList(ids)}, nil
	}
	return sai.Attr{ID: a.ID, Value: sai.OID(ids[0])}, nil
}

// fields returns attributes as ASIC_DB writes them.
func (m *keyMap) fields(t sai.ObjectType, attrs []object.Attr) ([]string, error) {
	if len(attrs) == 0 {
		return []string{"NULL", "NULL"}, nil
	}
	out := make([]string, 0, 2*len(attrs))
	for _, a := range attrs {
		v, err := m.value(a)
		if err != nil {
			return nil, err
		}
		name, s, err := text.EncodeAttr(t, v)
		if err != nil {
			return nil, err
		}
		out = append(out, name, s)
	}
	return out, nil
}

// attr turns an attribute that was read into one with references by key. Ids
// without a key stay ids.
func (m *keyMap) attr(a sai.Attr) object.Attr {
	switch a.Value.Kind() {
	case sai.KindOID:
		if k, ok := m.key[a.Value.OID()]; ok {
			return object.Ref(a.ID, k)
		}
	case sai.KindOIDList:
		keys := make([]object.Key, 0, len(a.Value.OIDs()))
		for _, id := range a.Value.OIDs() {
			k, ok := m.key[id]
			if !ok {
				return object.Attr{ID: a.ID, Value: a.Value, List: true}
			}
			keys = append(keys, k)
		}
		return object.RefList(a.ID, keys)
	}
	return object.Val(a.ID, a.Value)
}
