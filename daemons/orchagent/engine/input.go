package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/status"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// take renders changed rows.
func (e *Engine) take(b batch) {
	f, ok := e.render[b.table]
	if !ok {
		return
	}
	for _, op := range append(b.ops, e.vanished(b)...) {
		row := object.Row{Table: b.table, Key: op.Key}
		if op.Op == statedb.OpSet {
			row.Fields = op.Map()
		}
		e.takeRow(f, row)
	}
}

func (e *Engine) takeRow(f Feature, row object.Row) {
	if e.ports.special(row) {
		return
	}
	var r object.Rendering
	var err error
	if row.Fields != nil {
		r, err = f.Render(row)
	}
	e.rowStatus(row.Owner(), err)
	if err != nil {
		r = object.Rendering{} // a bad row wants nothing
	}
	if row.Table == e.ports.table {
		e.ports.row(row, err == nil)
	}
	e.takeFine(row)
	e.takePattern(row)
	e.accept(row.Owner(), r)
	if f.Derive == nil {
		return
	}
	if err != nil {
		row.Fields = nil
	}
	for _, derived := range f.Derive(row) {
		e.takeRow(f, derived)
	}
}

// accept makes r all that an owner wants.
func (e *Engine) accept(o object.Owner, r object.Rendering) {
	e.markDirty(e.desired.Replace(o, r.Fragments)...)
	e.pin(o, r)
}

// rowKey is the key under which a bad row has its status.
func rowKey(o object.Owner) object.Key { return object.Key("row/" + o) }

func (e *Engine) rowStatus(o object.Owner, err error) {
	if err == nil {
		e.status.Delete(rowKey(o))
		return
	}
	e.Log.Warn("skip row", "row", string(o), "err", err)
	e.status.Set(rowKey(o), status.Status{State: status.Failed, Reason: err.Error(), Owner: o})
}

// takeRoutes puts changed routes into the compact table.
func (e *Engine) takeRoutes(b batch) {
	for _, op := range b.ops {
		o := object.Owner(b.table + ":" + op.Key)
		err := e.Routes(e.routes, op)
		if err == nil && e.wait.badRows == 0 {
			continue
		}
		_, had := e.status.Get(rowKey(o))
		if had != (err != nil) {
			e.wait.badRows += delta(err != nil)
		}
		e.rowStatus(o, err)
	}
	e.takeGroups()
}

func delta(up bool) int {
	if up {
		return 1
	}
	return -1
}

const readChunk = 2000

// readTables renders every row that the tables hold at the start, in pieces:
// there may be a million routes.
func (e *Engine) readTables(ctx context.Context) error {
	defer func() { e.fine.reread = false }()
	for t := range e.config {
		if err := e.readTable(ctx, e.database(t), t); err != nil {
			return err
		}
	}
	if err := e.readObjects(ctx); err != nil {
		return err
	}
	if e.RouteTable == "" {
		return nil
	}
	return e.readTable(ctx, e.database(e.RouteTable), e.RouteTable) // last: which groups routes use is said elsewhere
}

// readObjects renders the rows of APPL_DB but routes. It finds them in one pass:
// a pass for each table would look at every route each time.
func (e *Engine) readObjects(ctx context.Context) error {
	db := e.Client.DB(statedb.ApplDB)
	rows := make(map[string][]string) // names, by table
	err := scan(ctx, db, "*", func(names []string) error {
		for _, name := range names {
			table, _, _ := strings.Cut(name, db.Separator())
			if _, ours := e.render[table]; ours && e.config[table] == nil {
				rows[table] = append(rows[table], name)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for table, names := range rows {
		for chunk := range slices.Chunk(names, readChunk) {
			ops, err := readRows(ctx, db, db.RowKey(table, ""), chunk)
			if err != nil {
				return fmt.Errorf("read %s: %w", table, err)
			}
			e.take(batch{table: table, ops: ops})
		}
	}
	return nil
}

func (e *Engine) readTable(ctx context.Context, db *statedb.DB, table string) error {
	prefix := db.RowKey(table, "")
	return scan(ctx, db, prefix+"*", func(names []string) error {
		ops, err := readRows(ctx, db, prefix, names)
		if err != nil {
			return fmt.Errorf("read %s: %w", table, err)
		}
		if table == e.RouteTable {
			e.takeRoutes(batch{table: table, ops: ops})
			return nil
		}
		e.take(batch{table: table, ops: ops})
		e.remember(table, ops)
		return nil
	})
}

// scan calls found with the names that match a pattern, some at a time.
func scan(ctx context.Context, db *statedb.DB, pattern string, found func(names []string) error) error {
	for iter := uint64(0); ; {
		names, next, err := db.Redis().Scan(ctx, iter, pattern, readChunk).Result()
		if err != nil {
			return fmt.Errorf("scan %s for %s: %w", db.ID(), pattern, err)
		}
		if err := found(names); err != nil {
			return err
		}
		if iter = next; iter == 0 {
			return nil
		}
	}
}

func readRows(ctx context.Context, db *statedb.DB, prefix string, names []string) ([]statedb.KeyOp, error) {
	cmds := make([]*redis.MapStringStringCmd, len(names))
	_, err := db.Redis().Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, n := range names {
			cmds[i] = p.HGetAll(ctx, n)
		}
		return nil
	})
	if err != nil && !isWrongType(err) {
		return nil, err
	}
	ops := make([]statedb.KeyOp, 0, len(names))
	for i, n := range names {
		if fields := cmds[i].Val(); len(fields) > 0 {
			ops = append(ops, statedb.KeyOp{Op: statedb.OpSet, Key: strings.TrimPrefix(n, prefix), Fields: statedb.FieldList(fields)})
		}
	}
	return ops, nil
}

// isWrongType tells a key that holds something else than a row.
func isWrongType(err error) bool { return strings.HasPrefix(err.Error(), "WRONGTYPE") }
