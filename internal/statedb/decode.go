package statedb

import (
	"encoding"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Decode fills the row struct that row points to. Fields of the struct that the row lacks are left as they are, so that defaults may be
// put in before. Errors are *FieldError and *MissingError; of several the first by name is returned, and row is then half filled.
func Decode(fields Fields, row any) error {
	d, err := newDecoder(row)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if err := d.field(name, fields[name]); err != nil {
			return err
		}
	}
	return d.finish()
}

// DecodeList is Decode over a list of fields: cheaper for many rows.
func DecodeList(fields []Field, row any) error {
	d, err := newDecoder(row)
	if err != nil {
		return err
	}
	for _, f := range fields {
		if err := d.field(f.Name, f.Value); err != nil {
			return err
		}
	}
	return d.finish()
}

type decoder struct {
	v      reflect.Value
	layout *layout
	seen   uint64 // columns found, by position; a row has fewer than 64 mandatory ones
}

func newDecoder(row any) (decoder, error) {
	p := reflect.ValueOf(row)
	if p.Kind() != reflect.Pointer || p.IsNil() || p.Elem().Kind() != reflect.Struct {
		return decoder{}, fmt.Errorf("decode into %T: not a pointer to a struct", row)
	}
	l, err := layoutOf(p.Elem().Type())
	return decoder{v: p.Elem(), layout: l}, err
}

func (d *decoder) field(name, value string) error {
	at, ok := d.layout.byName[name]
	if !ok {
		d.keep(name, value)
		return nil
	}
	d.seen |= 1 << (at & 63)
	if err := decodeValue(d.v.Field(d.layout.columns[at].index), value); err != nil {
		return &FieldError{Field: name, Value: value, Err: err}
	}
	return nil
}

func (d *decoder) keep(name, value string) {
	if d.layout.unknown < 0 || isNull(Field{name, value}) {
		return
	}
	m := d.v.Field(d.layout.unknown)
	if m.IsNil() {
		m.Set(reflect.ValueOf(make(Fields)))
	}
	m.Interface().(Fields)[name] = value
}

func (d *decoder) finish() error {
	for at, c := range d.layout.columns {
		if c.mandatory && d.seen&(1<<(at&63)) == 0 {
			return &MissingError{Field: c.name}
		}
	}
	return nil
}

var (
	errNotBool   = errors.New("neither true nor false")
	errNotNumber = errors.New("not a number")
)

func decodeValue(v reflect.Value, text string) error {
	if v.Kind() == reflect.Pointer {
		p := reflect.New(v.Type().Elem())
		if err := decodeValue(p.Elem(), text); err != nil {
			return err
		}
		v.Set(p)
		return nil
	}
	if u, ok := asInterface[encoding.TextUnmarshaler](v); ok {
		return u.UnmarshalText([]byte(text))
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		b, ok := parseBool(text)
		if !ok {
			return errNotBool
		}
		v.SetBool(b)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, v.Type().Bits())
		if err != nil {
			return numberError(err, v.Type())
		}
		v.SetInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, err := strconv.ParseUint(text, 10, v.Type().Bits())
		if err != nil {
			return numberError(err, v.Type())
		}
		v.SetUint(n)
	case reflect.Float32, reflect.Float64:
		f, err := strconv.ParseFloat(text, v.Type().Bits())
		if err != nil {
			return numberError(err, v.Type())
		}
		v.SetFloat(f)
	case reflect.Slice:
		return decodeSlice(v, text)
	default:
		return fmt.Errorf("no text form for %s", v.Type())
	}
	return nil
}

func decodeSlice(v reflect.Value, text string) error {
	if text == "" {
		v.SetLen(0)
		return nil
	}
	items := strings.Split(text, ",")
	s := reflect.MakeSlice(v.Type(), len(items), len(items))
	for i, item := range items {
		if err := decodeValue(s.Index(i), item); err != nil {
			return fmt.Errorf("element %d %q: %w", i+1, clip(item), err)
		}
	}
	v.Set(s)
	return nil
}

// parseBool knows the spellings that YANG and Python leave in CONFIG_DB.
func parseBool(s string) (value, ok bool) {
	switch s {
	case "true", "True":
		return true, true
	case "false", "False":
		return false, true
	}
	return false, false
}

func numberError(err error, t reflect.Type) error {
	if errors.Is(err, strconv.ErrRange) {
		return fmt.Errorf("out of range for %s", t)
	}
	return errNotNumber
}
