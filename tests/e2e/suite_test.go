package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vishvananda/netlink"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/namespace"
	"github.com/heddle-nos/heddle/daemons/lab/supervise"
	"github.com/heddle-nos/heddle/daemons/lab/topology"
	"github.com/heddle-nos/heddle/daemons/lab/wire"
)

// Times that tests wait at most; a healthy switch needs a fraction.
const (
	readyTime = 240 * time.Second
	soon      = 45 * time.Second
)

const sw = "sw1"

// shared is the lab that tests use which leave it as they found it.
var shared struct {
	once sync.Once
	lab  *lab.Lab
	err  error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.lab != nil {
		if err := shared.lab.Down(context.Background()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// basic returns the shared lab of testdata/basic.yaml, which serves.
func basic(t *testing.T) *lab.Lab {
	t.Helper()
	need(t)
	shared.once.Do(func() { shared.lab, shared.err = bringUp("testdata/basic.yaml", "basic") })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	logOnFailure(t, shared.lab)
	return shared.lab
}

// beside is own for a test that measures neither loss nor time: it runs beside others of its kind, after all that do not.
func beside(t *testing.T, file, name string) *lab.Lab {
	t.Helper()
	need(t)
	t.Parallel()
	return own(t, file, name)
}

// own brings up a lab for one test alone.
func own(t *testing.T, file, name string) *lab.Lab {
	t.Helper()
	need(t)
	l, err := bringUp(file, name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Down(context.Background()); err != nil {
			t.Error(err)
		}
	})
	logOnFailure(t, l)
	return l
}

func need(t *testing.T) {
	t.Helper()
	if os.Getenv("HEDDLE_E2E") == "" {
		t.Skip("end-to-end tests run with HEDDLE_E2E=1: make e2e")
	}
	if os.Geteuid() != 0 {
		t.Skip("needs root to make network namespaces")
	}
	if err := probe(); err != nil {
		t.Skipf("needs network namespaces, veth and eBPF: %v", err)
	}
	if _, err := os.Stat("../../bin/heddle-lab"); err != nil {
		t.Fatalf("needs the programs: make build: %v", err)
	}
}

// probe tries what a lab is made of, once.
var probe = sync.OnceValue(func() error {
	ns := fmt.Sprintf("e2e-probe-%d", os.Getpid())
	if err := namespace.Create(ns); err != nil {
		return err
	}
	defer namespace.Delete(ns)
	if err := wire.Lay(wire.Plug{Namespace: ns, Device: "a"}, wire.Plug{Namespace: ns, Device: "b"}); err != nil {
		return err
	}
	return namespace.Do(ns, func() error {
		link, err := netlink.LinkByName("a")
		if err != nil {
			return err
		}
		return wire.Tag(link, 1) // loads eBPF
	})
})

func bringUp(file, name string) (*lab.Lab, error) {
	top, err := topology.Load(file)
	if err != nil {
		return nil, err
	}
	top.Name = fmt.Sprintf("e2e-%s-%d", name, os.Getpid())
	l, err := lab.New(top, "../../bin", slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	if err := l.Up(context.Background()); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), readyTime)
	defer cancel()
	if err := l.Wait(ctx); err != nil {
		err = fmt.Errorf("%w\n%s", err, logs(l))
		return nil, errors.Join(err, l.Down(context.Background()))
	}
	return l, nil
}

// logOnFailure prints the end of every daemon's log when the test has failed.
func logOnFailure(t *testing.T, l *lab.Lab) {
	t.Cleanup(func() {
		if t.Failed() && os.Getenv("HEDDLE_E2E_LOGS") != "" {
			t.Log(logs(l))
		}
	})
}

func logs(l *lab.Lab) string {
	const lines = 15
	var b strings.Builder
	for _, s := range l.Topology.Switches {
		files, _ := filepath.Glob(supervise.LogFile(l.Paths(s.Name).RunDir, "*"))
		for _, file := range files {
			content, _ := os.ReadFile(file)
			all := strings.Split(strings.TrimSpace(string(content)), "\n")
			fmt.Fprintf(&b, "== %s %s\n%s\n", s.Name, filepath.Base(file), strings.Join(all[max(0, len(all)-lines):], "\n"))
		}
	}
	return b.String()
}

// eventually polls until the condition returns nil.
func eventually(t *testing.T, limit time.Duration, condition func() error) {
	t.Helper()
	var err error
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if err = condition(); err == nil {
			return
		}
	}
	t.Fatalf("after %v still: %v", limit, err)
}

// run runs a program on a node that must succeed.
func run(t *testing.T, l *lab.Lab, node string, args ...string) string {
	t.Helper()
	out, err := l.Output(t.Context(), node, args[0], args[1:]...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// reach checks that pings along the paths are answered.
func reach(t *testing.T, l *lab.Lab, paths []lab.Path) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	for i, err := range l.Reach(ctx, paths) {
		if err != nil {
			t.Errorf("%s: %v", paths[i], err)
		}
	}
}

// path is a ping from a host to an address.
func path(from, to string) lab.Path {
	return lab.Path{From: from, To: to, Address: netip.MustParseAddr(to)}
}
