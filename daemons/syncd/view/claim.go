package view

import "github.com/heddle-nos/heddle/sai"

// claim is an element of a list that SAI marks KEY: only one object of the type
// can have it.
type claim struct {
	typ   sai.ObjectType
	attr  sai.AttrID
	value uint32
}

type claimed map[claim]bool

// claims gathers what objects have for themselves alone.
func claims(list []*Object) claimed {
	all := claimed{}
	for _, o := range list {
		o.claims(func(c claim) { all[c] = true })
	}
	return all
}

// any reports whether o has something of it.
func (all claimed) any(o *Object) bool {
	hit := false
	o.claims(func(c claim) { hit = hit || all[c] })
	return hit
}

func (o *Object) claims(f func(claim)) {
	if o.ID.Entry != nil {
		return
	}
	info, ok := sai.ObjectTypeInfo(o.ID.Type)
	if !ok {
		return
	}
	for _, a := range o.Attrs {
		if a.Value.Kind() != sai.KindU32List {
			continue
		}
		if m := info.Attr(a.ID); m != nil && m.Key {
			for _, v := range a.Value.Uints() {
				f(claim{o.ID.Type, a.ID, v})
			}
		}
	}
}
