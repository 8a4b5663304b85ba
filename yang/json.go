package yang

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// JSON converts rows to the JSON that the models describe (RFC 7951), and back:
//
//	{"heddle-vlan:VLAN": {"VLAN_LIST": [{"name": "Vlan100", "vlanid": 100}]}}
//
// It judges no more than it must to do so: references, ranges and patterns are
// for a Checker.
type JSON struct {
	load func() (*schema, error)
	mu   sync.Mutex // patterns are compiled on use
}

// NewJSON makes a converter for all known tables.
func NewJSON() *JSON {
	return &JSON{load: sync.OnceValues(func() (*schema, error) { return parseSchema(schemaText) })}
}

// mapName is what the models call the list of the fields of any name.
const mapName = "entry"

// Encode writes a configuration. A table, field or value that the models do not
// describe is an error.
func (j *JSON) Encode(config Config) ([]byte, error) {
	s, err := j.load()
	if err != nil {
		return nil, err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	top := make(map[string]any, len(config))
	for _, name := range slices.Sorted(maps.Keys(config)) {
		t := s.tables[name]
		if t == nil {
			return nil, fmt.Errorf("encode %s: unknown table", name)
		}
		if top[t.module+":"+name], err = s.encodeTable(t, config[name]); err != nil {
			return nil, err
		}
	}
	return json.Marshal(top)
}

func (s *schema) encodeTable(t *table, rows map[string]map[string]string) (map[string]any, error) {
	out := make(map[string]any)
	for _, key := range slices.Sorted(maps.Keys(rows)) {
		l, parts := s.shape(t, key)
		if l == nil {
			return nil, fmt.Errorf("encode %s|%s: the key is not %s", t.name, key, t.keyForms())
		}
		row, err := s.encodeRow(l, parts, rows[key])
		if err != nil {
			return nil, fmt.Errorf("encode %s|%s %w", t.name, key, err)
		}
		if l.keys == nil {
			out[l.name] = row
			continue
		}
		list, _ := out[l.name].([]any)
		out[l.name] = append(list, row)
	}
	return out, nil
}

// shape finds the shape of a row: the first whose key it has, and whose types
// the parts of the key have.
func (s *schema) shape(t *table, key string) (*list, []string) {
	for _, l := range t.lists {
		parts, ok := l.split(key)
		for i := 0; ok && i < len(parts); i++ {
			_, ok = s.encodeValue(l.fields[l.keys[i]].typ, parts[i])
		}
		if ok {
			return l, parts
		}
	}
	return nil, nil
}

func (s *schema) encodeRow(l *list, parts []string, row map[string]string) (map[string]any, error) {
	out := make(map[string]any, len(parts)+len(row))
	for i, name := range l.keys {
		out[name], _ = s.encodeValue(l.fields[name].typ, parts[i])
	}
	var entries []any
	for _, stored := range slices.Sorted(maps.Keys(row)) {
		name := strings.TrimSuffix(stored, "@")
		var err error
		switch f := l.fields[name]; {
		case stored == "NULL":
		case l.mapKey != nil:
			entries, err = s.encodeEntry(l, entries, name, row[stored])
		case f == nil || slices.Contains(l.keys, name):
			err = fmt.Errorf("%s: unknown field", name)
		default:
			out[name], err = s.encodeField(f, row[stored])
		}
		if err != nil {
			return nil, err
		}
	}
	if entries != nil {
		out[mapName] = entries
	}
	return out, nil
}

func (s *schema) encodeEntry(l *list, entries []any, name, value string) ([]any, error) {
	k, ok1 := s.encodeValue(l.mapKey.typ, name)
	v, ok2 := s.encodeValue(l.mapValue.typ, value)
	if !ok1 || !ok2 {
		return nil, fmt.Errorf("%s: %q is not of the field's type", name, value)
	}
	return append(entries, map[string]any{l.mapKey.name: k, l.mapValue.name: v}), nil
}

func (s *schema) encodeField(f *field, text string) (any, error) {
	if !f.multiple {
		return s.encodeNamed(f, text)
	}
	list := []any{}
	if text == "" {
		return list, nil
	}
	for v := range strings.SplitSeq(text, ",") {
		value, err := s.encodeNamed(f, v)
		if err != nil {
			return nil, err
		}
		list = append(list, value)
	}
	return list, nil
}

func (s *schema) encodeNamed(f *field, text string) (any, error) {
	v, ok := s.encodeValue(f.typ, text)
	if !ok {
		return nil, fmt.Errorf("%s: %q is not of the field's type", f.name, text)
	}
	return v, nil
}

// encodeValue gives a value as JSON has it (RFC 7951 section 6): numbers of 64
// bits and fractions are strings. False when the text is none of the type.
func (s *schema) encodeValue(t *typ, text string) (any, bool) {
	switch t.kind {
	case kindBool:
		return text == "true", text == "true" || text == "false"
	case kindNumber, kindDecimal:
		n, ok := number(text, t.kind == kindDecimal)
		if !ok {
			return nil, false
		}
		canonical := n.FloatString(t.digits)
		if t.kind == kindDecimal { // RFC 7950 section 9.3.2: no zeros at the end but one
			if canonical = strings.TrimRight(canonical, "0"); strings.HasSuffix(canonical, ".") {
				canonical += "0"
			}
			return canonical, true
		}
		if t.wide {
			return canonical, true
		}
		return json.Number(canonical), true
	case kindEnum:
		return text, slices.Contains(t.choices, text)
	case kindRef:
		return s.encodeValue(s.target(t.ref), text)
	case kindUnion:
		for _, o := range t.options {
			if v, ok := s.encodeValue(o, text); ok && s.plausible(o, text) {
				return v, true
			}
		}
		return nil, false
	}
	return text, true
}

// plausible says whether an option of a union can be meant: texts fit its
// patterns, numbers its ranges.
func (s *schema) plausible(t *typ, text string) bool {
	if t.kind == kindRef || t.kind == kindUnion {
		return true
	}
	return t.check(nil, place{}, text) == ""
}

// target gives the type of what a reference leads to.
func (s *schema) target(r reference) *typ {
	for _, l := range s.tables[r.table].lists {
		if f := l.fields[r.field]; l.name == r.list && f != nil {
			return f.typ
		}
	}
	return &typ{kind: kindString, maxLen: -1} // a test follows every reference
}
