package publish

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// Message is a notification: heard by who listens now, and stored nowhere.
type Message struct {
	DB      statedb.DBID
	Channel string
	Op      string
	Data    string
	Fields  []string // field, value, ...
}

// maxMessages bounds what waits while Redis is away; later ones are dropped,
// as they are for a listener that is not there.
const maxMessages = 1 << 16

// Tell sends a message with the next Flush, after the rows.
func (w *Writer) Tell(m Message) {
	if len(w.told) < maxMessages {
		w.told = append(w.told, m)
	}
}

func (w *Writer) flushMessages(ctx context.Context) error {
	if len(w.told) == 0 {
		return nil
	}
	_, err := w.client.DB(w.told[0].DB).Redis().Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, m := range w.told { // a channel is the same in every database
			text, err := m.encode()
			if err != nil {
				return err
			}
			p.Publish(ctx, m.Channel, text)
		}
		return nil
	})
	w.told = w.told[:0]
	if err != nil {
		return fmt.Errorf("publish messages: %w", err)
	}
	return nil
}

// encode writes the message as peers expect it: one JSON array.
func (m Message) encode() (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(append([]string{m.Op, m.Data}, m.Fields...)); err != nil {
		return "", fmt.Errorf("encode message: %w", err)
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}
