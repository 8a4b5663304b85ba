package counters

import (
	"context"
	"fmt"
	"strings"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// Tables of FLEX_COUNTER_DB and COUNTERS_DB.
const (
	tableCounter = "FLEX_COUNTER_TABLE"
	tableGroup   = "FLEX_COUNTER_GROUP_TABLE"
	tableValues  = "COUNTERS"
)

// Requests writes what clients ask for over the ASIC_STATE queue into
// FLEX_COUNTER_DB, where the poller finds it, also after a restart.
type Requests struct{ db *statedb.DB }

// NewRequests returns the requests kept in db.
func NewRequests(db *statedb.DB) *Requests { return &Requests{db: db} }

// SetGroup changes fields of a group.
func (r *Requests) SetGroup(ctx context.Context, group string, fields []string) error {
	return r.db.Set(ctx, tableGroup, group, toFields(fields))
}

// DeleteGroup removes a group.
func (r *Requests) DeleteGroup(ctx context.Context, group string) error {
	return r.db.Delete(ctx, tableGroup, group)
}

// Start makes objects of a group be polled; key is "<group>:<oid>[,<oid>...]".
func (r *Requests) Start(ctx context.Context, key string, fields []string) error {
	keys, err := split(key)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if err := r.db.Set(ctx, tableCounter, k, toFields(fields)); err != nil {
			return err
		}
	}
	return nil
}

// Stop ends what Start began.
func (r *Requests) Stop(ctx context.Context, key string) error {
	keys, err := split(key)
	if err != nil {
		return err
	}
	return r.db.Delete(ctx, tableCounter, keys...)
}

// split turns a key that names several objects into one key for each.
func split(key string) ([]string, error) {
	group, ids, ok := strings.Cut(key, ":")
	if !ok || group == "" || ids == "" {
		return nil, fmt.Errorf("counter key %.80q: want <group>:<oid>", key)
	}
	var keys []string
	for id := range strings.SplitSeq(ids, ",") {
		keys = append(keys, group+":"+id)
	}
	return keys, nil
}

func toFields(fv []string) statedb.Fields {
	m := make(statedb.Fields, len(fv)/2)
	for i := 0; i+1 < len(fv); i += 2 {
		m[fv[i]] = fv[i+1]
	}
	return m
}
