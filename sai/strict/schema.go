package strict

import (
	"fmt"

	"github.com/heddle-nos/heddle/sai"
)

// schema is the metadata of one object type, prepared for checking.
type schema struct {
	meta      *sai.ObjectMeta
	mandatory []rule // attributes that creation may require
	keys      []*sai.AttrMeta
	unique    []tuple // attribute tuples that no two objects may share
}

// rule is a mandatory attribute and the condition that makes it so.
type rule struct {
	attr *sai.AttrMeta
	when condition
}

// schemaOf prepares a type's metadata the first time it is used.
func (s *Store) schemaOf(t sai.ObjectType) *schema {
	if sc, ok := s.schemas[t]; ok {
		return sc
	}
	meta, ok := sai.ObjectTypeInfo(t)
	if !ok {
		return nil
	}
	sc := &schema{meta: meta, unique: uniqueTuples(t)}
	for i := range meta.Attrs {
		a := &meta.Attrs[i]
		if a.Mandatory {
			sc.mandatory = append(sc.mandatory, rule{attr: a, when: parseCondition(meta, a.Condition)})
		}
		if a.Key {
			sc.unique = append(sc.unique, tuple{need: []sai.AttrID{a.ID}})
		}
	}
	s.schemas[t] = sc
	return sc
}

// tuple is a set of attributes that identify an object. It counts only for
// objects that have all it needs; what they may have tells them apart too.
type tuple struct {
	need, may []sai.AttrID
}

// uniqueTuples lists what identifies an object besides the attributes that SAI
// marks KEY: no silicon holds a port twice in a VLAN, or two router interfaces
// for the same frames of a port.
func uniqueTuples(t sai.ObjectType) []tuple {
	of := func(need ...sai.AttrID) tuple { return tuple{need: need} }
	switch t {
	case sai.ObjectTypeVLANMember:
		return []tuple{of(sai.VLANMemberAttrVLANID, sai.VLANMemberAttrBridgePortID)}
	case sai.ObjectTypeBridgePort:
		return []tuple{of(sai.BridgePortAttrType, sai.BridgePortAttrPortID)}
	case sai.ObjectTypeSTPPort:
		return []tuple{of(sai.STPPortAttrSTP, sai.STPPortAttrBridgePort)}
	case sai.ObjectTypeHostif:
		return []tuple{of(sai.HostifAttrName)}
	case sai.ObjectTypeLAGMember:
		return []tuple{of(sai.LAGMemberAttrPortID)}
	case sai.ObjectTypeRouterInterface:
		return []tuple{
			{
				need: []sai.AttrID{sai.RouterInterfaceAttrType, sai.RouterInterfaceAttrPortID},
				may:  []sai.AttrID{sai.RouterInterfaceAttrOuterVLANID},
			},
			of(sai.RouterInterfaceAttrVLANID),
		}
	}
	return nil
}

// uniqueKeys returns the keys under which an object with these attributes may
// exist only once. Each element of a list key counts by itself: two ports may
// not share a lane.
func (sc *schema) uniqueKeys(attrs []sai.Attr) []string {
	var keys []string
	for _, t := range sc.unique {
		if len(t.need) == 1 {
			if v, ok := find(attrs, t.need[0]); ok && v.Kind() == sai.KindU32List {
				for _, u := range v.Uints() {
					keys = append(keys, fmt.Sprintf("%d:%d.%d", sc.meta.Type, t.need[0], u))
				}
				continue
			}
		}
		if k, ok := tupleKey(sc.meta.Type, t, attrs); ok {
			keys = append(keys, k)
		}
	}
	return keys
}

func tupleKey(of sai.ObjectType, t tuple, attrs []sai.Attr) (string, bool) {
	k := fmt.Appendf(nil, "%d", of)
	for _, id := range t.need {
		v, ok := find(attrs, id)
		if !ok || v.Kind() == sai.KindOID && v.OID() == sai.NullObjectID {
			return "", false
		}
		k = fmt.Appendf(k, ":%d=%d,%v", id, v.Uint(), v.Ref())
	}
	for _, id := range t.may {
		if v, ok := find(attrs, id); ok {
			k = fmt.Appendf(k, ":%d=%d,%v", id, v.Uint(), v.Ref())
		}
	}
	return string(k), true
}

// find returns an explicit attribute.
func find(attrs []sai.Attr, id sai.AttrID) (sai.Value, bool) {
	for i := range attrs {
		if attrs[i].ID == id {
			return attrs[i].Value, true
		}
	}
	return sai.Value{}, false
}
