package publish

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// Message is a notification: heard by who listens now, and stored nowhere. What it says of a row is written before it.
type Message struct {
	DB      statedb.DBID
	Channel string
	Op      string
	Data    string
	Fields  []string // field, value, ...
	Table   string   // the row Data of it is written; empty: none
	Row     []string // the row's field, value, ...; none: it is deleted
}

// maxMessages bounds what waits while Redis is away; later ones are dropped,
// as they are for a listener that is not there. Rows are not.
const maxMessages = 1 << 16

// Tell sends a message with the next Flush, after the rows of Add.
func (w *Writer) Tell(m Message) {
	if m.Table != "" || len(w.told) < maxMessages {
		w.told = append(w.told, m)
	}
}

// flushMessages sends what is told. What cannot be sent is sent again with the next Flush, all of it: to hear a thing twice does no harm.
func (w *Writer) flushMessages(ctx context.Context) error {
	if len(w.told) == 0 {
		return nil
	}
	db := w.client.DB(w.told[0].DB) // a channel is the same in every database
	_, err := db.Redis().Pipelined(ctx, func(p redis.Pipeliner) error {
		for i := range w.told {
			m := &w.told[i]
			if m.Table != "" {
				m.write(ctx, p, db)
			}
			text := statedb.AppendNotification(nil, m.Op, m.Data, m.Fields...)
			p.Do(ctx, "publish", &m.Channel, text) // as arguments, pointers do not allocate
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("publish messages: %w", err)
	}
	clear(w.told)
	w.told = w.told[:0]
	return nil
}

// write writes the message's row.
func (m *Message) write(ctx context.Context, p redis.Pipeliner, db *statedb.DB) {
	name := db.RowKey(m.Table, m.Data)
	if len(m.Row) == 0 {
		p.Del(ctx, name)
		return
	}
	args := append(make([]any, 0, 2+len(m.Row)), "hset", &name)
	for i := range m.Row {
		args = append(args, &m.Row[i])
	}
	p.Do(ctx, args...)
}
