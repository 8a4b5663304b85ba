package broker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/tacacs"
)

// Bounds of what is served at a time.
const (
	mostPrograms = 64
	mostOfOne    = 8 // programs of one user: nobody keeps others from being asked for
	mostRecords  = 256
)

// Config says what a broker serves.
type Config struct {
	Socket  string
	Servers string // file, as hostcfgd renders it
	Name    func(uid int) (string, error)
	Log     *slog.Logger
}

// server is a broker at work.
type server struct {
	Config
	records chan message

	mu      sync.Mutex
	serving map[uint32]int // programs, by user
	total   int
	lost    int // records, since the last one that was told
}

// Serve serves until ctx ends.
func Serve(ctx context.Context, cfg Config) error {
	if err := os.MkdirAll(filepath.Dir(cfg.Socket), 0o755); err != nil {
		return fmt.Errorf("serve programs: %w", err)
	}
	_ = os.Remove(cfg.Socket) // of an earlier life
	l, err := net.Listen("unixpacket", cfg.Socket)
	if err != nil {
		return fmt.Errorf("serve programs: %w", err)
	}
	if err := os.Chmod(cfg.Socket, 0o666); err != nil { // whoever may run commands may ask; the kernel says who he is
		return errors.Join(fmt.Errorf("serve programs: %w", err), l.Close())
	}
	s := &server{Config: cfg, records: make(chan message, mostRecords), serving: make(map[uint32]int)}
	var wg sync.WaitGroup
	wg.Go(func() { s.tell(ctx) })
	stop := context.AfterFunc(ctx, func() { _ = l.Close() })
	defer stop()
	for {
		conn, err := l.Accept()
		if err != nil {
			wg.Wait()
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return fmt.Errorf("serve programs: %w", err)
		}
		s.admit(ctx, &wg, conn.(*net.UnixConn)) // what such a listener gives
	}
}

// admit serves a program, unless there are too many.
func (s *server) admit(ctx context.Context, wg *sync.WaitGroup, conn *net.UnixConn) {
	uid, err := peer(conn)
	if err != nil || !s.enter(uid) {
		s.Log.Warn("program turned away", "uid", uid, "err", err)
		conn.Close()
		return
	}
	wg.Go(func() {
		defer s.leave(uid)
		defer conn.Close()
		if err := s.serve(ctx, conn, uid); err != nil && ctx.Err() == nil {
			s.Log.Warn("serve program", "uid", uid, "err", err)
		}
	})
}

func (s *server) enter(uid uint32) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.total >= mostPrograms || uid != 0 && s.serving[uid] >= mostOfOne {
		return false
	}
	s.serving[uid]++
	s.total++
	return true
}

func (s *server) leave(uid uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total--
	if s.serving[uid]--; s.serving[uid] == 0 {
		delete(s.serving, uid)
	}
}

// peer is who runs the program at the other end.
func peer(conn *net.UnixConn) (uint32, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return 0, err
	}
	var cred *unix.Ucred
	var asked error
	if err := raw.Control(func(fd uintptr) { cred, asked = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) }); err != nil {
		return 0, err
	}
	if asked != nil {
		return 0, asked
	}
	return cred.Uid, nil
}

// serve answers one message.
func (s *server) serve(ctx context.Context, conn *net.UnixConn, uid uint32) error {
	if err := conn.SetDeadline(time.Now().Add(10 * patience)); err != nil {
		return err
	}
	buf := make([]byte, longestMessage+1)
	n, err := conn.Read(buf)
	if err != nil {
		return fmt.Errorf("read message: %w", err)
	}
	m, err := s.parse(buf[:n], uid)
	if err != nil {
		return err
	}
	if m.Run != nil {
		s.keep(m)
		return nil
	}
	answer, err := json.Marshal(s.authorize(ctx, m.Command))
	if err != nil {
		return err
	}
	if err := conn.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	_, err = conn.Write(answer)
	return err
}

// parse reads a message. Only root, behind whom there may be anybody, is believed about who runs the command.
func (s *server) parse(data []byte, uid uint32) (message, error) {
	var m message
	if len(data) > longestMessage {
		return m, errors.New("message too long")
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return m, fmt.Errorf("read message: %w", err)
	}
	if len(m.Words) == 0 && (m.Run == nil || !m.Run.Session) {
		return m, errors.New("read message: no command")
	}
	if uid == 0 {
		return m, nil
	}
	name, err := s.Name(int(uid))
	if err != nil {
		return m, err
	}
	m.User, m.UID = name, int(uid)
	return m, nil
}

// authorize asks the servers in order. The first that answers decides.
func (s *server) authorize(ctx context.Context, c Command) Answer {
	servers, err := tacacs.Load(s.Servers)
	if err != nil {
		s.Log.Warn("no servers for commands", "err", err)
	}
	for _, to := range servers {
		g, err := tacacs.Authorize(ctx, to, c.task())
		switch {
		case errors.Is(err, tacacs.ErrTooLong):
			return Answer{Denied, err.Error()}
		case err != nil:
			s.Log.Warn("server gives no answer", "server", to.Address, "user", c.User, "err", err)
		case g.Allowed:
			return Answer{Verdict: Allowed}
		default:
			s.Log.Info("command refused", "server", to.Address, "user", c.User, "place", c.Place, "command", c.Words)
			return Answer{Denied, g.Text}
		}
	}
	return Answer{Verdict: Unreachable}
}

// keep takes a record for the servers. While they are away, new ones are lost once there are too many: nobody waits.
func (s *server) keep(m message) {
	select {
	case s.records <- m:
	default:
		s.mu.Lock()
		s.lost++
		s.mu.Unlock()
	}
}

// tell sends records, one after the other, each to the first server that takes it.
func (s *server) tell(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case m := <-s.records:
			if err := s.tellOne(ctx, m); err != nil && ctx.Err() == nil {
				s.Log.Warn("command not accounted", "user", m.User, "place", m.Place, "command", m.Words, "err", err)
			}
			s.mu.Lock()
			lost := s.lost
			s.lost = 0
			s.mu.Unlock()
			if lost > 0 {
				s.Log.Warn("commands not accounted: too many while servers do not answer", "count", lost)
			}
		}
	}
}

func (s *server) tellOne(ctx context.Context, m message) error {
	servers, err := tacacs.Load(s.Servers)
	if err != nil {
		return err
	}
	event, task := m.record()
	failed := errors.New("no servers")
	for _, to := range servers {
		if failed = tacacs.Account(ctx, to, event, task); failed == nil {
			return nil
		}
	}
	return failed
}
