package object

import "github.com/heddle-nos/heddle/sai"

// Claim is something that only one object of its type can have: a lane of a
// port, the number of a VLAN. SAI marks the attribute KEY.
type Claim struct {
	Type  sai.ObjectType
	Attr  sai.AttrID
	Value uint64
}

// Claims calls yield for everything that o has for itself alone, until yield
// returns false. Types with a key of several attributes have no claims: the
// switch makes their objects.
func (o *Object) Claims(yield func(Claim) bool) {
	a := o.keyAttr()
	if a == nil {
		return
	}
	if a.Value.Kind() != sai.KindU32List {
		yield(Claim{o.Type, a.ID, a.Value.Uint()})
		return
	}
	for _, v := range a.Value.Uints() {
		if !yield(Claim{o.Type, a.ID, uint64(v)}) {
			return
		}
	}
}

// keyAttr returns the attribute that is o's key, nil if there is no such or
// more than one.
func (o *Object) keyAttr() (key *Attr) {
	info, ok := sai.ObjectTypeInfo(o.Type)
	if !ok {
		return nil
	}
	for i := range o.Attrs {
		m := info.Attr(o.Attrs[i].ID)
		switch {
		case m == nil || !m.Key:
		case key != nil || o.Attrs[i].Refs != nil:
			return nil
		default:
			key = &o.Attrs[i]
		}
	}
	return key
}
