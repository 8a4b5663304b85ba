package yang

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// parseSchema reads the format that doc.go describes.
func parseSchema(text string) (*schema, error) {
	p := &parser{schema: &schema{tables: make(map[string]*table), events: make(map[string]*table)}, types: make(map[string]*typ)}
	for line := range strings.Lines(text) {
		p.line++
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := p.take(line); err != nil {
			return nil, fmt.Errorf("schema line %d: %w", p.line, err)
		}
	}
	for name, t := range p.types {
		if t.name == "" {
			return nil, fmt.Errorf("schema: type %s is used and not defined", name)
		}
	}
	return p.schema, nil
}

type parser struct {
	line   int
	schema *schema
	types  map[string]*typ // by name; one without a name is not yet defined
	table  *table
	list   *list
	inMap  bool
	unions []openUnion
}

// openUnion is a union whose lines may still follow.
type openUnion struct {
	indent int
	typ    *typ
}

func (p *parser) take(line string) error {
	body := strings.TrimLeft(line, " ")
	indent := len(line) - len(body)
	for len(p.unions) > 0 && p.unions[len(p.unions)-1].indent >= indent {
		p.unions = p.unions[:len(p.unions)-1]
	}
	if rest, ok := strings.CutPrefix(body, "- "); ok {
		return p.option(rest, indent)
	}
	word, rest, _ := strings.Cut(body, " ")
	switch {
	case word == "?" && p.list != nil:
		return p.condition(rest)
	case indent == 0 && word == "type":
		return p.namedType(rest)
	case indent == 0 && (word == "table" || word == "event"):
		name, module, _ := strings.Cut(rest, " ")
		p.table = &table{name: name, module: module}
		if word == "event" {
			p.schema.events[name] = p.table
		} else {
			p.schema.tables[name] = p.table
		}
		return nil
	case indent == 1 && p.table != nil:
		return p.newList(word, rest)
	case indent == 2 && word == "map" && p.list != nil:
		p.inMap = true
		return nil
	case indent >= 2 && p.list != nil:
		return p.field(word, rest, indent)
	}
	return fmt.Errorf("%q does not belong here", body)
}

func (p *parser) namedType(rest string) error {
	name, text, _ := strings.Cut(rest, " ")
	t, err := p.expression(text, 0)
	if err != nil {
		return err
	}
	known := p.typeNamed(name)
	*known = *t
	known.name = name
	if n := len(p.unions); n > 0 && p.unions[n-1].typ == t {
		p.unions[n-1].typ = known
	}
	return nil
}

// typeNamed gives a type that may be defined further down.
func (p *parser) typeNamed(name string) *typ {
	t := p.types[name]
	if t == nil {
		t = &typ{}
		p.types[name] = t
	}
	return t
}

func (p *parser) newList(word, rest string) error {
	l := &list{table: p.table.name, fields: make(map[string]*field)}
	switch word {
	case "list":
		names := strings.Fields(rest)
		if len(names) < 2 {
			return fmt.Errorf("list %q has no key", rest)
		}
		name, most, bounded := strings.Cut(names[0], "*")
		l.name, l.keys = name, names[1:]
		if bounded {
			n, err := strconv.Atoi(most)
			if err != nil {
				return fmt.Errorf("list %s: %w", rest, err)
			}
			l.most = n
		}
	case "one":
		l.name = rest
		if p.schema.events[p.table.name] != p.table {
			l.only = rest
		}
	default:
		return fmt.Errorf("%q is neither list nor one", word)
	}
	p.list, p.inMap = l, false
	p.table.lists = append(p.table.lists, l)
	return nil
}

func (p *parser) field(word, rest string, indent int) error {
	f, err := newField(word)
	if err != nil {
		return err
	}
	text, value, has := strings.Cut(rest, " = ")
	if has {
		v, err := strconv.Unquote(value)
		if err != nil {
			return fmt.Errorf("default %s: %w", value, err)
		}
		f.value, f.hasValue = v, true
	}
	t, err := p.expression(text, indent)
	if err != nil {
		return err
	}
	f.typ = t
	if indent == 2 {
		p.list.fields[f.name] = f
		if f.mandatory {
			p.list.mandatory = append(p.list.mandatory, f.name)
		}
		p.inMap = false
	} else if p.list.mapKey == nil {
		p.list.mapKey = f
	} else {
		p.list.mapValue = f
	}
	return nil
}

func (p *parser) condition(text string) error {
	c, err := parseCondition(text)
	if err != nil {
		return err
	}
	if c.field != "" && p.list.fields[c.field] == nil {
		return fmt.Errorf("condition on %s: no such field", c.field)
	}
	p.list.conditions = append(p.list.conditions, c)
	return nil
}

// newField reads name, name! or name*3!: ! for what must be there, * for a list
// and after it how many values it has at most.
func newField(word string) (*field, error) {
	name, bounds, multiple := strings.Cut(word, "*")
	f := &field{name: strings.TrimSuffix(name, "!"), multiple: multiple, mandatory: strings.HasSuffix(word, "!")}
	if most := strings.TrimSuffix(bounds, "!"); most != "" {
		n, err := strconv.Atoi(most)
		if err != nil {
			return nil, fmt.Errorf("field %s: %w", word, err)
		}
		f.most = n
	}
	return f, nil
}

// option adds one line to the innermost open union.
func (p *parser) option(text string, indent int) error {
	if len(p.unions) == 0 {
		return fmt.Errorf("%q is in no union", text)
	}
	union := p.unions[len(p.unions)-1].typ
	t, err := p.expression(text, indent)
	if err != nil {
		return err
	}
	union.options = append(union.options, t)
	return nil
}

// expression reads a type.
func (p *parser) expression(text string, indent int) (*typ, error) {
	word, rest, _ := strings.Cut(text, " ")
	t := &typ{name: word, maxLen: -1}
	switch word {
	case "string":
		return t, t.parseString(rest)
	case "enum":
		t.kind = kindEnum
		list, err := strconv.Unquote(rest)
		t.choices = strings.Split(list, "|")
		return t, err
	case "bool":
		t.kind = kindBool
		return t, nil
	case "ref":
		t.kind = kindRef
		return t, t.parseRef(rest)
	case "union":
		t.kind = kindUnion
		p.unions = append(p.unions, openUnion{indent, t})
		return t, nil
	case "decimal64":
		t.kind = kindDecimal
		return t, t.parseRanges(rest)
	}
	if bounds, ok := numberBounds(word); ok {
		t.kind, t.wide = kindNumber, strings.HasSuffix(word, "64")
		if rest == "" {
			rest = bounds
		}
		return t, t.parseRanges(rest)
	}
	if rest != "" {
		return nil, fmt.Errorf("unknown type %q", text)
	}
	return p.typeNamed(word), nil
}

// numberBounds gives the range of a whole-number type.
func numberBounds(name string) (string, bool) {
	switch name {
	case "int8":
		return "-128..127", true
	case "int16":
		return "-32768..32767", true
	case "int32":
		return "-2147483648..2147483647", true
	case "int64":
		return "-9223372036854775808..9223372036854775807", true
	case "uint8":
		return "0..255", true
	case "uint16":
		return "0..65535", true
	case "uint32":
		return "0..4294967295", true
	case "uint64":
		return "0..18446744073709551615", true
	}
	return "", false
}

// parseString reads: len 1..255 "pattern" "pattern" want "words".
func (t *typ) parseString(text string) error {
	if rest, ok := strings.CutPrefix(text, "len "); ok {
		bounds, more, _ := strings.Cut(rest, " ")
		low, high, _ := strings.Cut(bounds, "..")
		var err error
		if t.minLen, err = strconv.Atoi(low); err != nil {
			return fmt.Errorf("length %q: %w", bounds, err)
		}
		if t.maxLen, err = strconv.Atoi(high); err != nil {
			return fmt.Errorf("length %q: %w", bounds, err)
		}
		text = more
	}
	for text != "" {
		words, last := strings.CutPrefix(text, "want ")
		if last {
			text = words
		}
		quoted, err := strconv.QuotedPrefix(text)
		if err != nil {
			return fmt.Errorf("pattern %s: %w", text, err)
		}
		source, err := strconv.Unquote(quoted)
		if err != nil {
			return fmt.Errorf("pattern %s: %w", quoted, err)
		}
		if last {
			t.want = source
			return nil
		}
		t.patterns = append(t.patterns, &pattern{source: source})
		text = strings.TrimLeft(text[len(quoted):], " ")
	}
	return nil
}

// parseRanges reads "0|5..300".
func (t *typ) parseRanges(text string) error {
	for part := range strings.SplitSeq(text, "|") {
		low, high, isRange := strings.Cut(part, "..")
		if !isRange {
			high = low
		}
		s := span{text: part}
		var ok1, ok2 bool
		s.low, ok1 = new(big.Rat).SetString(low)
		s.high, ok2 = new(big.Rat).SetString(high)
		if !ok1 || !ok2 {
			return fmt.Errorf("range %q is not a range", part)
		}
		if i := strings.IndexByte(low, '.'); i >= 0 {
			t.digits = len(low) - i - 1
		}
		t.ranges = append(t.ranges, s)
	}
	return nil
}

// parseRef reads TABLE/LIST/field[part].
func (t *typ) parseRef(text string) error {
	path, conditions, _ := strings.Cut(text, "[")
	parts := strings.Split(path, "/")
	if len(parts) != 3 {
		return fmt.Errorf("reference %q is not TABLE/LIST/field", text)
	}
	t.ref = reference{table: parts[0], list: parts[1], field: parts[2]}
	for c := range strings.SplitSeq(conditions, "[") {
		if c != "" {
			t.ref.same = append(t.ref.same, strings.TrimSuffix(c, "]"))
		}
	}
	return nil
}
