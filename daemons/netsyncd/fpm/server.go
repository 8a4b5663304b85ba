package fpm

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"time"
)

// Port is where zebra looks for its forwarding plane manager.
const Port = 2620

const (
	batch = 512         // messages delivered together
	retry = time.Second // after the listener failed
)

// Event is what happens to the connection: it begins, brings messages, or ends.
type Event struct {
	Begin, End bool
	Messages   []Message
}

// Server listens for one zebra. Of two connections the newer one counts.
type Server struct {
	Listen func() (net.Listener, error)
	Log    *slog.Logger
}

// Run delivers events until ctx ends. A port that is taken is tried again.
func (s Server) Run(ctx context.Context, events chan<- Event) error {
	for told := false; ; told = true {
		l, err := s.Listen()
		if err == nil {
			err = s.serve(ctx, l, events)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !told {
			s.Log.Warn("FPM is not served", "err", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(retry):
		}
	}
}

func (s Server) serve(ctx context.Context, l net.Listener, events chan<- Event) error {
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	defer l.Close()
	ended := make(chan struct{})
	close(ended)
	end := func() {}
	defer func() { end(); <-ended }()
	for {
		conn, err := l.Accept()
		if err != nil {
			return err
		}
		end() // the older one
		<-ended
		ended = make(chan struct{})
		connection, cancel := context.WithCancel(ctx)
		end = cancel
		go func(done chan struct{}) {
			defer close(done)
			defer cancel()
			s.converse(connection, ctx, conn, events)
		}(ended)
	}
}

// converse reads from one connection until it ends or is ended. Its end is told as long as whole lasts.
func (s Server) converse(ctx, whole context.Context, conn net.Conn, events chan<- Event) {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	defer conn.Close()
	s.Log.Info("FPM connection", "peer", conn.RemoteAddr())
	if post(whole, events, Event{Begin: true}) != nil {
		return
	}
	err := s.read(whole, bufio.NewReaderSize(conn, FrameBuffer), events)
	s.Log.Info("FPM connection has ended", "peer", conn.RemoteAddr(), "err", err)
	_ = post(whole, events, Event{End: true})
}

func (s Server) read(ctx context.Context, r *bufio.Reader, events chan<- Event) error {
	buf := make([]byte, FrameBuffer)
	var messages []Message
	for {
		payload, err := ReadFrame(r, buf)
		if err == nil {
			Parse(payload, func(m Message) { messages = append(messages, m) }, func(err error) { s.Log.Warn("FPM message is ignored", "err", err) })
		}
		if len(messages) > 0 && (err != nil || len(messages) >= batch || r.Buffered() == 0) {
			if post(ctx, events, Event{Messages: messages}) != nil {
				return ctx.Err()
			}
			messages = nil
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func post(ctx context.Context, events chan<- Event, e Event) error {
	select {
	case events <- e:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
