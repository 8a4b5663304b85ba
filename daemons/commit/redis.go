package commit

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
)

const (
	separator = "|"
	scanCount = 5000
	batch     = 2000 // rows read in one pipeline

	// revisionKey is the row of STATE_DB that every commit moves on. It does
	// not live in CONFIG_DB, where other programs would take it for a table.
	revisionKey   = "HEDDLE_CONFIG|running"
	revisionField = "revision"
	tokenField    = "commit" // of the last commit that is in the journal
)

// transaction runs f on a connection that watches the revision. Every engine
// moves it on, so two of them never both write.
func (e *Engine) transaction(ctx context.Context, f func(*redis.Tx) error) error {
	return e.config.Redis().Watch(ctx, func(tx *redis.Tx) error {
		if e.oneServer() {
			if err := e.watchRevision(ctx, tx); err != nil {
				return fmt.Errorf("watch configuration revision: %w", err)
			}
		}
		return f(tx)
	})
}

// oneServer says whether CONFIG_DB and STATE_DB are in one Redis, as they are
// by default. Where they are not, only the rows guard a change.
func (e *Engine) oneServer() bool {
	return e.config.Redis().Options().Addr == e.state.Redis().Options().Addr
}

// watchRevision goes over to STATE_DB for the watch and comes back.
func (e *Engine) watchRevision(ctx context.Context, tx *redis.Tx) error {
	if err := tx.Select(ctx, e.state.Redis().Options().DB).Err(); err != nil {
		return err
	}
	watched := tx.Watch(ctx, revisionKey).Err()
	if err := tx.Select(ctx, e.config.Redis().Options().DB).Err(); err != nil {
		return err
	}
	return watched
}

// reader is a client or a transaction on CONFIG_DB.
type reader interface {
	Scan(ctx context.Context, cursor uint64, match string, count int64) *redis.ScanCmd
	Pipelined(ctx context.Context, fn func(redis.Pipeliner) error) ([]redis.Cmder, error)
}

// read gets every row of CONFIG_DB.
func read(ctx context.Context, r reader) (Config, error) {
	keys, err := rowKeys(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	c := make(Config)
	for len(keys) > 0 {
		n := min(batch, len(keys))
		if err := readRows(ctx, r, keys[:n], c); err != nil {
			return nil, fmt.Errorf("read configuration: %w", err)
		}
		keys = keys[n:]
	}
	return c, nil
}

// rowKeys lists what looks like a row: a name with a separator.
func rowKeys(ctx context.Context, r reader) ([]string, error) {
	seen := make(map[string]struct{}) // SCAN may tell a key twice
	var keys []string
	for cursor := uint64(0); ; {
		found, next, err := r.Scan(ctx, cursor, "*"+separator+"*", scanCount).Result()
		if err != nil {
			return nil, err
		}
		for _, k := range found {
			if _, dup := seen[k]; !dup {
				seen[k] = struct{}{}
				keys = append(keys, k)
			}
		}
		if cursor = next; cursor == 0 {
			return keys, nil
		}
	}
}

func readRows(ctx context.Context, r reader, keys []string, into Config) error {
	rows := make([]*redis.MapStringStringCmd, len(keys))
	_, err := r.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, k := range keys {
			rows[i] = p.HGetAll(ctx, k)
		}
		return nil
	})
	for i, k := range keys {
		row, rowErr := rows[i].Result()
		if rowErr != nil && strings.HasPrefix(rowErr.Error(), "WRONGTYPE") {
			continue // not a row: somebody else's key with a '|' in its name
		}
		if rowErr != nil {
			return err
		}
		if len(row) > 0 {
			table, key, _ := strings.Cut(k, separator)
			dropNull(row)
			into.put(table, key, row)
		}
	}
	return nil
}

// write sends the changes in one MULTI ... EXEC. Only the fields that differ
// are written, so that what another program adds to a row meanwhile stays.
func (e *Engine) write(ctx context.Context, tx *redis.Tx, changes []Change, rec Record) error {
	if err := guard(ctx, tx, changes); err != nil {
		return err
	}
	_, err := tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
		for _, c := range changes {
			writeRow(ctx, p, c)
		}
		if e.oneServer() {
			p.Select(ctx, e.state.Redis().Options().DB)
			p.HIncrBy(ctx, revisionKey, revisionField, 1)
			if rec.Token != "" {
				p.HSet(ctx, revisionKey, tokenField, rec.Token)
			}
			p.Select(ctx, e.config.Redis().Options().DB)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	if rec.Token != "" && !e.oneServer() {
		return e.state.Redis().HSet(ctx, revisionKey, tokenField, rec.Token).Err()
	}
	return nil
}

// maxWatched bounds how many rows are watched: Redis compares each row with all
// that are watched already, so ten thousand would cost more than all the rest.
const maxWatched = 1000

// guard makes the write fail when somebody who does not move the revision has
// changed one of its rows since they were read. Rows beyond those that are
// watched are looked at once more.
func guard(ctx context.Context, tx *redis.Tx, changes []Change) error {
	keys := make([]string, len(changes))
	var made []string
	for i, c := range changes {
		keys[i] = c.Table + separator + c.Key
		if c.Before == nil {
			made = append(made, keys[i])
		}
	}
	if err := tx.Watch(ctx, keys[:min(len(keys), maxWatched)]...).Err(); err != nil {
		return fmt.Errorf("write configuration: %w", err)
	}
	if len(made) > 0 { // also a key that is no row
		if n, err := tx.Exists(ctx, made...).Result(); err != nil || n > 0 {
			return fmt.Errorf("write configuration: %w", cmp.Or(err, error(redis.TxFailedErr)))
		}
	}
	now := make(Config)
	for rest := keys; len(rest) > 0; {
		n := min(batch, len(rest))
		if err := readRows(ctx, tx, rest[:n], now); err != nil {
			return fmt.Errorf("write configuration: %w", err)
		}
		rest = rest[n:]
	}
	for _, c := range changes {
		row, exists := now.Row(c.Table, c.Key)
		if !sameRow(c.Before, existing(row, exists)) {
			return redis.TxFailedErr
		}
	}
	return nil
}

func writeRow(ctx context.Context, p redis.Pipeliner, c Change) {
	name := c.Table + separator + c.Key
	if c.After == nil {
		p.Del(ctx, name)
		return
	}
	var set []any
	for field, value := range c.After {
		if old, had := c.Before[field]; !had || old != value {
			set = append(set, field, value)
		}
	}
	if len(c.After) == 0 {
		set = []any{nullField, nullField}
	}
	var gone []string
	for field := range c.Before {
		if _, stays := c.After[field]; !stays {
			gone = append(gone, field)
		}
	}
	if len(set) > 0 {
		p.HSet(ctx, name, set...)
	}
	if len(gone) > 0 {
		p.HDel(ctx, name, gone...)
	}
}
