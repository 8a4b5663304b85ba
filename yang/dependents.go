package yang

import (
	"maps"
	"slices"
	"strings"
)

// Dependent is a value that refers to a row: a part of the row's key, the value
// of a field, or an element of a list.
type Dependent struct {
	Table, Key string
	Field      string // as stored; empty: the key
	Value      string
}

// InKey reports whether the row cannot be without what it refers to.
func (d Dependent) InKey() bool { return d.Field == "" }

// Dependents finds what refers to rows of a table, directly or because it refers
// to a row that does, sorted by table and key.
func (c *Checker) Dependents(config Config, table string, keys ...string) ([]Dependent, error) {
	s, err := c.load()
	if err != nil {
		return nil, err
	}
	w := walker{schema: s, config: config, gone: map[target]map[string]bool{}, seen: map[Dependent]bool{}, dropped: map[[2]string]bool{}}
	for _, k := range keys {
		w.drop(table, k)
	}
	for w.grew {
		w.grew = false
		w.round()
	}
	out := slices.Collect(maps.Keys(w.seen))
	slices.SortFunc(out, func(a, b Dependent) int {
		return slices.Compare([]string{a.Table, a.Key, a.Field, a.Value}, []string{b.Table, b.Key, b.Field, b.Value})
	})
	return out, nil
}

// target is what a reference points to.
type target struct{ table, list, field string }

// walker follows references backwards.
type walker struct {
	schema  *schema
	config  Config
	gone    map[target]map[string]bool // values that no row has any more
	dropped map[[2]string]bool         // rows that go
	seen    map[Dependent]bool
	grew    bool
}

// drop takes a row away, and with it the parts of its key that no other row of
// its list has.
func (w *walker) drop(table, key string) {
	if w.dropped[[2]string{table, key}] {
		return
	}
	w.dropped[[2]string{table, key}] = true
	w.grew = true
	t := w.schema.tables[table]
	if t == nil {
		return
	}
	for _, l := range t.lists {
		parts, ok := l.split(key)
		if !ok {
			continue
		}
		for i, name := range l.keys {
			if !w.elsewhere(table, l, i, parts[i]) {
				at := target{table, l.name, name}
				if w.gone[at] == nil {
					w.gone[at] = map[string]bool{}
				}
				w.gone[at][parts[i]] = true
			}
		}
	}
}

// elsewhere reports whether a row that stays has a value at a place in its key.
func (w *walker) elsewhere(table string, l *list, part int, value string) bool {
	for key := range w.config[table] {
		parts, ok := l.split(key)
		if ok && !w.dropped[[2]string{table, key}] && parts[part] == value {
			return true
		}
	}
	return false
}

// round looks once at every value there is.
func (w *walker) round() {
	for _, table := range slices.Sorted(maps.Keys(w.config)) {
		t := w.schema.tables[table]
		if t == nil {
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(w.config[table])) {
			if !w.dropped[[2]string{table, key}] {
				w.row(t, key, w.config[table][key])
			}
		}
	}
}

func (w *walker) row(t *table, key string, row map[string]string) {
	for _, l := range t.lists {
		parts, ok := l.split(key)
		if !ok {
			continue
		}
		for i, name := range l.keys {
			if f := l.fields[name]; f != nil && w.lost(f.typ, parts[i]) {
				w.find(Dependent{Table: t.name, Key: key, Value: parts[i]})
				w.drop(t.name, key)
				return
			}
		}
		w.fields(t.name, key, l, row)
	}
}

func (w *walker) fields(table, key string, l *list, row map[string]string) {
	for stored, value := range row {
		f := l.fields[strings.TrimSuffix(stored, "@")]
		if f == nil {
			continue
		}
		for v := range strings.SplitSeq(value, ",") {
			if w.lost(f.typ, v) {
				w.find(Dependent{Table: table, Key: key, Field: stored, Value: v})
			}
		}
	}
}

func (w *walker) find(d Dependent) {
	if !w.seen[d] {
		w.seen[d] = true
		w.grew = true
	}
}

// lost reports whether a value of a type refers to something that goes, and to
// nothing else.
func (w *walker) lost(t *typ, value string) bool {
	switch t.kind {
	case kindRef:
		return w.gone[target{t.ref.table, t.ref.list, t.ref.field}][value]
	case kindUnion:
		for _, o := range t.options {
			if w.lost(o, value) {
				return true
			}
		}
	}
	return false
}
