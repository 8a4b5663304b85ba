package asicd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/heddle-nos/heddle/hal/softasic/wire"
)

const (
	// maxClients bounds the connections at one time.
	maxClients = 32
	// maxQueue bounds the frames that wait to be written to a client.
	maxQueue = 4096
	// helloTime is how long a connection may take to say hello.
	helloTime = 10 * time.Second
	// writeTime is how long a client may leave its socket full.
	writeTime = 30 * time.Second
)

// listen makes the socket, replacing one that nobody listens on any more.
func listen(path string) (*net.UnixListener, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if c, err := net.Dial("unix", path); err == nil {
		_ = c.Close()
		return nil, fmt.Errorf("listen on %s: another asicd is serving it", path)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("listen: %w", err)
	}
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	return l, nil
}

// accept serves connections until ctx ends.
func (a *asic) accept(ctx context.Context, l *net.UnixListener) error {
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	var wg sync.WaitGroup
	defer wg.Wait()
	for {
		conn, err := l.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return fmt.Errorf("accept: %w", err)
		}
		c := &client{conn: conn, out: make(chan []byte, maxQueue), gone: make(chan struct{})}
		if !a.clients.add(c) {
			a.cfg.Log.Warn("connection refused", "why", "too many clients")
			_ = conn.Close()
			continue
		}
		wg.Go(func() { a.serve(ctx, c) })
	}
}

// client is one connection.
type client struct {
	conn    net.Conn
	session sessionID
	out     chan []byte   // whole frames
	gone    chan struct{} // closed when the connection is to end
	once    sync.Once
	welcome bool // greeted: may get notifications; guarded by clients.mu
}

func (c *client) end() {
	c.once.Do(func() {
		close(c.gone)
		_ = c.conn.Close()
	})
}

// serve handles one connection from hello to its end.
func (a *asic) serve(ctx context.Context, c *client) {
	stop := context.AfterFunc(ctx, c.end)
	defer stop()
	var wg sync.WaitGroup
	wg.Go(c.write)
	err := a.converse(c)
	a.clients.remove(c)
	c.end()
	wg.Wait()
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) {
		a.cfg.Log.Warn("connection ended", "err", err)
	}
}

// converse reads frames and answers them.
func (a *asic) converse(c *client) error {
	if err := a.greet(c); err != nil {
		return err
	}
	var buf []byte
	for {
		h, body, err := wire.ReadFrame(c.conn, buf)
		if err != nil {
			return err
		}
		if h.Kind != wire.KindRequest {
			return fmt.Errorf("%w: frame kind %d where a request belongs", wire.ErrFrame, h.Kind)
		}
		reply, err := a.answer(c.session, h, body)
		if err != nil {
			return err
		}
		if !c.send(reply) {
			return nil
		}
		buf = body
	}
}

func (a *asic) greet(c *client) error {
	_ = c.conn.SetReadDeadline(time.Now().Add(helloTime))
	h, body, err := wire.ReadFrame(c.conn, nil)
	if err != nil {
		return err
	}
	if h.Kind != wire.KindHello {
		return fmt.Errorf("%w: frame kind %d where a hello belongs", wire.ErrFrame, h.Kind)
	}
	hello, err := wire.DecodeHello(body)
	if err != nil {
		return err
	}
	c.session = hello.Session
	_ = c.conn.SetReadDeadline(time.Time{})
	last := a.sessions.last(c.session)
	c.send(wire.AppendWelcome(nil, wire.Welcome{LastSeq: last}))
	a.clients.greeted(c)
	if last == 0 {
		return nil
	}
	// It was here before and may have missed something since.
	for _, n := range a.control.Retell(a.store) {
		c.send(wire.AppendNotification(nil, &n))
	}
	return nil
}

// send queues a frame, waiting for room.
func (c *client) send(frame []byte) bool {
	select {
	case c.out <- frame:
		return true
	case <-c.gone:
		return false
	}
}

func (c *client) write() {
	for {
		select {
		case <-c.gone:
			return
		case frame := <-c.out:
			_ = c.conn.SetWriteDeadline(time.Now().Add(writeTime))
			if _, err := c.conn.Write(frame); err != nil {
				c.end()
				return
			}
		}
	}
}

// clients are the open connections.
type clients struct {
	log *slog.Logger
	mu  sync.Mutex
	all map[*client]bool
}

func newClients(log *slog.Logger) *clients { return &clients{log: log, all: map[*client]bool{}} }

func (cs *clients) add(c *client) bool {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	if len(cs.all) >= maxClients {
		return false
	}
	cs.all[c] = true
	return true
}

func (cs *clients) remove(c *client) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	delete(cs.all, c)
}

// greeted ends an older connection of the same session: its client has given up
// on it.
func (cs *clients) greeted(c *client) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for other := range cs.all {
		if other != c && other.welcome && other.session == c.session {
			other.end()
		}
	}
	c.welcome = true
}

// notify queues a notification for every client. One that does not keep up is
// cut off: it comes back and is told everything again.
func (cs *clients) notify(n wire.Notification) {
	frame := wire.AppendNotification(nil, &n)
	cs.mu.Lock()
	defer cs.mu.Unlock()
	for c := range cs.all {
		if !c.welcome {
			continue
		}
		select {
		case c.out <- frame:
		default:
			cs.log.Warn("connection ended", "why", "the client does not keep up with notifications")
			c.end()
		}
	}
}
