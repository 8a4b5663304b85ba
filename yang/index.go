package yang

import "strings"

// Config is a configuration: rows by table and key. A field that holds a list
// has a name that ends in '@', and commas between its elements.
type Config = map[string]map[string]map[string]string

// place is where a value stands: its row and the parts of the row's key.
type place struct {
	list *list
	key  []string
	row  map[string]string
}

// field gives a key part or a field of the row.
func (p place) field(name string) string {
	for i, k := range p.list.keys {
		if k == name && i < len(p.key) {
			return p.key[i]
		}
	}
	return get(p.row, name)
}

// get reads a field whether it is stored as a list or not.
func get(row map[string]string, name string) string {
	if v, ok := row[name]; ok {
		return v
	}
	return row[name+"@"]
}

// index answers whether a value exists, and remembers what it looked at.
type index struct {
	schema *schema
	config Config
	sets   map[string]map[string]struct{}
}

func newIndex(s *schema, config Config) *index {
	return &index{schema: s, config: config, sets: make(map[string]map[string]struct{})}
}

// has says whether the field that r points to has the value in some row.
func (x *index) has(r reference, at place, v string) bool {
	name := r.table + "/" + r.list + "/" + r.field + "/" + strings.Join(r.same, "/")
	set, ok := x.sets[name]
	if !ok {
		set = x.collect(r)
		x.sets[name] = set
	}
	key := v
	for _, s := range r.same {
		key += "\x00" + at.field(s)
	}
	_, found := set[key]
	return found
}

// collect gathers the values of one field of a list.
func (x *index) collect(r reference) map[string]struct{} {
	set := make(map[string]struct{})
	t := x.schema.tables[r.table]
	if t == nil {
		return set
	}
	for _, l := range t.lists {
		if l.name != r.list {
			continue
		}
		for key, row := range x.config[r.table] {
			parts, ok := l.split(key)
			if !ok {
				continue
			}
			at := place{l, parts, row}
			suffix := ""
			for _, s := range r.same {
				suffix += "\x00" + at.field(s)
			}
			for v := range strings.SplitSeq(at.field(r.field), ",") {
				set[v+suffix] = struct{}{}
			}
		}
	}
	return set
}

// split cuts a key into the list's parts; false when it has another number.
func (l *list) split(key string) ([]string, bool) {
	if l.keys == nil {
		return nil, key == l.only
	}
	parts := strings.Split(key, "|")
	return parts, len(parts) == len(l.keys)
}

// absent lists the tables that a type refers to when none of them has a row:
// a switch whose ports are not known cannot tell a wrong name from one to come.
func (x *index) absent(t *typ) string {
	switch t.kind {
	case kindRef:
		if len(x.config[t.ref.table]) == 0 {
			return t.ref.table
		}
	case kindUnion:
		var tables []string
		for _, o := range t.options {
			if o.kind != kindRef && o.kind != kindUnion {
				continue
			}
			table := x.absent(o)
			if table == "" {
				return ""
			}
			tables = append(tables, table)
		}
		return strings.Join(tables, ",")
	}
	return ""
}
