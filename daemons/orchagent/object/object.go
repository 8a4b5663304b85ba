package object

import (
	"net/netip"
	"slices"

	"github.com/heddle-nos/heddle/sai"
)

// Attr is one attribute. An attribute that refers to other objects names them
// in Refs, in order, and leaves Value empty; List tells a list of one from a
// single reference. What several rows say of a list with Join is joined.
type Attr struct {
	ID    sai.AttrID
	Value sai.Value
	Refs  []Key
	List  bool
	Join  bool
	Wish  bool // refers to one object if that is there, and to none otherwise
}

// Val is an attribute with a plain value.
func Val(id sai.AttrID, v sai.Value) Attr { return Attr{ID: id, Value: v} }

// Ref is an attribute that refers to one object.
func Ref(id sai.AttrID, k Key) Attr { return Attr{ID: id, Refs: []Key{k}} }

// RefList is an attribute that refers to a list of objects.
func RefList(id sai.AttrID, keys []Key) Attr { return Attr{ID: id, Refs: keys, List: true} }

// Wish is an attribute that refers to an object if that is there.
func Wish(id sai.AttrID, k Key) Attr { return Attr{ID: id, Refs: []Key{k}, Wish: true} }

// Joined is a list of enum values to which other rows may add theirs.
func Joined(id sai.AttrID, values ...int32) Attr {
	return Attr{ID: id, Value: sai.EnumList(values), Join: true}
}

// with adds the values of another row's list, in order.
func (a Attr) with(b Attr) Attr {
	all := append(slices.Clone(a.Value.Ints()), b.Value.Ints()...)
	slices.Sort(all)
	a.Value = sai.EnumList(slices.Compact(all))
	return a
}

// Equal reports whether both attributes say the same.
func (a Attr) Equal(b Attr) bool {
	return a.ID == b.ID && a.List == b.List && slices.Equal(a.Refs, b.Refs) && a.Value.Equal(b.Value)
}

// Entry is the identity of an object that has no object id, with the object
// it belongs to given by key. The fields used depend on the object's type:
// neighbours are Parent (router interface) and IP, FDB entries Parent (VLAN)
// and MAC, multicast Parent (VLAN), IP (the group) and Source, which is not valid if
// it is from all. The zero Entry means that the object has an id.
type Entry struct {
	Parent Key
	IP     netip.Addr
	MAC    sai.MAC
	Source netip.Addr
}

// IsZero reports whether there is no entry.
func (e Entry) IsZero() bool { return e == Entry{} }

// Object is one SAI object, desired or actual.
type Object struct {
	Key   Key
	Type  sai.ObjectType
	Entry Entry
	Attrs []Attr // sorted by ID, each ID once
	After []Key  // objects it needs beyond those it refers to

	Origin Origin
}

// Origin tells where an actual object comes from.
type Origin uint8

const (
	// Made objects were created for a row, and are removed with it.
	Made Origin = iota
	// Adopted objects were made by the switch and claimed for a row (ports).
	// They are removed with it like others, but not made anew for the sake of an
	// attribute, unless it is what an object has for itself alone.
	Adopted
	// Fixed objects always exist (switch, default VLAN, CPU port, ...).
	Fixed
	// Spare objects were made by the switch and claimed for no row. They stay,
	// unless another object needs what is theirs alone.
	Spare
)

// Attr returns the attribute with an id, or nil.
func (o *Object) Attr(id sai.AttrID) *Attr {
	i, ok := slices.BinarySearchFunc(o.Attrs, id, func(a Attr, id sai.AttrID) int {
		return int(a.ID) - int(id)
	})
	if !ok {
		return nil
	}
	return &o.Attrs[i]
}

// SetAttr adds or replaces an attribute.
func (o *Object) SetAttr(a Attr) {
	i, ok := slices.BinarySearchFunc(o.Attrs, a.ID, func(x Attr, id sai.AttrID) int {
		return int(x.ID) - int(id)
	})
	if ok {
		o.Attrs[i] = a
		return
	}
	o.Attrs = slices.Insert(o.Attrs, i, a)
}

// Clone returns a copy that shares nothing mutable.
func (o *Object) Clone() *Object {
	c := *o
	c.Attrs = slices.Clone(o.Attrs)
	return &c
}

// Rename changes all references to an object that has another key now.
func (o *Object) Rename(from, to Key) {
	if o.Entry.Parent == from {
		o.Entry.Parent = to
	}
	rename := func(list []Key) []Key {
		list = slices.Clone(list)
		for i := range list {
			if list[i] == from {
				list[i] = to
			}
		}
		return list
	}
	o.After = rename(o.After)
	for i := range o.Attrs {
		if slices.Contains(o.Attrs[i].Refs, from) {
			o.Attrs[i].Refs = rename(o.Attrs[i].Refs)
		}
	}
}

// Needs calls yield for every object that this one needs before it can exist,
// possibly more than once, until yield returns false.
func (o *Object) Needs(yield func(Key) bool) {
	if o.Entry.Parent != "" && !yield(o.Entry.Parent) {
		return
	}
	for i := range o.Attrs {
		for _, k := range o.Attrs[i].Refs {
			if !yield(k) {
				return
			}
		}
	}
	for _, k := range o.After {
		if !yield(k) {
			return
		}
	}
}
