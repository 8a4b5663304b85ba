package statedb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/redis/go-redis/v9"
)

// DB is one database. Its methods may be called from any goroutine.
type DB struct {
	id   DBID
	num  int
	sep  string
	log  *slog.Logger
	rdb  *redis.Client // repeats a command after a broken connection
	once *redis.Client // never repeats: for commands that must not run twice

	keyspaces keyspaces
}

const (
	scanCount  = 1000 // keys looked at per SCAN step
	pipelineOf = 1000 // commands sent before their replies are read
)

// ID is the name of this database.
func (d *DB) ID() DBID { return d.id }

// Separator stands between table and key, and between the parts of a key.
func (d *DB) Separator() string { return d.sep }

// Redis is the connection pool itself, for pipelines and commands that this package does not wrap.
func (d *DB) Redis() *redis.Client { return d.rdb }

// RowKey is the Redis key of a row.
func (d *DB) RowKey(table, key string) string { return table + d.sep + key }

// Get reads a row; false when there is none.
func (d *DB) Get(ctx context.Context, table, key string) (Fields, bool, error) {
	m, err := d.rdb.HGetAll(ctx, d.RowKey(table, key)).Result()
	if err != nil {
		return nil, false, fmt.Errorf("read %s: %w", d.RowKey(table, key), err)
	}
	if len(m) == 0 {
		return nil, false, nil
	}
	return withoutNull(m), true, nil
}

// Set adds fields to a row, keeping the others it has.
func (d *DB) Set(ctx context.Context, table, key string, fields Fields) error {
	if err := d.rdb.HSet(ctx, d.RowKey(table, key), stored(fields)...).Err(); err != nil {
		return fmt.Errorf("write %s: %w", d.RowKey(table, key), err)
	}
	return nil
}

// Replace makes the row hold exactly these fields, in one step for every reader.
func (d *DB) Replace(ctx context.Context, table, key string, fields Fields) error {
	_, err := d.rdb.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Del(ctx, d.RowKey(table, key))
		p.HSet(ctx, d.RowKey(table, key), stored(fields)...)
		return nil
	})
	if err != nil {
		return fmt.Errorf("replace %s: %w", d.RowKey(table, key), err)
	}
	return nil
}

// Delete removes rows; one that does not exist is no error.
func (d *DB) Delete(ctx context.Context, table string, keys ...string) error {
	for chunk := range chunks(keys, pipelineOf) {
		full := make([]string, len(chunk))
		for i, k := range chunk {
			full[i] = d.RowKey(table, k)
		}
		if err := d.rdb.Del(ctx, full...).Err(); err != nil {
			return fmt.Errorf("delete %s: %w", full[0], err)
		}
	}
	return nil
}

// Keys lists the keys of a table, without its name, in no order.
func (d *DB) Keys(ctx context.Context, table string) ([]string, error) {
	prefix := table + d.sep
	seen := make(map[string]struct{}) // SCAN may report a key twice
	var keys []string
	it := d.rdb.Scan(ctx, 0, escapeGlob(prefix)+"*", scanCount).Iterator()
	for it.Next(ctx) {
		k := strings.TrimPrefix(it.Val(), prefix)
		if _, dup := seen[k]; !dup {
			seen[k] = struct{}{}
			keys = append(keys, k)
		}
	}
	if err := it.Err(); err != nil {
		return nil, fmt.Errorf("list %s: %w", table, err)
	}
	return keys, nil
}

// All reads a table. A key that holds no row (another Redis type) is logged and left out.
func (d *DB) All(ctx context.Context, table string) (map[string]Fields, error) {
	keys, err := d.Keys(ctx, table)
	if err != nil {
		return nil, err
	}
	rows := make(map[string]Fields, len(keys))
	err = d.read(ctx, table, keys, func(key string, row Fields) { rows[key] = row })
	return rows, err
}

// read fetches the rows of these keys that exist.
func (d *DB) read(ctx context.Context, table string, keys []string, found func(string, Fields)) error {
	for chunk := range chunks(keys, pipelineOf) {
		cmds := make([]*redis.MapStringStringCmd, len(chunk))
		_, err := d.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i, k := range chunk {
				cmds[i] = p.HGetAll(ctx, d.RowKey(table, k))
			}
			return nil
		})
		if err != nil && !isReply(err) {
			return fmt.Errorf("read %s: %w", table, err)
		}
		for i, k := range chunk {
			row, err := cmds[i].Result()
			switch {
			case err != nil:
				d.log.Warn("skip unreadable row", "table", table, "key", k, "err", err)
			case len(row) > 0:
				found(k, withoutNull(row))
			}
		}
	}
	return nil
}

// isReply tells an error that Redis answered (wrong type, script error) from a connection that broke.
func isReply(err error) bool {
	var re redis.Error
	return errors.As(err, &re) && !errors.Is(err, redis.Nil) && !strings.HasPrefix(err.Error(), "LOADING")
}

// escapeGlob makes a table name match only itself in a Redis pattern.
func escapeGlob(s string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(s)
}
