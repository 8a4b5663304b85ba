package yang

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

//go:generate go run github.com/heddle-nos/heddle/internal/tools/yanggen -yang .

//go:embed config_db.schema
var schemaText string

// Problem is one thing that is wrong with a configuration.
type Problem struct {
	Table, Key, Field string
	Text              string // what is wrong and what would be right
	Warning           bool   // true: worth telling, no reason to refuse
	Incomplete        bool   // true: right once something else is configured as well, or harmless as it is; a file with it is refused
	Absent            string // the tables, joined by commas, that it refers to when none of them has a row
}

// Same says whether it is the same thing that is wrong: other rows of the table
// that it refers to may have come or gone meanwhile.
func (p Problem) Same(other Problem) bool {
	p.Absent, other.Absent = "", ""
	return p == other
}

// String writes the problem as one line. Of a name or value that goes on for
// pages it shows both ends.
func (p Problem) String() string {
	where := p.Table
	if p.Key != "" {
		where += "|" + p.Key
	}
	if p.Field != "" {
		where += " " + p.Field
	}
	return clip(where) + ": " + clip(p.Text)
}

func clip(s string) string {
	const most, head, tail = 600, 300, 150
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:head], "") + " ... " + strings.ToValidUTF8(s[len(s)-tail:], "")
}

// Checker judges configurations. It reads its schema when first used.
type Checker struct {
	load func() (*schema, error)
	mu   sync.Mutex // patterns are compiled on use
}

// NewChecker makes a checker of all known tables.
func NewChecker() *Checker {
	return &Checker{load: sync.OnceValues(func() (*schema, error) { return parseSchema(schemaText) })}
}

// Check lists what is wrong, sorted by table and key. An empty list, or one of
// warnings only, means that the configuration can run.
func (c *Checker) Check(config Config) []Problem {
	s, err := c.load()
	if err != nil { // a test reads the schema; this is a broken build
		return []Problem{{Text: err.Error()}}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	x := newIndex(s, config)
	var out []Problem
	for _, name := range slices.Sorted(maps.Keys(config)) {
		if p, ok := x.unmodelled(name); ok {
			out = append(out, p)
		}
		t := s.described(name)
		if t == nil {
			continue
		}
		var found []Problem
		for key, row := range config[name] {
			found = append(found, t.check(x, key, row)...)
		}
		slices.SortStableFunc(found, byKey)
		out = append(out, found...)
		out = append(out, t.tooMany(config[name])...)
	}
	return append(out, checkRules(config)...)
}

// unknownTable warns of a table, with the meant name where not everything is unknown.
func (x *index) unknownTable(name string) Problem {
	text := "unknown table; its rows are kept and not checked"
	if len(x.config) <= 2*len(x.schema.tables) {
		text += suggest(name, maps.Keys(x.schema.tables))
	}
	return Problem{Table: name, Text: text, Warning: true}
}

// check judges a row by the shape its key has. When several shapes have such
// keys, the row must fit one of them.
func (t *table) check(x *index, key string, row map[string]string) []Problem {
	var best []Problem
	fits := false
	for _, l := range t.lists {
		parts, ok := l.split(key)
		if !ok {
			continue
		}
		problems := l.check(x, key, parts, row)
		if len(problems) == 0 {
			return nil
		}
		if !fits || len(problems) < len(best) {
			best = problems
		}
		fits = true
	}
	if fits {
		return best
	}
	text := "the key is not " + t.keyForms()
	if t.lists[0].event() {
		text = "is a row; an event has fields only"
	}
	return []Problem{{Table: t.name, Key: key, Text: text}}
}

// keyForms tells what keys the table has.
func (t *table) keyForms() string {
	forms := make([]string, len(t.lists))
	for i, l := range t.lists {
		forms[i] = l.only
		if l.keys != nil {
			forms[i] = "<" + strings.Join(l.keys, ">|<") + ">"
		}
	}
	return strings.Join(forms, " or ")
}

func (l *list) check(x *index, key string, parts []string, row map[string]string) []Problem {
	at := place{l, parts, row}
	var out []Problem
	add := func(field, text string) {
		if text == "" {
			return
		}
		p := Problem{Table: l.table, Key: key, Field: field, Text: text, Incomplete: strings.HasSuffix(text, twice)}
		if f := l.fields[field]; f != nil && strings.Contains(text, absentee) {
			p.Absent = x.absent(f.typ)
		}
		out = append(out, p)
	}
	for i, name := range l.keys {
		if f := l.fields[name]; f != nil {
			add(name, f.typ.check(x, at, parts[i]))
		}
	}
	inKey := len(out)
	for stored, value := range row {
		add(strings.TrimSuffix(stored, "@"), conceal(stored, value, l.checkField(x, at, stored, value)))
	}
	slices.SortFunc(out[inKey:], func(a, b Problem) int { return strings.Compare(a.Field, b.Field) })
	for _, name := range l.mandatory {
		if !has(row, name) && !spared(x.config, l.table, name) {
			add(name, "must be set")
		}
	}
	for _, c := range l.conditions {
		add(c.field, c.check(at))
	}
	return out
}

const (
	twice    = " is in the list twice" // said of a value that a list repeats
	absentee = " is not in "           // said of a name that no row has
)

func has(row map[string]string, name string) bool {
	_, plain := row[name]
	_, list := row[name+"@"]
	return plain || list
}

// mostFields bounds the rows in which the meant name of a field is looked for: a
// hostile file shall not make much work of little text.
const mostFields = 100

// checkField judges one stored field.
func (l *list) checkField(x *index, at place, stored, value string) string {
	name := strings.TrimSuffix(stored, "@")
	if stored == "NULL" {
		return ""
	}
	if l.mapKey != nil {
		if text := l.mapKey.typ.check(x, at, name); text != "" {
			return "the field's name " + text
		}
		return l.mapValue.typ.check(x, at, value)
	}
	f := l.fields[name]
	if f == nil || slices.Contains(l.keys, name) {
		text := fmt.Sprintf("unknown field; %s knows no field of this name", l.table)
		if len(at.row) <= mostFields {
			text += suggest(name, maps.Keys(l.fields))
		}
		return text
	}
	isList := stored != name
	if isList && !f.multiple {
		return "is a list, want a single value"
	}
	if !f.multiple {
		return f.typ.check(x, at, value)
	}
	return f.checkList(x, at, value)
}

// checkList judges the values of a list.
func (f *field) checkList(x *index, at place, value string) string {
	if value == "" {
		if f.mandatory {
			return "is empty, want at least one value"
		}
		return ""
	}
	if n := strings.Count(value, ",") + 1; f.most > 0 && n > f.most {
		return fmt.Sprintf("has %d values, want at most %d", n, f.most)
	}
	seen := make(map[string]bool)
	for v := range strings.SplitSeq(value, ",") {
		if text := f.typ.check(x, at, v); text != "" {
			return text
		}
		if seen[v] {
			return fmt.Sprintf("%q"+twice, v)
		}
		seen[v] = true
	}
	return ""
}
