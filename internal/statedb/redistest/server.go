package redistest

import (
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/internal/statedb"
)

const startTimeout = 10 * time.Second

// Server is a redis-server of one test.
type Server struct {
	Socket string
	dir    string
	cmd    *exec.Cmd
	ended  chan struct{}
}

// Start runs a redis-server; the test is skipped where there is none.
func Start(t testing.TB) *Server {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		t.Skip("needs redis-server")
	}
	dir, err := os.MkdirTemp("", "redistest") // not t.TempDir: its name may exceed the 107 bytes of a socket path
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Socket: filepath.Join(dir, "redis.sock"), dir: dir}
	t.Cleanup(func() { s.end(syscall.SIGKILL); _ = os.RemoveAll(dir) })
	s.start(t)
	return s
}

// Config says where the server's databases are.
func (s *Server) Config() statedb.Config { return statedb.DefaultConfig(s.Socket) }

// Client opens a client that is closed with the test. It logs to the test's log.
func (s *Server) Client(t testing.TB) *statedb.Client {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	c, err := statedb.Open(s.Config(), log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// Stop ends the server as a switch does that keeps its state: everything is saved first.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	c := s.Client(t)
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	// One command: between a save and a signal, something could be written and lost. Its answer is the end of the connection.
	err := c.DB(statedb.ApplDB).Redis().ShutdownSave(ctx).Err()
	select {
	case <-s.ended:
	case <-ctx.Done():
		t.Fatalf("redis-server does not end: %v", err)
	}
	s.end(syscall.SIGTERM)
}

// Kill ends the server at once; what was not saved is lost.
func (s *Server) Kill(t testing.TB) {
	t.Helper()
	s.end(syscall.SIGKILL)
}

// Resume starts a stopped or killed server again with what it had saved.
func (s *Server) Resume(t testing.TB) { t.Helper(); s.start(t) }

// Restart stops the server and starts it again with all its data.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.Stop(t)
	s.start(t)
}

// RestartEmpty kills the server and starts it without any data.
func (s *Server) RestartEmpty(t testing.TB) {
	t.Helper()
	s.end(syscall.SIGKILL)
	_ = os.Remove(filepath.Join(s.dir, "dump.rdb"))
	s.start(t)
}

func (s *Server) start(t testing.TB) {
	t.Helper()
	s.cmd = exec.Command("redis-server", "--port", "0", "--unixsocket", s.Socket, "--save", "",
		"--appendonly", "no", "--dir", s.dir, "--logfile", filepath.Join(s.dir, "log"), "--databases", "32", "--notify-keyspace-events", "AKE")
	if err := s.launch(); err != nil {
		t.Fatalf("start redis-server: %v", err)
	}
	c, err := statedb.Open(s.Config(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	if err := c.Wait(ctx); err != nil {
		log, _ := os.ReadFile(filepath.Join(s.dir, "log"))
		t.Fatalf("redis-server does not answer: %v\n%s", err, log)
	}
}

// launch starts the process so that it dies with the test program, also with one that panics. The kernel binds that to the
// starting thread, which is therefore kept until the process has ended.
func (s *Server) launch() error {
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	started, ended := make(chan error, 1), make(chan struct{})
	cmd := s.cmd
	go func() {
		defer close(ended)
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			_ = cmd.Wait()
		}
	}()
	s.ended = ended
	return <-started
}

func (s *Server) end(sig syscall.Signal) {
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(sig)
	<-s.ended
	_ = os.Remove(s.Socket)
	s.cmd = nil
}
