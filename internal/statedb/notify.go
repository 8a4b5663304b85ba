package statedb

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
)

// Notification is an event that was published, not stored.
type Notification struct {
	Op     string
	Data   string
	Fields []Field
}

// notificationQueue is how many notifications wait for a slow reader; beyond it Redis keeps them, up to its own limit.
const notificationQueue = 1024

// Publish sends a notification to whoever listens on channel.
func Publish(ctx context.Context, db *DB, channel, op, data string, fields []Field) error {
	list := make([]string, 0, 2*len(fields))
	for _, f := range fields {
		list = append(list, f.Name, f.Value)
	}
	if err := db.rdb.Publish(ctx, channel, AppendNotification(nil, op, data, list...)).Err(); err != nil {
		return fmt.Errorf("publish %s on %s: %w", op, channel, err)
	}
	return nil
}

// AppendNotification writes a notification as it is published. Fields are field, value, field, value, ...
func AppendNotification(dst []byte, op, data string, fields ...string) []byte {
	return appendJSONList(dst, append([]string{op, data}, fields...)...)
}

// Notifications is a subscription to a channel.
type Notifications struct {
	c    chan Notification
	gaps atomic.Uint64
	stop func()
}

// Subscribe listens on channel until ctx ends or Close. What is published while Redis is away is lost; Gaps tells.
func Subscribe(ctx context.Context, db *DB, channel string) *Notifications {
	ctx, cancel := context.WithCancel(ctx)
	n := &Notifications{c: make(chan Notification, notificationQueue)}
	join := listener{
		log:  db.log.With("channel", channel),
		open: func(ctx context.Context) *redis.PubSub { return db.rdb.Subscribe(ctx, channel) },
		up:   func() { n.gaps.Add(1) },
		message: func(m *redis.Message) {
			note, err := parseNotification(m.Payload)
			if err != nil {
				db.log.Error("skip notification", "channel", channel, "err", err)
				return
			}
			select {
			case n.c <- note:
			case <-ctx.Done():
			}
		},
	}.start(ctx)
	n.stop = func() { cancel(); join() }
	return n
}

// C delivers the notifications, in order. It is never closed: select on the context too.
func (n *Notifications) C() <-chan Notification { return n.c }

// Gaps counts how often the subscription began (anew): 0 means not yet listening, and a growth means that some may be lost.
func (n *Notifications) Gaps() uint64 { return n.gaps.Load() }

// Close ends the subscription and joins its goroutine.
func (n *Notifications) Close() { n.stop() }

func parseNotification(s string) (Notification, error) {
	list, err := parseJSONList(s)
	if err != nil {
		return Notification{}, fmt.Errorf("notification %q: %w", clip(s), err)
	}
	if len(list) < 2 || len(list)%2 != 0 {
		return Notification{}, fmt.Errorf("notification %q: %d elements", clip(s), len(list))
	}
	n := Notification{Op: list[0], Data: list[1]}
	for i := 2; i < len(list); i += 2 {
		n.Fields = append(n.Fields, Field{list[i], list[i+1]})
	}
	return n, nil
}
