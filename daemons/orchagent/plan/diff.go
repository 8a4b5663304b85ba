package plan

import (
	"slices"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
)

// change is what one object needs, looked at alone.
type change struct {
	remove, create bool
	sets           []object.Attr
}

// compare decides how a becomes d; either may be nil.
func compare(d, a *object.Object) change {
	switch {
	case d == nil && a == nil:
		return change{}
	case d == nil && (a.Origin == object.Fixed || a.Origin == object.Spare):
		return change{sets: defaults(a)}
	case d == nil:
		return change{remove: true}
	case a == nil:
		return change{create: true}
	case d.Type != a.Type || d.Entry != a.Entry:
		return change{remove: true, create: true}
	}
	return compareAttrs(d, a)
}

func compareAttrs(d, a *object.Object) change {
	info, _ := sai.ObjectTypeInfo(d.Type)
	var c change
	for _, want := range d.Attrs {
		have := a.Attr(want.ID)
		m := attrMeta(info, want.ID)
		if have != nil && same(m, *have, want) || have == nil && isDefault(m, want) {
			continue
		}
		switch {
		case m == nil || !m.CreateOnly:
			c.sets = append(c.sets, want)
		case a.Origin == object.Made, a.Origin == object.Adopted && m.Key && have != nil: // what the switch made is not what is wanted
			return change{remove: true, create: true}
		}
	}
	for _, have := range a.Attrs {
		if d.Attr(have.ID) != nil {
			continue
		}
		m := attrMeta(info, have.ID)
		def, ok := resetValue(m, have)
		switch {
		case !ok || a.Origin != object.Made && len(have.Refs) > 0 && len(def.Refs) == 0:
		case m.CreateOnly && a.Origin != object.Made:
		case m.CreateOnly:
			return change{remove: true, create: true}
		default:
			c.sets = append(c.sets, def)
		}
	}
	return c
}

// same reports whether an attribute is as wanted. What an object has for itself
// alone has no order.
func same(m *sai.AttrMeta, have, want object.Attr) bool {
	if m != nil && m.Key && have.Value.Kind() == sai.KindU32List && want.Value.Kind() == sai.KindU32List {
		return slices.Equal(slices.Sorted(slices.Values(have.Value.Uints())), slices.Sorted(slices.Values(want.Value.Uints())))
	}
	return have.Equal(want)
}

// defaults returns the settings that give an object that the switch made, and
// nobody wants, its defaults back.
func defaults(a *object.Object) []object.Attr {
	info, _ := sai.ObjectTypeInfo(a.Type)
	var sets []object.Attr
	for _, have := range a.Attrs {
		m := attrMeta(info, have.ID)
		if def, ok := resetValue(m, have); ok && !m.CreateOnly && len(have.Refs) == len(def.Refs) {
			sets = append(sets, def)
		}
	}
	return sets
}

// resetValue returns the default of an attribute that differs from it.
func resetValue(m *sai.AttrMeta, have object.Attr) (object.Attr, bool) {
	if m == nil || m.ReadOnly || isDefault(m, have) || m.Kind == sai.KindPointer {
		return object.Attr{}, false
	}
	if k, ok := defaultObject(m); ok {
		return object.Ref(m.ID, k), true
	}
	return object.Val(m.ID, m.Default), m.HasDefault
}

// defaultObject tells the object that the switch itself puts into an attribute that nobody gives.
func defaultObject(m *sai.AttrMeta) (object.Key, bool) {
	if m.DefaultText == "attrvalue SAI_SWITCH_ATTR_DEFAULT_STP_INST_ID" {
		return object.DefaultSTP, true
	}
	return "", false
}

func isDefault(m *sai.AttrMeta, a object.Attr) bool {
	if m == nil {
		return false
	}
	if k, ok := defaultObject(m); ok {
		return a.Equal(object.Ref(m.ID, k))
	}
	return m.HasDefault && len(a.Refs) == 0 && m.Default.Equal(a.Value)
}

func attrMeta(info *sai.ObjectMeta, id sai.AttrID) *sai.AttrMeta {
	if info == nil {
		return nil
	}
	return info.Attr(id)
}

// null returns the attribute without its reference, when SAI allows that.
func null(t sai.ObjectType, a object.Attr) (object.Attr, bool) {
	info, _ := sai.ObjectTypeInfo(t)
	m := attrMeta(info, a.ID)
	switch {
	case m == nil || m.CreateOnly:
		return object.Attr{}, false
	case a.List:
		return object.RefList(a.ID, nil), true
	case m.AllowNull:
		return object.Val(a.ID, sai.OID(sai.NullObjectID)), true
	}
	return object.Attr{}, false
}

// lacks returns the name of a mandatory attribute that d does not give.
func lacks(d *object.Object) string {
	info, ok := sai.ObjectTypeInfo(d.Type)
	if !ok {
		return "known object type"
	}
	for i := range info.Attrs {
		m := &info.Attrs[i]
		if m.Mandatory && m.Condition == "" && d.Attr(m.ID) == nil {
			return m.Name
		}
	}
	return ""
}
