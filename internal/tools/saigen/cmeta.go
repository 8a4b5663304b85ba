package main

import (
	"bytes"
	"fmt"
	"sort"
	"strings"

	"github.com/heddle-nos/heddle/sai/spec"
)

const cMetaIntro = `#ifndef SAI_META_GEN_H
#define SAI_META_GEN_H

#include "sai_gen.h"

/*
 * What a library needs to serve every object type with generic code.
 *
 * SAI_APIS(X) expands X(name, NAME, SAI_API_NAME) for each API, and
 * SAI_SLOTS_<NAME>(X) expands X(function, CLASS, object type, identity type)
 * for each function of its table, in the order of the C table. CLASS is one of
 * CREATE_SWITCH, and CREATE, REMOVE, SET, GET and their BULK_ forms with _OID or
 * _ENTRY; GET_STATS, GET_STATS_EXT, CLEAR_STATS, CLEAR_ALL_STATS, FLUSH_FDB, and
 * SPECIAL for functions with a signature of their own.
 */

/*
 * How the value of an attribute is stored in sai_attribute_value_t.
 * FIXED: the first size bytes. LIST: count and a pointer to elements of size
 * bytes. TAPS: a list of lists of int32_t. FIELD, FIELD_LIST: an ACL field
 * whose data and mask are fixed, or lists of elements of size bytes.
 * ACTION, ACTION_LIST: an ACL action likewise. CAPABILITY: an ACL capability,
 * with a list of int32_t inside. CHARDATA: text of up to 32 bytes.
 * POINTER: a notification callback.
 */
enum sai_form {
	SAI_FORM_FIXED,
	SAI_FORM_LIST,
	SAI_FORM_TAPS,
	SAI_FORM_FIELD,
	SAI_FORM_FIELD_LIST,
	SAI_FORM_ACTION,
	SAI_FORM_ACTION_LIST,
	SAI_FORM_CAPABILITY,
	SAI_FORM_CHARDATA,
	SAI_FORM_POINTER,
};

struct sai_attr_form {
	uint32_t object_type;
	uint32_t id;
	uint16_t form;
	uint16_t size;
};

`

// cMeta writes sai_meta_gen.h: the API tables and the forms of all attributes.
func (g *generator) cMeta() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(cHeader + cMetaIntro)
	if err := g.cSlots(&b); err != nil {
		return nil, err
	}
	objects := append([]spec.Object(nil), g.spec.Objects...)
	sort.Slice(objects, func(i, j int) bool { return objects[i].Number < objects[j].Number })
	b.WriteString("/* Sorted by object type and id. */\nstatic const struct sai_attr_form sai_attr_forms[] = {\n")
	for _, o := range objects {
		attrs := append([]spec.Attr(nil), o.Attrs...)
		sort.Slice(attrs, func(i, j int) bool { return attrs[i].ID < attrs[j].ID })
		for _, a := range attrs {
			form, size, err := g.form(&a)
			if err != nil {
				return nil, fmt.Errorf("%s%s: %w", o.AttrPrefix(), a.Name, err)
			}
			fmt.Fprintf(&b, "\t{%d, %d, SAI_FORM_%s, %d},\n", o.Number, a.ID, form, size)
		}
	}
	b.WriteString("};\n\n/* Indexed by object type: the size of its entry struct, 0 with an object id. */\n")
	b.WriteString("static const uint16_t sai_entry_sizes[] = {\n")
	for _, o := range objects {
		if o.Entry != "" {
			fmt.Fprintf(&b, "\t[%d] = %d,\n", o.Number, g.spec.Struct(o.Entry).Size)
		}
	}
	b.WriteString("};\n\n#endif\n")
	return b.Bytes(), nil
}

func (g *generator) cSlots(b *bytes.Buffer) error {
	var apis strings.Builder
	for i := range g.spec.APIs {
		api := &g.spec.APIs[i]
		upper := strings.ToUpper(api.Name)
		fmt.Fprintf(&apis, " \\\n\tX(%s, %s, SAI_API_%s)", api.Name, upper, upper)
		slots, err := g.spec.Slots(api)
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "#define SAI_SLOTS_%s(X)", upper)
		for _, s := range slots {
			t, identity := "SAI_OBJECT_TYPE_NULL", "sai_object_id_t"
			if s.Object != nil {
				t = s.Object.TypeName()
			}
			if s.Object != nil && s.Object.Entry != "" {
				identity = s.Object.Entry
			}
			fmt.Fprintf(b, " \\\n\tX(%s, %s, %s, %s)", s.Name, s.Class, t, identity)
		}
		b.WriteString("\n\n")
	}
	fmt.Fprintf(b, "#define SAI_APIS(X)%s\n\n", apis.String())
	return nil
}

// form tells how a value is stored, see cMetaIntro.
func (g *generator) form(a *spec.Attr) (string, int, error) {
	switch a.Type {
	case "char[32]":
		return "CHARDATA", 32, nil
	case "sai_pointer_t":
		return "POINTER", 8, nil
	case "sai_taps_list_t":
		return "TAPS", 4, nil
	case "sai_acl_capability_t":
		return "CAPABILITY", 4, nil
	case "sai_json_t":
		return "LIST", 1, nil
	case "sai_acl_field_data_t", "sai_acl_action_data_t":
		form := "FIELD"
		if a.Type == "sai_acl_action_data_t" {
			form = "ACTION"
		}
		if st := g.spec.Struct(a.Sub); st != nil {
			if elem, ok := listElem(st); ok {
				size, err := g.size(elem)
				return form + "_LIST", size, err
			}
		}
		return form, g.spec.Struct(a.Type).Size, nil
	}
	if elem, ok := listElem(g.spec.Struct(a.Type)); ok {
		size, err := g.size(elem)
		return "LIST", size, err
	}
	size, err := g.size(a.Type)
	return "FIXED", size, err
}

var scalarSizes = map[string]int{
	"bool": 1, "uint8_t": 1, "int8_t": 1, "uint16_t": 2, "int16_t": 2, "uint32_t": 4, "int32_t": 4,
	"uint64_t": 8, "int64_t": 8, "void*": 8,
}

// size returns the size in bytes of a C type.
func (g *generator) size(c string) (int, error) {
	if n, ok := scalarSizes[c]; ok {
		return n, nil
	}
	if st := g.spec.Struct(c); st != nil {
		return st.Size, nil
	}
	if g.spec.Enum(c) != nil {
		return 4, nil
	}
	if base := g.spec.Typedef(c); base != "" {
		elem, count, isArray := strings.Cut(strings.TrimSuffix(base, "]"), "[")
		n := 1
		if isArray {
			if _, err := fmt.Sscan(count, &n); err != nil {
				return 0, fmt.Errorf("type %s: %w", base, err)
			}
		}
		size, err := g.size(elem)
		return n * size, err
	}
	return 0, fmt.Errorf("unknown type %s", c)
}
