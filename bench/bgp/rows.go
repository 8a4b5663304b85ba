package main

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/internal/statedb"
)

const (
	slack   = 64   // keys that may come or go beside those of routes, neighbours for example
	perCall = 2000 // rows that are asked for together
)

// rows counts those of a table of routes in a database.
type rows struct {
	db    *redis.Client
	names func(prefix string) []string // of which a route has one
	what  load

	empty   int      // keys before the first route; -1: not counted
	missing []string // prefixes without a row when they were last looked for; nil: all of them
}

// rowsInAppl are those of ROUTE_TABLE, be they taken by orchagent yet or not.
func rowsInAppl(db *statedb.Client, what load) probe {
	name := func(p string) []string { return []string{"ROUTE_TABLE:" + p, "_ROUTE_TABLE:" + p} }
	r := &rows{db: db.DB(statedb.ApplDB).Redis(), names: name, what: what, empty: -1}
	return probe{inAppl, r.count}
}

// rowsInASIC are those that syncd writes when the ASIC has taken a route. before and after stand around the prefix in their names.
func rowsInASIC(db *statedb.Client, what load, before, after string) probe {
	name := func(p string) []string { return []string{before + p + after} }
	r := &rows{db: db.DB(statedb.AsicDB).Redis(), names: name, what: what, empty: -1}
	return probe{inASIC, r.count}
}

// count goes by the number of keys, which costs nothing, until that says that all routes could be there. Then it looks for each of them, and
// from then on for those that were missing.
func (r *rows) count(ctx context.Context) (int, error) {
	keys, err := r.db.DBSize(ctx).Result()
	if err != nil {
		return 0, err
	}
	if r.empty < 0 {
		r.empty = int(keys)
	}
	if come := int(keys) - r.empty; come < r.what.n-slack {
		return come, nil
	}
	looked := r.missing
	if looked == nil {
		for _, s := range r.what.sets {
			for _, p := range s.Prefixes {
				looked = append(looked, p.String())
			}
		}
	}
	r.missing = make([]string, 0, slack)
	for len(looked) > 0 {
		n := min(perCall, len(looked))
		if err := r.look(ctx, looked[:n]); err != nil {
			return 0, err
		}
		looked = looked[n:]
	}
	return r.what.n - len(r.missing), nil
}

// look notes which of the prefixes have no row.
func (r *rows) look(ctx context.Context, prefixes []string) error {
	found := make([]*redis.IntCmd, len(prefixes))
	_, err := r.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, prefix := range prefixes {
			found[i] = p.Exists(ctx, r.names(prefix)...)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("look for rows of routes: %w", err)
	}
	for i, f := range found {
		if f.Val() == 0 {
			r.missing = append(r.missing, prefixes[i])
		}
	}
	return nil
}
