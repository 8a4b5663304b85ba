package badrow

import (
	"context"
	"errors"
	"log/slog"
	"strings"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// Table is where the record is kept, in STATE_DB.
const Table = "HEDDLE_CONFIG_ERROR"

// AbsentError says that a row is good but names something that does not exist. It is used as soon as that does.
type AbsentError struct{ Err error }

func (e *AbsentError) Error() string { return e.Err.Error() }

// Unwrap gives what is absent.
func (e *AbsentError) Unwrap() error { return e.Err }

// FieldWaits marks the record of a row that is good and waits for something.
const FieldWaits = "waits"

// Record is the record of one daemon. It is used by one goroutine.
type Record struct {
	sep  string
	rows *statedb.Desired
	bad  map[string]string // full key to error text, so that each problem is logged once
	log  *slog.Logger
}

// New keeps the record for rows of these tables; other daemons keep it for others.
func New(state *statedb.DB, log *slog.Logger, tables ...string) *Record {
	owned := make(map[string]bool, len(tables))
	for _, t := range tables {
		owned[t] = true
	}
	sep := state.Separator()
	owns := func(key string, _ statedb.Fields) bool {
		table, _, _ := strings.Cut(key, sep)
		return owned[table]
	}
	return &Record{
		sep:  sep,
		rows: statedb.NewDesiredStored(state, Table, statedb.DesiredOptions{Owns: owns}),
		bad:  make(map[string]string),
		log:  log,
	}
}

// Report says that a row cannot be used.
func (r *Record) Report(table, key string, err error) {
	full := table + r.sep + key
	if r.bad[full] == err.Error() {
		return
	}
	r.bad[full] = err.Error()
	row := statedb.Fields{"field": "", "value": "", "error": err.Error()}
	var value *statedb.FieldError
	var missing *statedb.MissingError
	var absent *AbsentError
	switch {
	case errors.As(err, &value):
		row["field"], row["value"], row["error"] = value.Field, value.Value, value.Err.Error()
	case errors.As(err, &missing):
		row["field"], row["error"] = missing.Field, "missing"
	case errors.As(err, &absent):
		row[FieldWaits] = "true"
	}
	r.rows.Put(full, row)
	r.log.Error("skip bad row", "table", table, "key", key, "field", row["field"], "value", row["value"], "err", row["error"])
}

// Clear says that a row is good, or gone.
func (r *Record) Clear(table, key string) {
	full := table + r.sep + key
	if _, ok := r.bad[full]; ok {
		delete(r.bad, full)
		r.rows.Remove(full)
		r.log.Info("bad row is gone", "table", table, "key", key)
	}
}

// Forget makes the next Flush compare with what STATE_DB really holds.
func (r *Record) Forget() { r.rows.Forget() }

// Flush writes what changed.
func (r *Record) Flush(ctx context.Context) error {
	_, err := r.rows.Flush(ctx)
	return err
}
