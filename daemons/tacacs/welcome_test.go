package tacacs

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/daemons/tacacs/tacacstest"
)

// people are users of a switch: those who are local, and those who were made, with their levels.
type people struct {
	local []string
	made  []string
}

func (p *people) Local(user string) (bool, error) { return slices.Contains(p.local, user), nil }

func (p *people) Keep(_ context.Context, user string, level int) error {
	p.made = append(p.made, fmt.Sprint(user, " ", level))
	return nil
}

// TestNewcomer: whom a server accepts is made a user, with the level that the server gives; who has no shell there gets none here.
func TestNewcomer(t *testing.T) {
	server := &tacacstest.Server{Key: "secret", Users: map[string]string{"root7": "right", "eve": "right", "low": "right", "odd": "right", "tester": "right"},
		Allow: func(user string, arguments []string) (bool, []string) {
			level := map[string]string{"root7": "priv-lvl=15", "low": "other*x", "odd": "priv-lvl=99"}[user]
			return user != "eve" && slices.Equal(arguments, []string{"service=shell", "cmd="}), []string{level}
		}}
	file := filepath.Join(t.TempDir(), "servers")
	if err := os.WriteFile(file, []byte("server="+address(server.Start(t, "127.0.0.1:0"))+",secret=secret,timeout=20\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		user, made string
		in         bool
	}{{"root7", "root7 15", true}, {"low", "low 1", true}, {"odd", "odd 1", true}, {"eve", "", false}, {"tester", "", true}} {
		users := &people{local: []string{"tester"}}
		cfg := Config{Servers: file, Marks: t.TempDir(), Getenv: func(string) string { return c.user }, Password: strings.NewReader("right\x00"), Users: users, Log: slog.New(slog.DiscardHandler)}
		if err := Login(t.Context(), cfg); (err == nil) != c.in {
			t.Errorf("%s: %v", c.user, err)
		}
		if got := strings.Join(users.made, ";"); got != c.made {
			t.Errorf("%s: made %q, want %q", c.user, got, c.made)
		}
	}
}

// TestKeep: RADIUS leaves the level in the environment, or nothing.
func TestKeep(t *testing.T) {
	users := &people{local: []string{"tester"}}
	for _, env := range []map[string]string{{"PAM_USER": "ada", "Privilege": "15"}, {"PAM_USER": "bob"}, {"PAM_USER": "tester", "Privilege": "15"}} {
		if err := Keep(t.Context(), Config{Getenv: func(name string) string { return env[name] }, Users: users}); err != nil {
			t.Error(err)
		}
	}
	if got := strings.Join(users.made, ";"); got != "ada 15;bob 1" {
		t.Errorf("made %q", got)
	}
}
