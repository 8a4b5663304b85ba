package statedb

import (
	"context"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	minBackoff = 20 * time.Millisecond
	maxBackoff = time.Second
)

// listener keeps one subscription alive. up is called whenever the subscription stands (again): whatever was published before that
// moment may have been missed.
type listener struct {
	log     *slog.Logger
	open    func(ctx context.Context) *redis.PubSub
	up      func()
	message func(*redis.Message)
}

// run blocks until ctx ends. go-redis dials and subscribes anew with the next Receive after a broken connection.
func (l listener) run(ctx context.Context) {
	ps := l.open(ctx)
	defer ps.Close()
	defer context.AfterFunc(ctx, func() { _ = ps.Close() })() // a blocked Receive does not watch ctx
	b := backoff{}
	for {
		m, err := ps.Receive(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			if b.first() {
				l.log.Warn("subscription lost", "err", err)
			}
			b.sleep(ctx)
			continue
		}
		if !b.first() {
			l.log.Info("subscription restored")
		}
		b = backoff{}
		switch m := m.(type) {
		case *redis.Subscription:
			l.up()
		case *redis.Message:
			l.message(m)
		}
	}
}

// start runs the listener in a goroutine; the returned function ends and joins it.
func (l listener) start(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { defer close(done); l.run(ctx) }()
	return func() { cancel(); <-done }
}

// backoff doubles the pause between attempts.
type backoff struct{ next time.Duration }

func (b *backoff) first() bool { return b.next == 0 }

func (b *backoff) sleep(ctx context.Context) {
	b.next = min(max(2*b.next, minBackoff), maxBackoff)
	t := time.NewTimer(b.next)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// signal is a wake-up that any number of posts fill at most once.
type signal chan struct{}

func newSignal() signal { return make(signal, 1) }

func (s signal) post() {
	select {
	case s <- struct{}{}:
	default:
	}
}
