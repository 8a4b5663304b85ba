package techsupport

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// scanCount is how many keys are read at a time: a switch with a million routes must not be held up.
const scanCount = 1000

// dumpDatabase writes a database as JSON, each key with its type and value.
func dumpDatabase(ctx context.Context, db *statedb.DB, w io.Writer) error {
	fmt.Fprint(w, "{")
	first := true
	var cursor uint64
	for {
		keys, next, err := db.Redis().Scan(ctx, cursor, "*", scanCount).Result()
		if err != nil {
			return fmt.Errorf("dump %s: %w", db.ID(), err)
		}
		if err := dumpKeys(ctx, db, w, keys, &first); err != nil {
			return fmt.Errorf("dump %s: %w", db.ID(), err)
		}
		if cursor = next; cursor == 0 {
			break
		}
	}
	_, err := fmt.Fprintln(w, "\n}")
	return err
}

// dumpKeys writes some keys. Those that are gone meanwhile, or hold no hash, are written without fields.
func dumpKeys(ctx context.Context, db *statedb.DB, w io.Writer, keys []string, first *bool) error {
	rows := make([]*redis.MapStringStringCmd, len(keys))
	pipe := db.Redis().Pipeline()
	for i, key := range keys {
		rows[i] = pipe.HGetAll(ctx, key)
	}
	if _, err := pipe.Exec(ctx); err != nil && !strings.HasPrefix(err.Error(), "WRONGTYPE") {
		return err
	}
	for i, key := range keys {
		if !*first {
			fmt.Fprint(w, ",")
		}
		*first = false
		if err := writeRow(w, db.Separator(), key, rows[i].Val()); err != nil {
			return err
		}
	}
	return nil
}

func writeRow(w io.Writer, separator, key string, fields map[string]string) error {
	table, rest, found := strings.Cut(key, separator)
	if found {
		rest, fields = mask(table, rest, fields)
		key = table + separator + rest
	}
	name, err := json.Marshal(key)
	if err != nil {
		return err
	}
	value, err := json.Marshal(map[string]any{"type": "hash", "value": fields})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "\n  %s: %s", name, value)
	return err
}
