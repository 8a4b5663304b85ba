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
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/tacacs/tacacstest"
)

// start serves a broker of these servers until the test ends.
func start(t *testing.T, servers ...string) Client {
	t.Helper()
	dir := t.TempDir()
	said := &strings.Builder{}
	cfg := Config{Socket: filepath.Join(dir, "run", "aaa.sock"), Servers: filepath.Join(dir, "servers"), Log: slog.New(slog.NewTextHandler(said, nil))}
	cfg.Name = func(uid int) (string, error) { return fmt.Sprint("user", uid), nil }
	text := ""
	for _, s := range servers {
		text += "server=" + s + ",secret=hush,timeout=10\n"
	}
	if err := os.WriteFile(cfg.Servers, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Serve(ctx, cfg) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		if strings.Contains(said.String(), "hush") {
			t.Error("a key is in the log")
		}
	})
	await(t, func() bool { _, err := os.Stat(cfg.Socket); return err == nil })
	return Client{Socket: cfg.Socket}
}

func await(t *testing.T, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not within a minute")
		}
	}
}

func address(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

func gone(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestBroker(t *testing.T) {
	server := &tacacstest.Server{Key: "hush", Allow: func(user string, a []string) (bool, []string) {
		return user == "ada" && slices.Contains(a, "cmd=show"), nil
	}}
	c := start(t, gone(t), address(server.Start(t, "127.0.0.1:0")))
	for _, tt := range []struct {
		words []string
		want  Answer
	}{
		{[]string{"show", "vlan", "brief"}, Answer{Verdict: Allowed}},
		{[]string{"config", "reload"}, Answer{Denied, "not for you"}},
		{[]string{"show", strings.Repeat("x", 300)}, Answer{Denied, "TACACS+ cannot carry it: an argument of 308 bytes, not more than 255"}},
	} {
		got, err := c.Authorize(t.Context(), Command{User: "ada", UID: 1000, Place: "2001:db8::9", Words: tt.words})
		if err != nil || got != tt.want {
			t.Errorf("%.40s: %+v, %v", tt.words, got, err)
		}
	}
	if seen := server.Tasks(); seen[0] != "author ada 2001:db8::9 ssh service=shell cmd=show cmd-arg=vlan cmd-arg=brief" {
		t.Errorf("the server saw %q", seen)
	}
	began := time.Unix(1000, 0)
	if err := c.Tell(Command{User: "ada", Place: "ttyS0", Words: []string{"config", strings.Repeat("x", 300)}}, Run{ID: 7, Began: began, Ended: began.Add(3 * time.Second), Code: 1}); err != nil {
		t.Fatal(err)
	}
	want := "stop ada  ttyS0 task_id=7 start_time=1000 stop_time=1003 elapsed_time=3 exit_status=1 service=shell cmd=config cmd-arg=" + strings.Repeat("x", 247)
	await(t, func() bool { return slices.Contains(server.Tasks(), want) })
	if err := c.Tell(Command{User: "ada", Place: "192.0.2.1"}, Run{ID: 8, Session: true, Open: true, Began: began}); err != nil {
		t.Fatal(err)
	}
	await(t, func() bool {
		return slices.Contains(server.Tasks(), "start ada 192.0.2.1 ssh task_id=8 start_time=1000 service=shell")
	})
}

// TestServersAway: asking says so, and telling does not wait.
func TestServersAway(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	c := start(t, silent.Addr().String())
	began := time.Now()
	for range 2 * mostRecords {
		if err := c.Tell(Command{User: "ada", Words: []string{"show"}}, Run{}); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(began); took > 10*time.Second { // of 512 tellings; a server has 10 seconds for each
		t.Errorf("telling took %v", took)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.Authorize(ctx, Command{User: "ada", Words: []string{"show"}}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("an operator who gave up waits: %v", err)
	}
	none := start(t)
	if a, err := none.Authorize(t.Context(), Command{User: "ada", Words: []string{"show"}}); err != nil || a.Verdict != Unreachable {
		t.Errorf("without servers: %+v, %v", a, err)
	}
	if _, err := (Client{Socket: "/nonexistent"}).Authorize(t.Context(), Command{}); err == nil {
		t.Error("no error without a broker")
	}
}

// TestWhoIsBelieved: root speaks for others, nobody else does.
func TestWhoIsBelieved(t *testing.T) {
	s := &server{Config: Config{Name: func(uid int) (string, error) { return "eve", nil }}}
	data, err := json.Marshal(message{Command: Command{User: "ada", UID: 5, Words: []string{"show"}}})
	if err != nil {
		t.Fatal(err)
	}
	for uid, want := range map[uint32]string{0: "ada", 1001: "eve"} {
		if m, err := s.parse(data, uid); err != nil || m.User != want {
			t.Errorf("uid %d speaks for %q, %v", uid, m.User, err)
		}
	}
	for _, bad := range []string{"", "{", `{"user":"ada"}`, `{"words":[]}`, `{"run":{}}`} {
		if _, err := s.parse([]byte(bad), 0); err == nil {
			t.Errorf("%q is a message", bad)
		}
	}
}

// TestEveryoneGetsATurn: a user with many programs keeps nobody else out.
func TestEveryoneGetsATurn(t *testing.T) {
	s := &server{serving: make(map[uint32]int)}
	for range mostOfOne {
		if !s.enter(1000) {
			t.Fatal("turned away early")
		}
	}
	if s.enter(1000) || !s.enter(1001) {
		t.Error("one user took the place of another")
	}
	s.leave(1000)
	if !s.enter(1000) {
		t.Error("a place that was left stays taken")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"user":"ada","uid":1000,"words":["show","vlan"],"run":{"id":1,"began":"2026-01-01T00:00:00Z"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := &server{Config: Config{Name: func(int) (string, error) { return "eve", nil }}}
		m, err := s.parse(data, 1000)
		if err != nil {
			return
		}
		if m.User != "eve" {
			t.Error("believed")
		}
		if m.Run == nil {
			return
		}
		_, task := m.record()
		for _, a := range task.Arguments {
			if len(a) > 255 {
				t.Errorf("an argument of %d bytes", len(a))
			}
		}
	})
}
