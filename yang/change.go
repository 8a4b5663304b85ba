package yang

import (
	"maps"
	"slices"
	"strings"
)

// RowKey names a row.
type RowKey struct{ Table, Key string }

// CheckChange lists what a change makes wrong: what Check finds in after and
// would not find in before, when the two differ in the changed rows only. It
// looks at those rows, at rows that refer to something that is gone, and at
// rows whose rules read a table with a change; so its cost is that of the
// change rather than that of the configuration.
func (c *Checker) CheckChange(before, after Config, changed []RowKey) []Problem {
	s, err := c.load()
	if err != nil { // a test reads the schema; this is a broken build
		return []Problem{{Text: err.Error()}}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	d := &delta{
		schema: s,
		before: newIndex(s, before),
		after:  newIndex(s, after),
		tables: make(map[string][]string),
	}
	for _, r := range changed {
		d.tables[r.Table] = append(d.tables[r.Table], r.Key)
	}
	return append(d.rows(), d.rules()...)
}

// delta is a change that is being judged.
type delta struct {
	schema        *schema
	before, after *index
	tables        map[string][]string // keys of the changed rows by table
}

// rows judges each row that is concerned by itself.
func (d *delta) rows() []Problem {
	concerned := make(map[RowKey]bool)
	for table, keys := range d.tables {
		for _, key := range keys {
			concerned[RowKey{table, key}] = true
		}
	}
	d.dangling(concerned)
	byRow := func(a, b RowKey) int {
		return slices.Compare([]string{a.Table, a.Key}, []string{b.Table, b.Key})
	}
	out := append(d.unknownTables(), d.tooMany()...)
	for _, r := range slices.SortedFunc(maps.Keys(concerned), byRow) {
		found := d.after.row(r)
		if len(found) > 0 {
			found = without(found, d.before.row(r))
		}
		out = append(out, found...)
	}
	return out
}

// tooMany looks at the tables whose number of rows is bounded.
func (d *delta) tooMany() []Problem {
	var out []Problem
	for _, table := range slices.Sorted(maps.Keys(d.tables)) {
		if t := d.schema.tables[table]; t != nil {
			out = append(out, without(t.tooMany(d.after.config[table]), t.tooMany(d.before.config[table]))...)
		}
	}
	return out
}

// unknownTables warns of those that the change brings.
func (d *delta) unknownTables() []Problem {
	var out []Problem
	for _, table := range slices.Sorted(maps.Keys(d.tables)) {
		if len(d.before.config[table]) > 0 || len(d.after.config[table]) == 0 {
			continue
		}
		if p, ok := d.after.unmodelled(table); ok {
			out = append(out, p)
		}
	}
	return out
}

// row lists what is wrong with one row, nothing when it is not there.
func (x *index) row(r RowKey) []Problem {
	row, ok := x.config[r.Table][r.Key]
	t := x.schema.described(r.Table)
	if !ok || t == nil {
		return nil
	}
	return t.check(x, r.Key, row)
}

// without takes away what was wrong before.
func without(found, before []Problem) []Problem {
	return slices.DeleteFunc(found, func(p Problem) bool { return slices.ContainsFunc(before, p.Same) })
}

// rules runs the rules that the change concerns.
func (d *delta) rules() []Problem {
	var out []Problem
	before, after := &derived{config: d.before.config}, &derived{config: d.after.config}
	for _, u := range rules() {
		var found []Problem
		switch {
		case slices.ContainsFunc(u.reads, func(t string) bool { return len(d.tables[t]) > 0 }):
			found = u.onRows(after, maps.Keys(d.after.config[u.table]))
		case len(d.tables[u.table]) > 0:
			found = u.onRows(after, existing(d.after.config[u.table], d.tables[u.table]))
		}
		if len(found) > 0 {
			found = without(found, u.onRows(before, existing(d.before.config[u.table], keysOf(found))))
		}
		out = append(out, found...)
	}
	return out
}

// existing gives those keys that a table has.
func existing(rows map[string]map[string]string, keys []string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for _, key := range keys {
			if _, ok := rows[key]; ok && !yield(key) {
				return
			}
		}
	}
}

// keysOf gives the rows that problems are about, each once.
func keysOf(list []Problem) []string {
	keys := make([]string, len(list))
	for i, p := range list {
		keys[i] = p.Key
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// dangling adds the rows that refer to a value which some changed row no longer has.
func (d *delta) dangling(concerned map[RowKey]bool) {
	lost := make(map[*field]map[string]bool) // by the field that refers
	for _, r := range d.schema.referrers() {
		for _, key := range d.tables[r.ref.table] {
			d.lostValues(r, key, lost)
		}
	}
	for _, r := range d.schema.referrers() {
		if values := lost[r.field]; len(values) > 0 {
			d.findReferring(r, values, concerned)
		}
	}
}

// lostValues notes the values that a row offered to a reference and that it no
// longer offers. Other rows may still offer them: the look at the rows will tell.
func (d *delta) lostValues(r referrer, key string, lost map[*field]map[string]bool) {
	old, ok := d.before.config[r.ref.table][key]
	if !ok {
		return
	}
	for _, l := range d.schema.tables[r.ref.table].lists {
		if l.name != r.ref.list {
			continue
		}
		parts, ok := l.split(key)
		if !ok {
			continue
		}
		was := place{l, parts, old}
		if now, ok := d.after.config[r.ref.table][key]; ok && offers(was, r.ref) == offers(place{l, parts, now}, r.ref) {
			continue
		}
		if lost[r.field] == nil {
			lost[r.field] = make(map[string]bool)
		}
		for v := range strings.SplitSeq(was.field(r.ref.field), ",") {
			lost[r.field][v] = true
		}
	}
}

// offers is what of a row a reference looks at.
func offers(at place, r reference) string {
	text := at.field(r.field)
	for _, s := range r.same {
		text += "\x00" + at.field(s)
	}
	return text
}

// findReferring adds the rows whose field has one of the values.
func (d *delta) findReferring(r referrer, values map[string]bool, concerned map[RowKey]bool) {
	for key, row := range d.after.config[r.list.table] {
		parts, ok := r.list.split(key)
		if !ok {
			continue
		}
		if r.anyField {
			concerned[RowKey{r.list.table, key}] = true
			continue
		}
		at := place{r.list, parts, row}
		for v := range strings.SplitSeq(at.field(r.field.name), ",") {
			if values[v] {
				concerned[RowKey{r.list.table, key}] = true
				break
			}
		}
	}
}

// referrer is a field that holds references.
type referrer struct {
	list     *list
	field    *field
	ref      reference
	anyField bool // the names or the values of a field map
}

// referrers lists them all; a field whose type is a union may be there several times.
func (s *schema) referrers() []referrer {
	if s.refers != nil {
		return s.refers
	}
	for _, t := range s.tables {
		for _, l := range t.lists {
			for _, f := range l.fields {
				s.collect(referrer{list: l, field: f}, f.typ)
			}
			if l.mapKey != nil {
				s.collect(referrer{list: l, field: l.mapKey, anyField: true}, l.mapKey.typ)
				s.collect(referrer{list: l, field: l.mapValue, anyField: true}, l.mapValue.typ)
			}
		}
	}
	return s.refers
}

func (s *schema) collect(r referrer, t *typ) {
	if t.kind == kindRef {
		r.ref = t.ref
		s.refers = append(s.refers, r)
	}
	for _, o := range t.options {
		s.collect(r, o)
	}
}
