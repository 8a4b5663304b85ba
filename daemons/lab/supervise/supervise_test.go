package supervise

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// start runs a supervisor for the programs until the test ends.
func start(t *testing.T, programs ...Program) Client {
	t.Helper()
	dir := t.TempDir()
	if err := (Spec{Dir: dir, Programs: programs}).Write(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, dir, slog.New(slog.DiscardHandler)) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return Client{Dir: dir}
}

// await polls until a program's status satisfies the condition.
func await(t *testing.T, c Client, name string, condition func(Status) bool) Status {
	t.Helper()
	var last Status
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		all, err := c.Status(t.Context())
		if err != nil {
			continue
		}
		for _, s := range all {
			if s.Name == name {
				last = s
			}
		}
		if condition(last) {
			return last
		}
	}
	t.Fatalf("%s: condition never held, last %+v", name, last)
	return last
}

func running(s Status) bool { return s.State == Running }

func sleeper(name string) Program {
	return Program{Name: name, Path: "/bin/sleep", Args: []string{"1000"}}
}

func TestRestart(t *testing.T) {
	c := start(t, sleeper("a"))
	first := await(t, c, "a", running)
	if err := c.Restart(t.Context(), "a", syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	second := await(t, c, "a", func(s Status) bool { return running(s) && s.PID != first.PID })
	if second.Starts != 2 || second.Exit != "signal: killed" && second.Exit != "" {
		t.Errorf("after restart: %+v", second)
	}
}

func TestStopAndStart(t *testing.T) {
	c := start(t, sleeper("a"))
	await(t, c, "a", running)
	if err := c.Stop(t.Context(), "a", syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	await(t, c, "a", func(s Status) bool { return s.State == Stopped && s.PID == 0 })
	if err := c.Start(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	await(t, c, "a", running)
}

func TestCrashBacksOff(t *testing.T) {
	c := start(t, Program{Name: "a", Path: "/bin/false"})
	s := await(t, c, "a", func(s Status) bool { return s.Starts >= 3 })
	if s.Exit != "exit status 1" {
		t.Errorf("exit is %q", s.Exit)
	}
}

func TestNeedsAndOnce(t *testing.T) {
	mark := filepath.Join(t.TempDir(), "mark")
	later := sleeper("later")
	later.Needs = []string{mark}
	c := start(t, later, Program{Name: "once", Path: "/bin/true", Once: true, Ready: mark})
	await(t, c, "once", func(s Status) bool { return s.State == Done && s.Ready })
	await(t, c, "later", running)
}

func TestOnceFailed(t *testing.T) {
	c := start(t, Program{Name: "once", Path: "/bin/false", Once: true, Ready: filepath.Join(t.TempDir(), "mark")})
	s := await(t, c, "once", func(s Status) bool { return s.State == Failed })
	if s.Ready {
		t.Error("ready although it failed")
	}
}

func TestLogsAndEnvironment(t *testing.T) {
	c := start(t, Program{Name: "env", Path: "/usr/bin/env", Env: []string{"HEDDLE_TEST=yes"}, Once: true})
	await(t, c, "env", func(s Status) bool { return s.State == Done })
	out, err := os.ReadFile(LogFile(c.Dir, "env"))
	if err != nil || !strings.Contains(string(out), "HEDDLE_TEST=yes") {
		t.Errorf("log is %q, %v", out, err)
	}
}

func TestShutdown(t *testing.T) {
	c := start(t, sleeper("a"))
	pid := await(t, c, "a", running).PID
	if err := c.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.WaitGone(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, 0); err == nil {
		t.Error("the program outlived its supervisor")
	}
}

func TestBadRequests(t *testing.T) {
	c := start(t, sleeper("a"))
	await(t, c, "a", running)
	if err := c.Restart(t.Context(), "b", syscall.SIGTERM); err == nil || err.Error() != `no program "b"` {
		t.Errorf("got %v", err)
	}
	if _, err := c.call(t.Context(), request{Verb: "dance"}); err == nil || err.Error() != `no request "dance"` {
		t.Errorf("got %v", err)
	}
	if err := Run(t.Context(), c.Dir, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("two supervisors run in one directory")
	}
}
