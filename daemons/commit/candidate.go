package commit

import (
	"maps"
	"slices"

	"github.com/heddle-nos/heddle/internal/natural"
)

// Candidate is a configuration being edited. It reads like the running one
// with the edits made so far.
type Candidate struct{ config Config }

// NewCandidate starts from a copy of a configuration.
func NewCandidate(c Config) *Candidate { return &Candidate{c.Clone()} }

// Config gives the edited configuration; the caller must not write to it.
func (c *Candidate) Config() Config { return c.config }

// Row gives a row; false when there is none.
func (c *Candidate) Row(table, key string) (Row, bool) { return c.config.Row(table, key) }

// Has says whether a row exists.
func (c *Candidate) Has(table, key string) bool {
	_, ok := c.config.Row(table, key)
	return ok
}

// Keys lists a table's keys in natural order.
func (c *Candidate) Keys(table string) []string {
	return slices.SortedFunc(maps.Keys(c.config[table]), natural.Compare)
}

// Set lays fields over a row, which is made when it does not exist.
func (c *Candidate) Set(table, key string, fields Row) {
	row := maps.Clone(c.config[table][key])
	if row == nil {
		row = make(Row, len(fields))
	}
	maps.Copy(row, fields)
	c.config.put(table, key, row)
}

// SetField lays one field over a row.
func (c *Candidate) SetField(table, key, field, value string) {
	c.Set(table, key, Row{field: value})
}

// Replace makes a row hold exactly these fields.
func (c *Candidate) Replace(table, key string, fields Row) {
	c.config.put(table, key, maps.Clone(fields))
}

// Unset takes fields from a row, which stays.
func (c *Candidate) Unset(table, key string, fields ...string) {
	row, ok := c.config.Row(table, key)
	if !ok {
		return
	}
	row = maps.Clone(row)
	for _, f := range fields {
		delete(row, f)
	}
	c.config.put(table, key, row)
}

// Delete takes a row away; one that does not exist is no error.
func (c *Candidate) Delete(table, key string) { c.config.remove(table, key) }
