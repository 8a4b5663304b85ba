package view

import (
	"cmp"
	"slices"

	"github.com/heddle-nos/heddle/sai"
)

// View is a picture of an ASIC: objects with the attributes that are known.
type View struct {
	objects map[sai.Object]*Object
}

// Object is one object of a view. Given objects exist without having been
// asked for (ports, the default VLAN, the default virtual router...); they are
// never created and only removed when a client removed them.
type Object struct {
	ID    sai.Object
	Attrs []sai.Attr // by id, ascending
	Given bool
}

// New returns an empty view.
func New() *View { return &View{objects: map[sai.Object]*Object{}} }

// Len returns the number of objects.
func (v *View) Len() int { return len(v.objects) }

// Get returns an object of the view.
func (v *View) Get(id sai.Object) (*Object, bool) {
	o, ok := v.objects[id]
	return o, ok
}

// Add puts an object into the view, in place of one with the same identity.
func (v *View) Add(id sai.Object, attrs []sai.Attr, given bool) *Object {
	o := &Object{ID: id, Attrs: slices.Clone(attrs), Given: given}
	slices.SortStableFunc(o.Attrs, func(a, b sai.Attr) int { return cmp.Compare(a.ID, b.ID) })
	v.objects[id] = o
	return o
}

// Remove takes an object out of the view and says whether it was there.
func (v *View) Remove(id sai.Object) bool {
	_, ok := v.objects[id]
	delete(v.objects, id)
	return ok
}

// Set changes one attribute of an object.
func (o *Object) Set(a sai.Attr) {
	i, found := slices.BinarySearchFunc(o.Attrs, a.ID, byID)
	if found {
		o.Attrs[i] = a
		return
	}
	o.Attrs = slices.Insert(o.Attrs, i, a)
}

// Attr returns an attribute's value, if the view knows it.
func (o *Object) Attr(id sai.AttrID) (sai.Value, bool) {
	i, found := slices.BinarySearchFunc(o.Attrs, id, byID)
	if !found {
		return sai.Value{}, false
	}
	return o.Attrs[i].Value, true
}

func byID(a sai.Attr, id sai.AttrID) int { return cmp.Compare(a.ID, id) }

// Each calls f for every object, in no order. It may remove the object.
func (v *View) Each(f func(*Object)) {
	for _, o := range v.objects {
		f(o)
	}
}

// All returns the objects, those that others refer to first.
func (v *View) All() []*Object { return v.ordered() }
