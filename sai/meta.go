package sai

import (
	"net/netip"
	"sort"
	"strconv"
)

//go:generate go run github.com/heddle-nos/heddle/internal/tools/saigen -sai .

// unspecifiedIPv4 is the only address among the defaults.
var unspecifiedIPv4 any = netip.IPv4Unspecified()

// ObjectMeta describes an object type. It is shared and must not be changed.
type ObjectMeta struct {
	Type   ObjectType
	Name   string // "SAI_OBJECT_TYPE_PORT"
	HasOID bool   // false: identified by an Entry
	API    API
	Attrs  []AttrMeta // sorted by id
	Stats  *EnumMeta  // names of its counters; nil if it has none
	byName []uint16
}

// AttrMeta describes an attribute.
type AttrMeta struct {
	ID         AttrID
	Name       string // "SAI_PORT_ATTR_SPEED"
	Kind       Kind
	Enum       *EnumMeta // for enums, lists of enums, and ACL fields and actions that hold enums
	Other      string    // C type of a KindOther; C function type of a KindPointer
	Elem       Kind      // kind of the data of an ACL field, mask or action
	Mandatory  bool      // on create, if Condition is empty or holds
	CreateOnly bool
	Key        bool
	ReadOnly   bool
	Settable   bool
	AllowNull  bool
	IsVLAN     bool
	Deprecated bool
	Objects    []ObjectType // types that an id may refer to
	Condition  string       // when a mandatory attribute is mandatory
	ValidOnly  string       // when the attribute has a meaning
	Default    Value        // if HasDefault
	HasDefault bool
	// DefaultText is the default as specified. "internal", "vendor" and
	// "attrvalue NAME" have no constant value: HasDefault is false.
	DefaultText string
}

// ObjectTypeInfo returns the metadata of an object type.
func ObjectTypeInfo(t ObjectType) (*ObjectMeta, bool) {
	if t <= ObjectTypeNull || int(t) >= len(objectMetas) || objectMetas[t] == nil {
		return nil, false
	}
	return objectMetas[t], true
}

// ObjectTypeByName finds an object type by its SAI name.
func ObjectTypeByName(name string) (ObjectType, bool) {
	v, ok := enumObjectType.Value(name)
	return ObjectType(v), ok
}

// Attr returns the attribute with that id, or nil.
func (m *ObjectMeta) Attr(id AttrID) *AttrMeta {
	if int64(id) < int64(len(m.Attrs)) && m.Attrs[id].ID == id {
		return &m.Attrs[id] // ids are dense almost everywhere
	}
	i := sort.Search(len(m.Attrs), func(i int) bool { return m.Attrs[i].ID >= id })
	if i < len(m.Attrs) && m.Attrs[i].ID == id {
		return &m.Attrs[i]
	}
	return nil
}

// AttrByName returns the attribute with that SAI name, or nil.
func (m *ObjectMeta) AttrByName(name string) *AttrMeta {
	i := sort.Search(len(m.byName), func(i int) bool { return m.Attrs[m.byName[i]].Name >= name })
	if i < len(m.byName) && m.Attrs[m.byName[i]].Name == name {
		return &m.Attrs[m.byName[i]]
	}
	return nil
}

// EnumMeta names the values of an enum. It is shared and must not be changed.
type EnumMeta struct {
	Name   string      // "sai_port_oper_status_t"
	values []EnumValue // sorted by number; of several names the preferred one first
	byName []uint16
}

// EnumValue is a named number.
type EnumValue struct {
	Number int32
	Name   string
}

// Values lists the enum sorted by number; several names may share a number.
func (m *EnumMeta) Values() []EnumValue { return append([]EnumValue(nil), m.values...) }

// Text returns the SAI name of a value.
func (m *EnumMeta) Text(v int32) (string, bool) {
	if v >= 0 && int(v) < len(m.values) && m.values[v].Number == v && (v == 0 || m.values[v-1].Number != v) {
		return m.values[v].Name, true
	}
	i := sort.Search(len(m.values), func(i int) bool { return m.values[i].Number >= v })
	if i < len(m.values) && m.values[i].Number == v {
		return m.values[i].Name, true
	}
	return "", false
}

// Value returns the number of a SAI name.
func (m *EnumMeta) Value(name string) (int32, bool) {
	i := sort.Search(len(m.byName), func(i int) bool { return m.values[m.byName[i]].Name >= name })
	if i < len(m.byName) && m.values[m.byName[i]].Name == name {
		return m.values[m.byName[i]].Number, true
	}
	return 0, false
}

// String returns the SAI name of a value, or its number if it has none.
func (m *EnumMeta) String(v int32) string {
	if s, ok := m.Text(v); ok {
		return s
	}
	return strconv.Itoa(int(v))
}
