package spec

import "strings"

// Spec is a whole parsed specification. All slices keep the order of the files.
type Spec struct {
	Version  string // "1.16.4"
	Statuses []Value
	Typedefs []Typedef
	Structs  []Struct
	Enums    []Enum
	APIs     []API
	Objects  []Object
}

// Value is a named number: a status or a value of an enum. Name has no prefix.
type Value struct {
	Name   string
	Number int64
}

// Typedef gives a C name to a scalar or to an array of bytes.
type Typedef struct {
	Name string // "sai_mac_t"
	C    string // "uint8_t[6]"
}

// Struct is a C struct or union with the layout of the 64-bit ABI, in bytes.
type Struct struct {
	Name   string
	Union  bool
	Size   int
	Align  int
	Fields []Field
}

// Field is a member of a Struct. Type may end in "*" or "[n]".
type Field struct {
	Name   string
	Type   string
	Offset int
	Size   int
}

// Enum is a C enum. Group names the file that declares it.
type Enum struct {
	Name   string // "sai_port_oper_status_t"
	Group  string
	Values []Value
}

// Prefix returns what every value's C name starts with: "SAI_PORT_OPER_STATUS_".
func (e *Enum) Prefix() string {
	return "SAI_" + strings.ToUpper(strings.TrimSuffix(strings.TrimPrefix(e.Name, "sai_"), "_t")) + "_"
}

// API is one function table, its slots in C order.
type API struct {
	Name   string // "route"
	Number int
	Slots  []string
}

// Object is an object type. Entry names the struct that identifies it, empty
// for object types with an object id.
type Object struct {
	Name    string // "route_entry"
	Number  int
	Group   string // the API it belongs to
	Entry   string
	Stats   string // enum of its counters, if any
	Attrs   []Attr
	Aliases []Value
}

// TypeName returns "SAI_OBJECT_TYPE_ROUTE_ENTRY".
func (o *Object) TypeName() string { return "SAI_OBJECT_TYPE_" + strings.ToUpper(o.Name) }

// AttrPrefix returns "SAI_ROUTE_ENTRY_ATTR_".
func (o *Object) AttrPrefix() string { return "SAI_" + strings.ToUpper(o.Name) + "_ATTR_" }

// Attr is one attribute of an object type.
type Attr struct {
	Name       string // without prefix
	ID         uint32
	Type       string // "sai_acl_field_data_t"
	Sub        string // "sai_uint8_t": what an ACL field, an enum list or a pointer holds
	Mandatory  bool
	CreateOnly bool
	Settable   bool
	ReadOnly   bool
	Key        bool
	AllowNull  bool
	VLAN       bool
	Deprecated bool
	Objects    []string // object types an id may refer to, without prefix
	Default    string
	HasDefault bool
	Condition  string
	ValidOnly  string
}

// Struct returns the struct or union of that C name, or nil.
func (s *Spec) Struct(name string) *Struct {
	for i := range s.Structs {
		if s.Structs[i].Name == name {
			return &s.Structs[i]
		}
	}
	return nil
}

// Enum returns the enum of that C name, or nil.
func (s *Spec) Enum(name string) *Enum {
	for i := range s.Enums {
		if s.Enums[i].Name == name {
			return &s.Enums[i]
		}
	}
	return nil
}

// Typedef returns the C type behind a typedef, or "" if name is none.
func (s *Spec) Typedef(name string) string {
	for _, t := range s.Typedefs {
		if t.Name == name {
			return t.C
		}
	}
	return ""
}

// Object returns the object type of that name ("route_entry"), or nil.
func (s *Spec) Object(name string) *Object {
	for i := range s.Objects {
		if s.Objects[i].Name == name {
			return &s.Objects[i]
		}
	}
	return nil
}
