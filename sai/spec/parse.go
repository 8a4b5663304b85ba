package spec

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

//go:embed *.txt
var files embed.FS

// Load parses the specification that is part of this package.
func Load() (*Spec, error) { return Parse(files) }

// Parse reads every *.txt file at the root of fsys, in the order of their names.
func Parse(fsys fs.FS) (*Spec, error) {
	names, err := fs.Glob(fsys, "*.txt")
	if err != nil {
		return nil, err
	}
	s := &Spec{}
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		p := parser{spec: s, group: strings.TrimSuffix(path.Base(name), ".txt")}
		for i, line := range strings.Split(string(text), "\n") {
			if err := p.line(line); err != nil {
				return nil, fmt.Errorf("%s:%d: %w", name, i+1, err)
			}
		}
	}
	return s, nil
}

type parser struct {
	spec  *Spec
	group string
	block string // the declaration that indented lines belong to
}

func (p *parser) line(line string) error {
	trimmed := strings.TrimSpace(line)
	if trimmed == "" || trimmed[0] == '#' {
		return nil
	}
	word, rest, _ := strings.Cut(trimmed, " ")
	if line[0] == ' ' {
		return p.inner(word, rest)
	}
	p.block = word
	args, err := split(rest)
	if err != nil {
		return err
	}
	return p.declare(word, args)
}

func (p *parser) declare(word string, args []string) error {
	s := p.spec
	switch {
	case word == "version" && len(args) == 1:
		s.Version = args[0]
		return nil
	case word == "typedef" && len(args) == 2:
		s.Typedefs = append(s.Typedefs, Typedef{args[0], args[1]})
		return nil
	case word == "enum" && len(args) == 1:
		s.Enums = append(s.Enums, Enum{Name: args[0], Group: p.group})
		return nil
	case word == "status" && len(args) == 2:
		return appendValue(&s.Statuses, args)
	case word == "api" && len(args) == 2:
		n, err := strconv.Atoi(args[1])
		s.APIs = append(s.APIs, API{Name: args[0], Number: n})
		return err
	case (word == "struct" || word == "union") && len(args) == 3:
		n, err := ints(args[1:])
		if err == nil {
			s.Structs = append(s.Structs, Struct{Name: args[0], Union: word == "union", Size: n[0], Align: n[1]})
		}
		return err
	case word == "object" && len(args) >= 2:
		return p.object(args)
	}
	return fmt.Errorf("unknown declaration %q with %d words", word, len(args))
}

func (p *parser) object(args []string) error {
	n, err := strconv.Atoi(args[1])
	o := Object{Name: args[0], Number: n, Group: p.group}
	for _, a := range args[2:] {
		switch key, value, _ := strings.Cut(a, "="); key {
		case "entry":
			o.Entry = value
		case "stats":
			o.Stats = value
		default:
			return fmt.Errorf("unknown property %q of object %s", key, o.Name)
		}
	}
	p.spec.Objects = append(p.spec.Objects, o)
	return err
}

func (p *parser) inner(word, rest string) error {
	s := p.spec
	if p.block == "object" && (word == "condition" || word == "valid-only") {
		return p.expression(word, rest)
	}
	args, err := split(rest)
	if err != nil {
		return err
	}
	switch {
	case p.block == "enum" && word == "value" && len(args) == 2:
		return appendValue(&s.Enums[len(s.Enums)-1].Values, args)
	case p.block == "api" && word == "slot" && len(args) == 1:
		a := &s.APIs[len(s.APIs)-1]
		a.Slots = append(a.Slots, args[0])
		return nil
	case (p.block == "struct" || p.block == "union") && word == "field" && len(args) == 4:
		n, err := ints(args[2:])
		if err == nil {
			t := &s.Structs[len(s.Structs)-1]
			t.Fields = append(t.Fields, Field{args[0], args[1], n[0], n[1]})
		}
		return err
	case p.block == "object" && word == "alias" && len(args) == 2:
		return appendValue(&s.Objects[len(s.Objects)-1].Aliases, args)
	case p.block == "object" && word == "attr" && len(args) >= 3:
		a, err := parseAttr(args)
		o := &s.Objects[len(s.Objects)-1]
		o.Attrs = append(o.Attrs, a)
		return err
	}
	return fmt.Errorf("unexpected %q in %q", word, p.block)
}

func (p *parser) expression(word, text string) error {
	o := &p.spec.Objects[len(p.spec.Objects)-1]
	if len(o.Attrs) == 0 {
		return fmt.Errorf("%s without an attribute", word)
	}
	a := &o.Attrs[len(o.Attrs)-1]
	if word == "condition" {
		a.Condition = text
	} else {
		a.ValidOnly = text
	}
	return nil
}

func parseAttr(args []string) (Attr, error) {
	id, err := strconv.ParseUint(args[1], 10, 32)
	a := Attr{Name: args[0], ID: uint32(id)}
	a.Type, a.Sub, _ = strings.Cut(args[2], ":")
	flags := map[string]*bool{
		"mandatory": &a.Mandatory, "create-only": &a.CreateOnly, "create-and-set": &a.Settable,
		"read-only": &a.ReadOnly, "key": &a.Key, "allow-null": &a.AllowNull, "vlan": &a.VLAN,
		"deprecated": &a.Deprecated,
	}
	for _, arg := range args[3:] {
		key, value, hasValue := strings.Cut(arg, "=")
		switch {
		case key == "default" && hasValue:
			a.Default, a.HasDefault = value, true
		case key == "objects" && hasValue:
			a.Objects = strings.Split(value, ",")
		case key == "range" && hasValue: // a count that other headers define; not used
		case !hasValue && flags[key] != nil:
			*flags[key] = true
		default:
			return a, fmt.Errorf("unknown property %q of attribute %s", arg, a.Name)
		}
	}
	return a, err
}

func appendValue(to *[]Value, args []string) error {
	n, err := strconv.ParseInt(args[1], 10, 64)
	*to = append(*to, Value{args[0], n})
	return err
}

func ints(words []string) ([]int, error) {
	out := make([]int, len(words))
	for i, w := range words {
		n, err := strconv.Atoi(w)
		if err != nil {
			return nil, err
		}
		out[i] = n
	}
	return out, nil
}

// split cuts a line at blanks; double quotes keep blanks together.
func split(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	quoted, inWord := false, false
	for _, r := range line {
		switch {
		case r == '"':
			quoted, inWord = !quoted, true
		case r == ' ' && !quoted:
			if inWord {
				words = append(words, word.String())
				word.Reset()
			}
			inWord = false
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if quoted {
		return nil, fmt.Errorf("unbalanced quote")
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}
