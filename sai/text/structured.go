package text

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"reflect"
	"strings"

	"github.com/heddle-nos/heddle/sai"
)

var errJSON = errors.New("not the JSON of that type")

// appendOther appends a structured value (KindOther).
func appendOther(dst []byte, m *sai.AttrMeta, ref any) ([]byte, error) {
	t := sai.OtherType(m.Other)
	if ref == nil && t != nil && t.Kind() == reflect.Slice {
		ref = reflect.Zero(t).Interface() // an empty list
	}
	if t == nil || reflect.TypeOf(ref) != t {
		return dst, fmt.Errorf("%T is no value of %s", ref, m.Other)
	}
	switch v := ref.(type) {
	case sai.ACLField:
		return appendACLField(dst, m, v)
	case sai.ACLAction:
		return appendACLAction(dst, m, v)
	case sai.Value:
		if v.Kind() != m.Elem {
			return dst, errMask
		}
		return appendMask(dst, v)
	case sai.ACLCapability:
		return appendCapability(dst, v), nil
	case string:
		return append(dst, v...), nil
	case []netip.Addr:
		return join(dst, v, appendAddr), nil
	}
	out, err := json.Marshal(jsonOf(reflect.ValueOf(ref), true))
	return append(dst, out...), err
}

func parseOther(m *sai.AttrMeta, s string) (sai.Value, error) {
	var ref any
	var err error
	switch m.Other {
	case "sai_acl_field_data_t":
		ref, err = parseACLField(m, s)
	case "sai_acl_action_data_t":
		ref, err = parseACLAction(m, s)
	case "sai_acl_field_data_mask_t":
		ref, err = parseMask(m.Elem, s)
	case "sai_acl_capability_t":
		ref, err = parseCapability(s)
	case "sai_json_t":
		ref = s
	case "sai_segment_list_t":
		ref, err = splitList(s, func(w string) (netip.Addr, error) { return parseAddr(w, 128) })
	default:
		ref, err = parseJSON(sai.OtherType(m.Other), s)
	}
	if err != nil {
		return sai.Value{}, err
	}
	return sai.Other(ref), nil
}

// stringNumbers are the types whose numbers SONiC writes as JSON strings.
func stringNumbers(t reflect.Type) bool {
	return t == reflect.TypeFor[sai.ACLResource]() || t == reflect.TypeFor[sai.SystemPortConfig]()
}

// jsonName is the key of a field; they are the C names but for one.
func jsonName(f reflect.StructField) string {
	if name := f.Tag.Get("sai"); name != "queue_index" {
		return name
	}
	return "qidx"
}

// jsonOf turns a value into what encoding/json writes with sorted keys. A list
// is {"count":N,"list":[...]} at the top and an array below.
func jsonOf(v reflect.Value, top bool) any {
	switch x := v.Interface().(type) {
	case fmt.Stringer: // enums, ids, addresses
		return x.String()
	}
	switch v.Kind() {
	case reflect.Struct:
		return jsonStruct(v)
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = jsonOf(v.Index(i), false)
		}
		if !top {
			return list
		}
		if len(list) == 0 {
			return map[string]any{"count": 0, "list": nil}
		}
		return map[string]any{"count": len(list), "list": list}
	case reflect.Array:
		return jsonArray(v)
	}
	return v.Interface()
}

func jsonStruct(v reflect.Value) any {
	t, out := v.Type(), map[string]any{}
	for i := range t.NumField() {
		x := jsonOf(v.Field(i), false)
		if stringNumbers(t) {
			x = fmt.Sprint(x)
		}
		out[jsonName(t.Field(i))] = x
	}
	return out
}

// jsonArray writes bytes (keys) in hexadecimal and numbers as an array.
func jsonArray(v reflect.Value) any {
	list, bytes := make([]any, v.Len()), make([]byte, v.Len())
	for i := range list {
		list[i] = v.Index(i).Interface()
		if b, ok := list[i].(byte); ok {
			bytes[i] = b
		}
	}
	if v.Type().Elem().Kind() == reflect.Uint8 {
		return strings.ToUpper(hex.EncodeToString(bytes))
	}
	return list
}
