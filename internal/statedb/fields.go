package statedb

import (
	"fmt"
	"iter"
	"maps"
	"slices"
)

// Fields is a row as stored. An empty map is a row without fields (in Redis: NULL=NULL).
type Fields = map[string]string

// Field is one field of a row, where order or cost matters.
type Field struct{ Name, Value string }

// Op says what became of a key.
type Op uint8

// A key has this row now, or none any more.
const (
	OpSet Op = iota
	OpDel
)

func (o Op) String() string {
	if o == OpDel {
		return "DEL"
	}
	return "SET"
}

// KeyOp is a change of one row of a table.
type KeyOp struct {
	Op     Op
	Key    string
	Fields []Field // OpSet only
}

func (k KeyOp) String() string { return fmt.Sprintf("%s %s %v", k.Op, k.Key, k.Fields) }

// Map gives the fields by name.
func (k KeyOp) Map() Fields { return FieldMap(k.Fields) }

// FieldMap turns a list of fields into a map; of two with one name the later wins, as in Redis.
func FieldMap(list []Field) Fields {
	m := make(Fields, len(list))
	for _, f := range list {
		m[f.Name] = f.Value
	}
	return m
}

// FieldList turns a map into a list sorted by name.
func FieldList(m Fields) []Field {
	list := make([]Field, 0, len(m))
	for _, name := range slices.Sorted(maps.Keys(m)) {
		list = append(list, Field{name, m[name]})
	}
	return list
}

// null is the name and the value of the only field of a row without fields.
const null = "NULL"

func isNull(f Field) bool { return f.Name == null && f.Value == null }

func withoutNull(m Fields) Fields {
	if m[null] == null {
		delete(m, null)
	}
	return m
}

// stored is the argument list of HSET.
func stored(m Fields) []any {
	if len(m) == 0 {
		return []any{null, null}
	}
	args := make([]any, 0, 2*len(m))
	for name, value := range m {
		args = append(args, name, value)
	}
	return args
}

func chunks[T any](s []T, n int) iter.Seq[[]T] { return slices.Chunk(s, n) }
