package linkproto

import (
	"context"
	"fmt"
	"maps"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// Tables is the content of tables: by table and key.
type Tables map[string]map[string]statedb.Fields

// Put adds a row. All row types of a daemon can be encoded; one that cannot is a mistake that the first test finds.
func (t Tables) Put(table, key string, row any) error {
	fields, err := statedb.Encode(row)
	if err != nil {
		return fmt.Errorf("write %s %s: %w", table, key, err)
	}
	t.Set(table, key, statedb.FieldMap(fields))
	return nil
}

// Set adds a row as it is.
func (t Tables) Set(table, key string, row statedb.Fields) {
	if t[table] == nil {
		t[table] = make(map[string]statedb.Fields)
	}
	t[table][key] = row
}

// Changes adds to another what makes fresh out of t; nil stands for a row that is gone. A row that somebody else has put there by now stays.
func (t Tables) Changes(fresh, to Tables) {
	for table, rows := range t {
		for key := range rows {
			if _, still := fresh[table][key]; !still {
				to.Set(table, key, nil)
			}
		}
	}
	for table, rows := range fresh {
		for key, row := range rows {
			if !maps.Equal(row, t[table][key]) || t[table][key] == nil {
				to.Set(table, key, row)
			}
		}
	}
}

// RowRef names a row of CONFIG_DB.
type RowRef struct{ Table, Key string }

// Update is what is to be written.
type Update struct {
	Rows Tables // those that changed; nil for one that is gone
	// Do is done once, after the tables of the ASIC are written. What fails is done again, all that follows with it.
	Do  []func(context.Context) error
	Bad map[RowRef]error // all rows that are bad now; nil: as before
	// Done is done once all the rest is, and again if it fails.
	Done []func(context.Context) error
}
