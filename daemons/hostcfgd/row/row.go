package row

import (
	"maps"
	"slices"

	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// Name is the place of a row.
type Name struct{ Table, Key string }

// Problem says why a row cannot be used.
type Problem struct {
	Row Name
	Err error
}

// Tables holds rows by table and key.
type Tables map[string]map[string]statedb.Fields

// Keys lists the keys of a table in the order that people expect.
func (t Tables) Keys(table string) []string {
	return slices.SortedFunc(maps.Keys(t[table]), natural.Compare)
}

// Has tells whether there is a row.
func (t Tables) Has(table, key string) bool {
	_, ok := t[table][key]
	return ok
}

// Read begins to read a row; one that is absent has no fields.
func (t Tables) Read(table, key string) *Reader {
	return &Reader{Name: Name{Table: table, Key: key}, fields: t[table][key]}
}

// Reader reads the fields of one row. The first value that cannot be used is remembered, and what it is read as has no meaning.
type Reader struct {
	Name
	fields statedb.Fields
	err    error
}

// Err is what is wrong with the values read so far.
func (r *Reader) Err() error { return r.err }

// Wrong says that a field cannot be used.
func (r *Reader) Wrong(field string, err error) { r.wrong(field, r.fields[field], err) }

// Missing says that a field is needed and not there.
func (r *Reader) Missing(field string) {
	if r.err == nil {
		r.err = &statedb.MissingError{Field: field}
	}
}

// Fail says what is wrong with the row itself.
func (r *Reader) Fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *Reader) wrong(field, value string, err error) {
	if r.err == nil && err != nil {
		r.err = &statedb.FieldError{Field: field, Value: value, Err: err}
	}
}

// Has tells whether the row has a value for a field.
func (r *Reader) Has(field string) bool { return r.value(field) != "" }

// value takes a list's "@" for no part of its name.
func (r *Reader) value(field string) string {
	if v, ok := r.fields[field]; ok {
		return v
	}
	return r.fields[field+"@"]
}
