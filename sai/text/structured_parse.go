package text

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"reflect"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/sai"
)

// parseJSON parses what jsonOf writes into a new value of type t. Numbers may
// be JSON numbers or strings; missing fields are zero, unknown ones an error.
func parseJSON(t reflect.Type, s string) (any, error) {
	if t == nil {
		return nil, errJSON
	}
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	var x any
	if err := d.Decode(&x); err != nil {
		return nil, fmt.Errorf("%w: %v", errJSON, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errJSON
	}
	if t.Kind() == reflect.Slice {
		list, err := topList(x)
		if err != nil {
			return nil, err
		}
		x = list
	}
	v := reflect.New(t).Elem()
	if err := setJSON(v, x); err != nil {
		return nil, err
	}
	return v.Interface(), nil
}

func topList(x any) (any, error) {
	obj, ok := x.(map[string]any)
	if !ok || len(obj) != 2 {
		return nil, errJSON
	}
	n, ok := obj["count"].(json.Number)
	if !ok {
		return nil, errJSON
	}
	list, ok := obj["list"].([]any)
	if obj["list"] == nil {
		return []any(nil), nil
	}
	if !ok || n.String() != strconv.Itoa(len(list)) {
		return nil, errJSON
	}
	return list, nil
}

func setJSON(v reflect.Value, x any) error {
	if a, ok := x.(string); ok && v.Type() == reflect.TypeFor[netip.Addr]() {
		return setAddr(v, a)
	}
	switch v.Kind() {
	case reflect.Struct:
		return setStruct(v, x)
	case reflect.Slice:
		list, ok := x.([]any)
		if !ok {
			return errJSON
		}
		if len(list) > 0 {
			v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
		}
		return setElems(v, list)
	case reflect.Array:
		return setArray(v, x)
	case reflect.Bool:
		return setBool(v, x)
	}
	return setNumber(v, x)
}

func setAddr(v reflect.Value, s string) error {
	a := netip.Addr{}
	if s != a.String() { // "invalid IP", the zero of fields that have no meaning
		var err error
		if a, err = parseAddr(s, 0); err != nil {
			return err
		}
	}
	v.Set(reflect.ValueOf(a))
	return nil
}

func setStruct(v reflect.Value, x any) error {
	obj, ok := x.(map[string]any)
	if !ok || v.Type() == reflect.TypeFor[netip.Addr]() {
		return errJSON
	}
	known := 0
	for i := range v.NumField() {
		field, ok := obj[jsonName(v.Type().Field(i))]
		if !ok {
			continue
		}
		known++
		if err := setJSON(v.Field(i), field); err != nil {
			return fmt.Errorf("%s: %w", jsonName(v.Type().Field(i)), err)
		}
	}
	if known != len(obj) {
		return errJSON
	}
	return nil
}

func setElems(v reflect.Value, list []any) error {
	for i, e := range list {
		if err := setJSON(v.Index(i), e); err != nil {
			return err
		}
	}
	return nil
}

func setArray(v reflect.Value, x any) error {
	if s, ok := x.(string); ok && v.Type().Elem().Kind() == reflect.Uint8 {
		b, err := hex.DecodeString(s)
		if err != nil || len(b) != v.Len() {
			return errJSON
		}
		reflect.Copy(v, reflect.ValueOf(b))
		return nil
	}
	list, ok := x.([]any)
	if !ok || len(list) != v.Len() {
		return errJSON
	}
	return setElems(v, list)
}

func setBool(v reflect.Value, x any) error {
	switch b := x.(type) {
	case bool:
		v.SetBool(b)
		return nil
	case string:
		parsed, err := parseBool(b)
		v.SetBool(parsed)
		return err
	}
	return errJSON
}

// setNumber sets integers and enums from a number, a number in a string, or the
// name of an enum's value.
func setNumber(v reflect.Value, x any) error {
	var s string
	switch n := x.(type) {
	case json.Number:
		s = n.String()
	case string:
		s = n
	default:
		return errJSON
	}
	if e, ok := v.Interface().(interface{ Meta() *sai.EnumMeta }); ok {
		n, err := parseEnum(e.Meta(), s)
		v.SetInt(int64(n))
		return err
	}
	bits := v.Type().Bits()
	if v.CanUint() {
		n, err := parseUint(s, bits)
		v.SetUint(n)
		return err
	}
	n, err := parseInt(s, bits)
	v.SetInt(n)
	return err
}
