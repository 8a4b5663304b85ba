package process

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestGroupEndsTogether(t *testing.T) {
	cause := errors.New("disk full")
	ended := make(chan struct{})
	g := NewGroup(t.Context())
	g.Go("writer", func(context.Context) error { return cause })
	g.Go("reader", func(ctx context.Context) error { <-ctx.Done(); close(ended); return ctx.Err() })
	err := g.Wait()
	if !errors.Is(err, cause) || err.Error() != "writer: disk full" {
		t.Errorf("got %v", err)
	}
	select {
	case <-ended:
	default:
		t.Error("reader was not joined")
	}
}

func TestGroupTurnsPanicIntoError(t *testing.T) {
	g := NewGroup(t.Context())
	g.Go("parser", func(context.Context) error { panic("out of range") })
	if err := g.Wait(); err == nil || !strings.Contains(err.Error(), "parser: panic: out of range") {
		t.Errorf("got %v", err)
	}
}

func TestGroupCancelledIsClean(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	g := NewGroup(ctx)
	g.Go("loop", func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
	cancel()
	if err := g.Wait(); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestReady(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ready", "syncd")
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if err := WaitReady(ctx, file); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("before the mark: got %v", err)
	}
	if err := Ready(file); err != nil {
		t.Fatal(err)
	}
	if err := WaitReady(t.Context(), file); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := NotReady(file); err != nil {
			t.Error(err)
		}
	}
}

func TestLogFlags(t *testing.T) {
	var l Log
	fs := flag.NewFlagSet("x", flag.ContinueOnError)
	fs.SetOutput(new(bytes.Buffer))
	l.Register(fs)
	if err := fs.Parse([]string{"--log-level=debug", "--log-format=json"}); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	l.Logger(&out, "syncd").Debug("hello", "port", "Ethernet0")
	if !strings.Contains(out.String(), `"port":"Ethernet0"`) {
		t.Errorf("got %s", out.String())
	}
	if err := fs.Parse([]string{"--log-format=xml"}); err == nil {
		t.Error("xml was accepted")
	}
}

// TestLevel changes what loggers say that were made before.
func TestLevel(t *testing.T) {
	var out bytes.Buffer
	var flags Log
	flags.Format = "text"
	log := flags.Logger(&out, "syncd").With("port", 1).WithGroup("g")
	daemon, level, ok := Level(log)
	if !ok || daemon != "syncd" || level.Level() != slog.LevelInfo {
		t.Fatalf("got %q %v %v", daemon, level, ok)
	}
	log.Debug("unsaid")
	level.Set(slog.LevelDebug)
	log.Debug("said")
	level.Set(slog.LevelError)
	log.Warn("unsaid")
	if got := out.String(); !strings.Contains(got, "msg=said") || strings.Contains(got, "unsaid") {
		t.Errorf("got %q", got)
	}
	if _, _, ok := Level(slog.New(slog.DiscardHandler)); ok {
		t.Error("a foreign logger has a level of ours")
	}
}
