package main

import (
	"bytes"
	"fmt"
)

// cABIIntro lets the checks run against a vendor's header as well.
const cABIIntro = `/*
 * Fails to compile where the C types differ from what the binding relies on.
 * Compile it with -DSAI_ABI_HEADER='<sai.h>' to check a vendor's header.
 */
#ifdef SAI_ABI_HEADER
#include SAI_ABI_HEADER
#include <stddef.h>
#else
#include "include/sai_attrs_gen.h"
#include "include/sai_gen.h"
#endif

`

// cLayouts writes abi_gen.c: checks of sizes, alignments and offsets.
func (g *generator) cLayouts() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(cHeader + cABIIntro)
	for _, st := range g.spec.Structs {
		fmt.Fprintf(&b, "_Static_assert(sizeof(%s) == %d, \"size of %s\");\n", st.Name, st.Size, st.Name)
		fmt.Fprintf(&b, "_Static_assert(_Alignof(%s) == %d, \"alignment of %s\");\n", st.Name, st.Align, st.Name)
		for _, f := range st.Fields {
			fmt.Fprintf(&b, "_Static_assert(offsetof(%s, %s) == %d, \"%s.%s\");\n", st.Name, f.Name, f.Offset, st.Name, f.Name)
			fmt.Fprintf(&b, "_Static_assert(sizeof(((%s *)0)->%s) == %d, \"%s.%s\");\n", st.Name, f.Name, f.Size, st.Name, f.Name)
		}
	}
	for _, e := range g.spec.Enums {
		fmt.Fprintf(&b, "_Static_assert(sizeof(%s) == 4, \"%s\");\n", e.Name, e.Name)
	}
	return b.Bytes(), nil
}

// cValues writes abi_values_gen.c: checks of statuses, enum values and
// attribute ids.
func (g *generator) cValues() ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(cHeader + cABIIntro + "#define IS(name, value) _Static_assert((int)(name) == (value), #name)\n\n")
	for _, v := range g.spec.Statuses {
		fmt.Fprintf(&b, "IS(SAI_STATUS_%s, %d);\n", v.Name, v.Number)
	}
	for _, e := range g.spec.Enums {
		for _, v := range e.Values {
			fmt.Fprintf(&b, "IS(%s%s, %d);\n", e.Prefix(), v.Name, v.Number)
		}
	}
	for i := range g.spec.Objects {
		o := &g.spec.Objects[i]
		for _, a := range o.Attrs {
			fmt.Fprintf(&b, "IS(%s%s, %d);\n", o.AttrPrefix(), a.Name, a.ID)
		}
	}
	return b.Bytes(), nil
}
