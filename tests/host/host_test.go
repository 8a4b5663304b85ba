package host_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/vishvananda/netns"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/apply"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/render"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
)

const patience = 2 * time.Minute // services start when a busy machine lets them

// configure gives a picture of a host with the files of one service.
func configure(t *testing.T, service string, rows row.Tables) (root string) {
	t.Helper()
	root = t.TempDir()
	a := apply.Applier{Disk: apply.Disk{Root: root}, Owed: filepath.Join(t.TempDir(), "owed"), Log: slog.New(slog.DiscardHandler)}
	for _, s := range render.Services() {
		if s.Name != service {
			continue
		}
		out := s.Render(rows)
		if len(out.Problems) > 0 {
			t.Fatal(out.Problems)
		}
		problems, err := a.Apply(t.Context(), s, out)
		if err != nil || len(problems) > 0 {
			t.Fatal(problems, err)
		}
	}
	return root
}

func needs(t *testing.T, programs ...string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("needs %s", p)
		}
	}
}

// inside runs f on a thread in a network namespace of its own: sockets that it opens and programs that it starts are there.
func inside(t *testing.T, f func()) {
	t.Helper()
	ns := kerneltest.New(t).Namespace()
	done := make(chan struct{})
	var err error
	go func() {
		defer close(done)
		runtime.LockOSThread() // and never unlock: the thread ends with the goroutine
		if err = netns.Set(netns.NsHandle(ns)); err == nil {
			f()
		}
	}()
	<-done
	if err != nil {
		t.Fatal(err)
	}
}

// output is what a program says, while it runs.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// serve starts a program, to be ended with the test. It is called inside.
func serve(t *testing.T, argv ...string) *output {
	t.Helper()
	o := &output{}
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Stdout, cmd.Stderr = o, o
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		cancel()
		t.Error(err)
		return o
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait() // it was ended
		if t.Failed() {
			t.Logf("%s said: %s", argv[0], o)
		}
	})
	return o
}

// ask runs a program to its end and gives what it said. It is called inside.
func ask(t *testing.T, argv ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	said, err := exec.CommandContext(ctx, argv[0], argv[1:]...).CombinedOutput()
	return strings.TrimSpace(string(said)), err
}

// await polls until something holds.
func await(t *testing.T, what string, holds func() bool) bool {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Errorf("%s: not within %v", what, patience)
			return false
		}
	}
	return true
}

// put writes a file that a test needs besides.
func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
