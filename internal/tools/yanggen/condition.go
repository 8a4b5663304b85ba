package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/openconfig/goyang/pkg/yang"
)

// conditions writes the must and when statements of a row and of its fields.
func (w *schemaWriter) conditions(r *Row) error {
	var own []*yang.Must
	switch n := r.Entry.Node.(type) {
	case *yang.List:
		own = n.Must
	case *yang.Container:
		own = n.Must
	}
	if err := w.musts(r, nil, own); err != nil {
		return err
	}
	for _, f := range r.Fields {
		musts, when := fieldConditions(f)
		if when != nil {
			if when.Description == nil {
				return fmt.Errorf("%s: when has no description; it completes 'is only allowed when'", yang.Source(when))
			}
			text := "is only allowed when " + oneLine(when.Description.Name)
			if err := w.condition(r, f, "when", text, when.Name, when); err != nil {
				return err
			}
		}
		if err := w.musts(r, f, musts); err != nil {
			return err
		}
	}
	return nil
}

func fieldConditions(f *yang.Entry) ([]*yang.Must, *yang.Value) {
	switch n := f.Node.(type) {
	case *yang.Leaf:
		return n.Must, n.When
	case *yang.LeafList:
		return n.Must, n.When
	}
	return nil, nil
}

func (w *schemaWriter) musts(r *Row, f *yang.Entry, list []*yang.Must) error {
	for _, m := range list {
		if m.ErrorMessage == nil {
			return fmt.Errorf("%s: must has no error-message", yang.Source(m))
		}
		if err := w.condition(r, f, "must", oneLine(m.ErrorMessage.Name), m.Name, m); err != nil {
			return err
		}
	}
	return nil
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// xpathToken is a text, a way to a field, or anything else.
var xpathToken = regexp.MustCompile(`'[^']*'|(\.\./)?(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)(\()?|[0-9]+(?:\.[0-9]+)?|\.|\s+|[-+*=<>!(),]+|.`)

// condition writes one line. Ways to fields become their names.
func (w *schemaWriter) condition(r *Row, f *yang.Entry, kind, message, xpath string, at yang.Node) error {
	name, text := "-", ""
	if f != nil {
		name = f.Name
	}
	for _, m := range xpathToken.FindAllStringSubmatch(oneLine(xpath), -1) {
		field := m[2]
		switch {
		case m[0] == "." && f != nil:
			text += f.Name
		case m[0] == "/" || m[0] == "." || m[0] == "[" || m[0] == "]":
			return fmt.Errorf("%s: %s: only fields of the same row can be named", yang.Source(at), xpath)
		case field == "" || m[3] != "" || field == "and" || field == "or" || field == "mod":
			text += m[0]
		case r.Entry.Dir[field] == nil || (m[1] == "") != (f == nil):
			return fmt.Errorf("%s: %s: %s leads to no field of %s", yang.Source(at), xpath, m[0], r.Name)
		default:
			text += field
		}
	}
	w.line(2, "? "+kind+" "+name+" "+strconv.Quote(message)+" "+text)
	return nil
}
