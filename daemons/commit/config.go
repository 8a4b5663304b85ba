package commit

import (
	"maps"
	"slices"
)

// Row holds the fields of one row; an empty row exists and has no fields.
type Row = map[string]string

// Table holds rows by key, without the table's name.
type Table = map[string]Row

// Config is a whole configuration, by table.
type Config map[string]Table

// Row gives a row; false when there is none.
func (c Config) Row(table, key string) (Row, bool) {
	r, ok := c[table][key]
	return r, ok
}

// Clone copies the configuration down to the fields.
func (c Config) Clone() Config {
	out := make(Config, len(c))
	for name, t := range c {
		rows := make(Table, len(t))
		for k, r := range t {
			rows[k] = maps.Clone(r)
		}
		out[name] = rows
	}
	return out
}

// put makes a row hold exactly these fields.
func (c Config) put(table, key string, row Row) {
	if c[table] == nil {
		c[table] = make(Table)
	}
	c[table][key] = row
}

// remove takes a row away, and the table with its last row.
func (c Config) remove(table, key string) {
	delete(c[table], key)
	if len(c[table]) == 0 {
		delete(c, table)
	}
}

// Merge lays another configuration over this one, field by field.
func (c Config) Merge(over Config) {
	for table, rows := range over {
		for key, row := range rows {
			merged := maps.Clone(c[table][key])
			if merged == nil {
				merged = make(Row, len(row))
			}
			maps.Copy(merged, row)
			c.put(table, key, merged)
		}
	}
}

// Change is what a commit does to one row. A nil row does not exist.
type Change struct {
	Table  string `json:"table"`
	Key    string `json:"key"`
	Before Row    `json:"before"`
	After  Row    `json:"after"`
}

// Apply makes changes, whatever the rows held before.
func (c Config) Apply(changes []Change) {
	for _, ch := range changes {
		if ch.After == nil {
			c.remove(ch.Table, ch.Key)
		} else {
			c.put(ch.Table, ch.Key, maps.Clone(ch.After))
		}
	}
}

// Diff lists the rows that differ, sorted by table and key.
func Diff(from, to Config) []Change {
	var out []Change
	for _, table := range names(from, to) {
		for _, key := range names(from[table], to[table]) {
			before, had := from[table][key]
			after, has := to[table][key]
			if had == has && maps.Equal(before, after) {
				continue
			}
			out = append(out, Change{Table: table, Key: key, Before: existing(before, had), After: existing(after, has)})
		}
	}
	return out
}

// existing keeps the difference between an empty row and no row.
func existing(r Row, ok bool) Row {
	if ok && r == nil {
		return Row{}
	}
	return r
}

// names gives the keys of both maps, sorted.
func names[V any](a, b map[string]V) []string {
	all := make(map[string]struct{}, len(a)+len(b))
	for k := range a {
		all[k] = struct{}{}
	}
	for k := range b {
		all[k] = struct{}{}
	}
	return slices.Sorted(maps.Keys(all))
}
