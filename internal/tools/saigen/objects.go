package main

import (
	"bytes"
	"fmt"
	"net/netip"
	"sort"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/sai/spec"
)

// kinds maps the C types of attributes to the kinds of package sai. Enums and
// types missing here are KindEnum and KindOther.
var kinds = map[string]string{
	"bool": "Bool", "char[32]": "Chardata", "sai_uint8_t": "U8", "sai_int8_t": "S8",
	"sai_uint16_t": "U16", "sai_int16_t": "S16", "sai_uint32_t": "U32", "sai_int32_t": "S32",
	"sai_uint64_t": "U64", "sai_int64_t": "S64", "sai_object_id_t": "OID", "sai_pointer_t": "Pointer",
	"sai_mac_t": "MAC", "sai_ip4_t": "IP4", "sai_ip6_t": "IP6", "sai_ip_address_t": "IPAddr",
	"sai_ip_prefix_t": "Prefix", "sai_object_list_t": "OIDList", "sai_u8_list_t": "U8List",
	"sai_s8_list_t": "S8List", "sai_u16_list_t": "U16List", "sai_s16_list_t": "S16List",
	"sai_u32_list_t": "U32List", "sai_s32_list_t": "S32List", "sai_vlan_list_t": "VLANList",
	"sai_ip_address_list_t": "IPList", "sai_u32_range_t": "U32Range", "sai_s32_range_t": "S32Range",
}

// kind returns the kind of a C type and the enum it is made of, if any.
func (g *generator) kind(ctype, sub string) (kind string, enum *spec.Enum) {
	if e := g.spec.Enum(ctype); e != nil {
		return "Enum", e
	}
	k, ok := kinds[ctype]
	if !ok {
		return "Other", nil
	}
	if k == "S32List" && sub != "" {
		return "EnumList", g.spec.Enum(sub)
	}
	return k, nil
}

func (g *generator) objectMeta(b *bytes.Buffer, o *spec.Object) error {
	attrs := append([]spec.Attr(nil), o.Attrs...)
	sort.SliceStable(attrs, func(i, j int) bool { return attrs[i].ID < attrs[j].ID })
	fmt.Fprintf(b, "var object%s = ObjectMeta{\nType: %s, Name: %q, HasOID: %t, API: %s,\n", goName(o.Name),
		goName("OBJECT_TYPE_"+o.Name), o.TypeName(), o.Entry == "", goName("API_"+o.Group))
	if o.Stats != "" {
		fmt.Fprintf(b, "Stats: &enum%s,\n", typeName(o.Stats))
	}
	b.WriteString("Attrs: []AttrMeta{\n")
	names := make([]string, len(attrs))
	for i, a := range attrs {
		names[i] = o.AttrPrefix() + a.Name
		if err := g.attrMeta(b, names[i], &a); err != nil {
			return fmt.Errorf("attribute %s: %w", a.Name, err)
		}
	}
	fmt.Fprintf(b, "},\nbyName: %s,\n}\n\n", order(names))
	return nil
}

func (g *generator) attrMeta(b *bytes.Buffer, name string, a *spec.Attr) error {
	kind, enum := g.kind(a.Type, a.Sub)
	fmt.Fprintf(b, "{ID: %d, Name: %q, Kind: Kind%s", a.ID, name, kind)
	switch {
	case kind == "Pointer":
		fmt.Fprintf(b, ", Other: %q", a.Sub)
	case kind == "Other":
		fmt.Fprintf(b, ", Other: %q", a.Type)
		if a.Sub != "" {
			var elem string
			elem, enum = g.kind(a.Sub, "")
			fmt.Fprintf(b, ", Elem: Kind%s", elem)
		}
	}
	if enum != nil {
		fmt.Fprintf(b, ", Enum: &enum%s", typeName(enum.Name))
	}
	flags(b, a)
	if len(a.Objects) > 0 {
		b.WriteString(", Objects: []ObjectType{")
		for _, t := range a.Objects {
			b.WriteString(goName("OBJECT_TYPE_"+t) + ", ")
		}
		b.WriteString("}")
	}
	text(b, "Condition", a.Condition)
	text(b, "ValidOnly", a.ValidOnly)
	if a.HasDefault {
		fmt.Fprintf(b, ", DefaultText: %q", a.Default)
		v, err := g.defaultValue(a, kind, enum)
		if err != nil {
			return err
		}
		if v != "" {
			fmt.Fprintf(b, ", HasDefault: true, Default: %s", v)
		}
	}
	b.WriteString("},\n")
	return nil
}

func flags(b *bytes.Buffer, a *spec.Attr) {
	for _, f := range []struct {
		on   bool
		name string
	}{
		{a.Mandatory, "Mandatory"}, {a.CreateOnly, "CreateOnly"}, {a.Key, "Key"}, {a.ReadOnly, "ReadOnly"},
		{a.Settable, "Settable"}, {a.AllowNull, "AllowNull"}, {a.VLAN, "IsVLAN"}, {a.Deprecated, "Deprecated"},
	} {
		if f.on {
			fmt.Fprintf(b, ", %s: true", f.name)
		}
	}
}

func text(b *bytes.Buffer, field, value string) {
	if value != "" {
		fmt.Fprintf(b, ", %s: %q", field, value)
	}
}

// defaultValue returns Go source for a default that is a constant, and "" for
// one that the library chooses (internal, vendor, attrvalue ...).
func (g *generator) defaultValue(a *spec.Attr, kind string, enum *spec.Enum) (string, error) {
	word, _, _ := strings.Cut(a.Default, " ")
	switch word {
	case "internal", "vendor", "const", "attrvalue":
		return "", nil
	case "empty", "NULL", "SAI_NULL_OBJECT_ID", "false":
		return "Value{kind: Kind" + kind + "}", nil
	case "true":
		return "Value{kind: KindBool, num: 1}", nil
	case "disabled":
		if a.Type == "sai_acl_field_data_t" {
			return "Value{kind: KindOther, ref: ACLField{}}", nil
		}
		return "Value{kind: KindOther, ref: ACLAction{}}", nil
	}
	switch kind {
	case "Enum":
		for _, v := range enum.Values {
			if enum.Prefix()+v.Name == a.Default {
				return fmt.Sprintf("Value{kind: KindEnum, num: %d}", v.Number), nil
			}
		}
		return "", fmt.Errorf("default %q is no value of %s", a.Default, enum.Name)
	case "Chardata":
		return fmt.Sprintf("Value{kind: KindChardata, ref: %q}", a.Default), nil
	case "IPAddr", "IP4":
		if netip.MustParseAddr(a.Default) != netip.IPv4Unspecified() {
			return "", fmt.Errorf("default %q: only 0.0.0.0 is known", a.Default)
		}
		return "Value{kind: Kind" + kind + ", ref: unspecifiedIPv4}", nil
	case "Other":
		return "", nil
	}
	n, err := strconv.ParseInt(a.Default, 0, 64)
	if err != nil {
		return "", fmt.Errorf("default: %w", err)
	}
	return fmt.Sprintf("Value{kind: Kind%s, num: %d}", kind, n), nil
}
