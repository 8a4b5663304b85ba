package main

import (
	"fmt"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/openconfig/goyang/pkg/yang"
)

// types writes types, and remembers which named ones it used.
type types struct {
	model *Model
	named map[string]*yang.Typedef
}

// lines writes a type: its expression, and below it the options of a union,
// indented one further.
func (c *types) lines(t *yang.Type, indent int) ([]string, error) {
	if def := definition(t); def != nil {
		return c.use(t, def)
	}
	switch t.Name {
	case "string":
		text, err := stringType(t)
		return []string{text}, err
	case "enumeration":
		var words []string
		for _, e := range t.Enum {
			words = append(words, e.Name)
		}
		return []string{"enum " + strconv.Quote(strings.Join(words, "|"))}, nil
	case "boolean":
		return []string{"bool"}, nil
	case "leafref":
		text, err := c.reference(t)
		return []string{text}, err
	case "union":
		return c.union(t, indent)
	case "decimal64":
		return []string{"decimal64 " + ranges(t.YangType)}, nil
	}
	if !strings.HasPrefix(strings.TrimPrefix(t.Name, "u"), "int") {
		return nil, fmt.Errorf("%s: type %s has no text in the database", yang.Source(t), t.Name)
	}
	if t.Range == nil {
		return []string{t.Name}, nil
	}
	return []string{t.Name + " " + ranges(t.YangType)}, nil
}

// definition gives the typedef that a type names, nil for one of YANG's own.
func definition(t *yang.Type) *yang.Typedef {
	if t.YangType == nil || t.YangType.Base == nil {
		return nil
	}
	def, _ := t.YangType.Base.ParentNode().(*yang.Typedef)
	return def
}

// use names a typedef. A narrower range is written out.
func (c *types) use(t *yang.Type, def *yang.Typedef) ([]string, error) {
	if len(t.Pattern) > 0 || t.Length != nil || len(t.Enum) > 0 {
		return nil, fmt.Errorf("%s: %s is narrowed by more than a range", yang.Source(t), t.Name)
	}
	if t.Range != nil {
		base := t
		for d := def; d != nil; d = definition(base) {
			base = d.Type
		}
		return []string{base.Name + " " + ranges(t.YangType)}, nil
	}
	if other := c.named[def.Name]; other != nil && other != def {
		return nil, fmt.Errorf("%s: another type %s is at %s", yang.Source(def), def.Name, yang.Source(other))
	}
	c.named[def.Name] = def
	return []string{def.Name}, nil
}

func (c *types) union(t *yang.Type, indent int) ([]string, error) {
	out := []string{"union"}
	for _, o := range t.Type {
		lines, err := c.lines(o, indent+1)
		if err != nil {
			return nil, err
		}
		out = append(out, strings.Repeat(" ", indent+1)+"- "+lines[0])
		out = append(out, lines[1:]...)
	}
	return out, nil
}

// stringType writes: string len 1..255 "pattern" "pattern" want "words".
func stringType(t *yang.Type) (string, error) {
	text := "string"
	if t.Length != nil {
		if len(t.YangType.Length) != 1 {
			return "", fmt.Errorf("%s: a length of several parts", yang.Source(t.Length))
		}
		part := t.YangType.Length[0]
		text += fmt.Sprintf(" len %s..%s", part.Min, part.Max)
	}
	words := ""
	for _, p := range t.Pattern {
		text += " " + strconv.Quote(p.Name)
		if p.ErrorMessage != nil && words == "" {
			words = " want " + strconv.Quote(p.ErrorMessage.Name)
		}
	}
	return text + words, nil
}

// ranges writes 0|5..300, or 0.00..99.99.
func ranges(t *yang.YangType) string {
	var parts []string
	for _, r := range t.Range {
		text := number(r.Min, t.FractionDigits)
		if high := number(r.Max, t.FractionDigits); high != text {
			text += ".." + high
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, "|")
}

func number(n yang.Number, digits int) string {
	v := new(big.Int).SetUint64(n.Value)
	if n.Negative {
		v.Neg(v)
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n.FractionDigits)), nil)
	return new(big.Rat).SetFrac(v, scale).FloatString(digits)
}

// step is one step of a leafref: a name, and what its row has in common.
var (
	step      = regexp.MustCompile(`^(?:[\w-]+:)?([\w-]+)((?:\[[^]]*\])*)$`)
	condition = regexp.MustCompile(`^\s*(?:[\w-]+:)?([\w-]+)\s*=\s*current\(\)/\.\./(?:[\w-]+:)?([\w-]+)\s*$`)
)

// reference writes: ref TABLE/LIST/field[part].
func (c *types) reference(t *yang.Type) (string, error) {
	bad := func(what string) (string, error) {
		return "", fmt.Errorf("%s: path %s: %s", yang.Source(t), t.Path.Name, what)
	}
	var names, same []string
	for _, part := range splitPath(t.Path.Name) {
		m := step.FindStringSubmatch(part)
		if m == nil {
			return bad(fmt.Sprintf("step %q", part))
		}
		names = append(names, m[1])
		for _, cond := range strings.FieldsFunc(m[2], func(r rune) bool { return r == '[' || r == ']' }) {
			eq := condition.FindStringSubmatch(cond)
			if eq == nil || eq[1] != eq[2] {
				return bad(fmt.Sprintf("condition %q is not of the form name = current()/../name", cond))
			}
			same = append(same, "["+eq[1]+"]")
		}
	}
	if len(names) != 3 {
		return bad("is not /table/row/field")
	}
	if c.model.find(names[0], names[1], names[2]) == nil {
		return bad("leads nowhere")
	}
	return "ref " + strings.Join(names, "/") + strings.Join(same, ""), nil
}

// splitPath cuts a path at the slashes outside brackets.
func splitPath(path string) []string {
	depth := 0
	parts := strings.FieldsFunc(path, func(r rune) bool {
		switch r {
		case '[':
			depth++
		case ']':
			depth--
		}
		return r == '/' && depth == 0
	})
	return slices.DeleteFunc(parts, func(s string) bool { return s == "" })
}
