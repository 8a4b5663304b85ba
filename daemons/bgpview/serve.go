package bgpview

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"
)

const (
	maxClients  = 16               // asking at once; more wait
	maxQuery    = 64 << 10         // bytes
	queryTime   = 5 * time.Second  // to send a query
	answerPause = 30 * time.Second // that a client may let a part of the answer wait
)

// Source answers queries that Check has found right: it calls each with parts of the answer, in order.
type Source interface {
	Answer(ctx context.Context, q Query, each func(Answer) error) error
}

// Serve answers at the socket at path until ctx ends. Only the owner may ask: it can reset sessions.
func Serve(ctx context.Context, path string, source Source, log *slog.Logger) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("clear the socket of an earlier life: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return fmt.Errorf("serve BGP views: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		l.Close()
		return fmt.Errorf("serve BGP views: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	var clients sync.WaitGroup
	defer clients.Wait()
	room := make(chan struct{}, maxClients)
	for {
		conn, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return fmt.Errorf("serve BGP views: %w", err)
		}
		room <- struct{}{}
		clients.Go(func() {
			defer func() { <-room }()
			if err := serve(ctx, conn, source); err != nil {
				log.Debug("BGP view", "err", err)
			}
		})
	}
}

// serve answers one query.
func serve(ctx context.Context, conn net.Conn, source Source) error {
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if err := conn.SetDeadline(time.Now().Add(queryTime)); err != nil {
		return err
	}
	out := json.NewEncoder(conn)
	each := func(a Answer) error {
		if err := conn.SetDeadline(time.Now().Add(answerPause)); err != nil {
			return err
		}
		return out.Encode(a)
	}
	q, err := readQuery(conn)
	if err == nil {
		err = source.Answer(ctx, q, each)
	}
	if err != nil {
		return errors.Join(err, each(Answer{Error: err.Error()}))
	}
	return each(Answer{End: true})
}

func readQuery(r io.Reader) (Query, error) {
	var q Query
	if err := json.NewDecoder(io.LimitReader(r, maxQuery)).Decode(&q); err != nil {
		return q, fmt.Errorf("read query: %w", err)
	}
	return q, q.Check()
}
