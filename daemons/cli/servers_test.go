package cli_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/tacacs/broker"
	"github.com/heddle-nos/heddle/daemons/tacacs/tacacstest"
	"github.com/heddle-nos/heddle/internal/paths"
)

// aaaServer is a TACACS+ server behind a broker, for the scripts.
type aaaServer struct {
	t        *testing.T
	server   *tacacstest.Server
	listener string // line of the broker's file
}

// newAAAServer serves one that lets everybody run `show` and nothing else.
func newAAAServer(t *testing.T) *aaaServer {
	server := &tacacstest.Server{Key: "shared", Allow: func(_ string, arguments []string) (bool, []string) {
		return slices.Contains(arguments, "cmd=show"), nil
	}}
	port := server.Start(t, "127.0.0.1:0")
	return &aaaServer{t, server, "server=127.0.0.1:" + strconv.Itoa(port) + ",secret=shared,timeout=20\n"}
}

// begin is "servers up|away": a broker runs, with a server that answers or without one.
func (a *aaaServer) begin(ts *testscript.TestScript, _ bool, args []string) {
	file := filepath.Join(ts.Getenv("WORK"), "servers")
	text := ""
	if args[0] == "up" {
		text = a.listener
	}
	ts.Check(os.WriteFile(file, []byte(text), 0o600))
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	cfg := broker.Config{Socket: aaa(ts.Getenv).Broker.Socket, Servers: file, Log: slog.New(slog.DiscardHandler)}
	_ = os.Remove(cfg.Socket)
	go func() { ended <- broker.Serve(ctx, cfg) }()
	ts.Defer(func() { cancel(); <-ended })
	await(ts, "a broker", func() bool { _, err := os.Stat(cfg.Socket); return err == nil })
}

// told is "told TEXT": the server hears of that.
func (a *aaaServer) told(ts *testscript.TestScript, neg bool, args []string) {
	has := func() bool {
		return slices.ContainsFunc(a.server.Tasks(), func(task string) bool { return strings.Contains(task, args[0]) })
	}
	if neg {
		if has() {
			ts.Fatalf("the server was told of %q", args[0])
		}
		return
	}
	await(ts, args[0], has)
}

// aaa is how the scripts' commands ask. alice is a server's user where $REMOTE says so.
func aaa(getenv func(string) string) *session.AAA {
	return &session.AAA{Broker: broker.Client{Socket: paths.From(getenv).Socket(broker.Name)}, Remote: func(int) bool { return getenv("REMOTE") != "" }}
}
