package statedb

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// A row struct says with tags how it is stored:
//
//	type Port struct {
//		Lanes   []int             `db:"lanes,mandatory"` // a slice is a comma list
//		MTU     int               `db:"mtu"`             // a zero value is not stored
//		Index   int               `db:"index,zero"`      // stored also when zero
//		Speed   *int              `db:"speed"`           // nil = absent, otherwise stored also when zero
//		Status  AdminStatus       `db:"admin_status"`    // encoding.TextMarshaler and TextUnmarshaler
//		Members []string          `db:"members@"`        // CONFIG_DB's lists; read also without the "@"
//		Unknown map[string]string `db:"*"`               // all other fields, kept as they are
//	}
//
// Fields without a tag are ignored; embedded structs are not looked into. Mandatory fields are stored also when zero.

// FieldError names the field of a row that cannot be read.
type FieldError struct {
	Field string
	Value string
	Err   error
}

func (e *FieldError) Error() string {
	return fmt.Sprintf("field %s: value %q: %v", e.Field, clip(e.Value), e.Err)
}

func (e *FieldError) Unwrap() error { return e.Err }

// MissingError names a mandatory field that a row lacks.
type MissingError struct{ Field string }

func (e *MissingError) Error() string { return "field " + e.Field + ": missing" }

// column is how one struct field is stored.
type column struct {
	name      string
	index     int
	mandatory bool
	zero      bool
}

// layout is what a row type's tags say.
type layout struct {
	columns []column
	byName  map[string]int // position in columns
	unknown int            // struct field that keeps unknown fields, -1 without
}

// layouts remembers what reflection found per type; it holds nothing that could differ between two users.
var layouts sync.Map // reflect.Type -> *layout

func layoutOf(t reflect.Type) (*layout, error) {
	if l, ok := layouts.Load(t); ok {
		return l.(*layout), nil
	}
	l := &layout{byName: make(map[string]int), unknown: -1}
	for i := range t.NumField() {
		f := t.Field(i)
		tag, ok := f.Tag.Lookup("db")
		if !ok || tag == "-" {
			continue
		}
		if tag == "*" {
			if f.Type != reflect.TypeFor[Fields]() {
				return nil, fmt.Errorf("row %s: field %s for unknown fields is no map[string]string", t, f.Name)
			}
			l.unknown = i
			continue
		}
		c, err := parseTag(tag)
		if err != nil {
			return nil, fmt.Errorf("row %s: field %s: %w", t, f.Name, err)
		}
		c.index = i
		l.byName[c.name] = len(l.columns)
		if base, list := strings.CutSuffix(c.name, "@"); list {
			l.byName[base] = len(l.columns)
		}
		l.columns = append(l.columns, c)
	}
	layouts.Store(t, l)
	return l, nil
}

func parseTag(tag string) (column, error) {
	name, rest, _ := strings.Cut(tag, ",")
	c := column{name: name}
	for rest != "" {
		var option string
		option, rest, _ = strings.Cut(rest, ",")
		switch option {
		case "mandatory":
			c.mandatory = true
		case "zero":
			c.zero = true
		case "omitempty": // the default; accepted as a habit of other codecs
		default:
			return c, fmt.Errorf("unknown tag option %q", option)
		}
	}
	return c, nil
}

// Encode gives the fields of a row struct, in the order of its declaration, unknown ones last and sorted.
func Encode(row any) ([]Field, error) {
	v := reflect.Indirect(reflect.ValueOf(row))
	if v.Kind() != reflect.Struct {
		return nil, fmt.Errorf("encode %T: not a struct", row)
	}
	l, err := layoutOf(v.Type())
	if err != nil {
		return nil, err
	}
	fields := make([]Field, 0, len(l.columns))
	for _, c := range l.columns {
		f := v.Field(c.index)
		if f.IsZero() && !c.mandatory && !c.zero {
			continue
		}
		text, err := encodeValue(f)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", c.name, err)
		}
		fields = append(fields, Field{c.name, text})
	}
	if l.unknown >= 0 {
		fields = append(fields, FieldList(v.Field(l.unknown).Interface().(Fields))...)
	}
	return fields, nil
}

func encodeValue(v reflect.Value) (string, error) {
	if m, ok := asInterface[encoding.TextMarshaler](v); ok {
		text, err := m.MarshalText()
		return string(text), err
	}
	switch v.Kind() {
	case reflect.String:
		return v.String(), nil
	case reflect.Bool:
		return strconv.FormatBool(v.Bool()), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return strconv.FormatUint(v.Uint(), 10), nil
	case reflect.Float32, reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'g', -1, 64), nil
	case reflect.Pointer:
		if v.IsNil() {
			return "", nil
		}
		return encodeValue(v.Elem())
	case reflect.Slice:
		return encodeSlice(v)
	}
	return "", fmt.Errorf("no text form for %s", v.Type())
}

func encodeSlice(v reflect.Value) (string, error) {
	var b strings.Builder
	for i := range v.Len() {
		if i > 0 {
			b.WriteByte(',')
		}
		text, err := encodeValue(v.Index(i))
		if err != nil {
			return "", err
		}
		b.WriteString(text)
	}
	return b.String(), nil
}

// asInterface finds T on the value or on its address; a nil pointer has none.
func asInterface[T any](v reflect.Value) (T, bool) {
	var none T
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return none, false
	}
	if i, ok := v.Interface().(T); ok {
		return i, true
	}
	if v.CanAddr() {
		i, ok := v.Addr().Interface().(T)
		return i, ok
	}
	return none, false
}
