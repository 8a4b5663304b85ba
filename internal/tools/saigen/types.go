package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/heddle-nos/heddle/sai/spec"
)

// ownTypes are C types that package sai models by hand or by a plain Go type.
var ownTypes = map[string]string{
	"bool": "bool", "uint8_t": "uint8", "int8_t": "int8", "uint16_t": "uint16", "int16_t": "int16",
	"uint32_t": "uint32", "int32_t": "int32", "uint64_t": "uint64", "int64_t": "int64",
	"sai_object_id_t": "ObjectID", "sai_mac_t": "MAC", "sai_ip6_t": "netip.Addr", "sai_ip4_t": "netip.Addr",
	"sai_ip_address_t": "netip.Addr", "sai_ip_prefix_t": "netip.Prefix", "sai_s32_list_t": "[]int32",
	"sai_u16_range_t": "[2]uint16",
}

// handMade are the structured values whose Go type is written by hand.
var handMade = map[string]string{
	"sai_acl_field_data_t": "ACLField", "sai_acl_action_data_t": "ACLAction", "sai_acl_field_data_mask_t": "Value",
	"sai_json_t": "string", "sai_tlv_list_t": "[]TLV",
}

// typesFile writes Go structs for the structured attribute values (KindOther).
func (g *generator) typesFile() ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, header, "types")
	b.WriteString("package sai\n\nimport (\n\"net/netip\"\n\"reflect\"\n)\n\n")
	done := map[string]bool{}
	var cases bytes.Buffer
	for _, f := range g.spec.Struct("sai_attribute_value_t").Fields {
		if _, plain := kinds[f.Type]; plain {
			continue
		}
		t, ok := handMade[f.Type]
		if !ok {
			t = g.goType(&b, f.Type, done)
		}
		fmt.Fprintf(&cases, "case %q:\nreturn reflect.TypeFor[%s]()\n", f.Type, t)
	}
	b.WriteString("// OtherType returns the Go type that a KindOther of that C type holds, or nil.\n")
	fmt.Fprintf(&b, "func OtherType(c string) reflect.Type {\nswitch c {\n%s}\nreturn nil\n}\n", cases.String())
	return g.formatted(b.Bytes())
}

// goType returns the Go type of a C type, writing the struct if it is new.
func (g *generator) goType(b *bytes.Buffer, c string, done map[string]bool) string {
	if t, ok := ownTypes[c]; ok {
		return t
	}
	if g.spec.Enum(c) != nil {
		return typeName(c)
	}
	if base := g.spec.Typedef(c); base != "" {
		if strings.HasPrefix(base, "uint8_t[") {
			return strings.TrimPrefix(base, "uint8_t") + "byte"
		}
		return ownTypes[base]
	}
	st := g.spec.Struct(c)
	if elem, ok := listElem(st); ok {
		return "[]" + g.goType(b, elem, done)
	}
	if !done[c] {
		done[c] = true
		g.goStruct(b, st, done)
	}
	return typeName(c)
}

func (g *generator) goStruct(b *bytes.Buffer, st *spec.Struct, done map[string]bool) {
	var body bytes.Buffer
	for _, f := range st.Fields {
		fmt.Fprintf(&body, "%s %s `sai:%q`\n", goName(f.Name), g.goType(b, f.Type, done), f.Name)
	}
	g.name(strings.TrimSuffix(strings.TrimPrefix(st.Name, "sai_"), "_t"))
	fmt.Fprintf(b, "// %s is %s.\ntype %s struct {\n%s}\n\n", typeName(st.Name), st.Name, typeName(st.Name), body.String())
}

// listElem reports the element type of a struct of count and list.
func listElem(st *spec.Struct) (string, bool) {
	if st != nil && len(st.Fields) == 2 && st.Fields[0].Name == "count" && st.Fields[1].Name == "list" {
		return strings.TrimSuffix(st.Fields[1].Type, "*"), true
	}
	return "", false
}
