package strict

import (
	"reflect"

	"github.com/heddle-nos/heddle/sai"
)

// structuredValid checks a structured value: it has the type that the attribute
// holds, and a field or an action of an ACL entry that is on holds what its
// metadata say.
func (s *Store) structuredValid(a *sai.AttrMeta, v sai.Value) bool {
	if v.Ref() == nil || reflect.TypeOf(v.Ref()) != sai.OtherType(a.Other) {
		return v.Ref() == nil && isList(a)
	}
	data, ok := inner(v)
	if !ok {
		return true
	}
	if data.Kind() != a.Elem {
		return false
	}
	plain := *a // the metadata of what is inside
	plain.Kind, plain.AllowNull, plain.IsVLAN = a.Elem, true, false
	return inRange(&plain, data) && s.refsValid(&plain, data)
}

// isList tells whether the attribute holds a list, which nil may stand for.
func isList(a *sai.AttrMeta) bool {
	t := sai.OtherType(a.Other)
	return t != nil && t.Kind() == reflect.Slice
}

// inner returns the data of an ACL field, or the parameter of an ACL action, that
// is on.
func inner(v sai.Value) (sai.Value, bool) {
	switch x := v.Ref().(type) {
	case sai.ACLField:
		return x.Data, x.Enable
	case sai.ACLAction:
		return x.Param, x.Enable
	}
	return sai.Value{}, false
}
