package tacacs

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/tacacs/tacacstest"
)

func TestAuthorizeAndAccount(t *testing.T) {
	server := &tacacstest.Server{Key: "secret", Allow: func(user string, arguments []string) (bool, []string) {
		return user == "ada" && !slices.Contains(arguments, "cmd-arg=reload"), []string{"priv-lvl=15", "note*x=y"}
	}}
	s := Server{Address: address(server.Start(t, "127.0.0.1:0")), Key: "secret", Timeout: 20 * time.Second}
	for _, c := range []struct {
		user    string
		words   []string
		allowed bool
	}{
		{"ada", []string{"cmd=show", "cmd-arg=vlan"}, true}, {"ada", []string{"cmd=config", "cmd-arg=reload"}, false}, {"eve", []string{"cmd=show"}, false},
		{"ada", []string{"cmd=" + strings.Repeat("x", 251)}, true},
	} {
		task := Task{User: c.user, Terminal: "pts/1", From: "192.0.2.9", Arguments: append([]string{"service=shell"}, c.words...)}
		g, err := Authorize(t.Context(), s, task)
		if err != nil || g.Allowed != c.allowed || g.Value("priv-lvl") != "15" || g.Value("note") != "x=y" || g.Value("other") != "" {
			t.Errorf("%s %s: %+v, %v", c.user, c.words, g, err)
		}
		if !g.Allowed && g.Text != "not for you" {
			t.Errorf("%s: the server's words are lost: %q", c.user, g.Text)
		}
	}
	task := Task{User: "ada", Terminal: "pts/1", From: "192.0.2.9", Arguments: []string{"task_id=7", "cmd=show"}}
	for _, e := range []Event{Started, Stopped} {
		if err := Account(t.Context(), s, e, task); err != nil {
			t.Error(err)
		}
	}
	seen := server.Tasks()
	if got := seen[len(seen)-2:]; got[0] != "start ada 192.0.2.9 pts/1 task_id=7 cmd=show" || got[1] != "stop ada 192.0.2.9 pts/1 task_id=7 cmd=show" {
		t.Errorf("the server saw %q", got)
	}
}

// TestTooLong: what the protocol cannot carry is told apart from a server that cannot be asked, and never cut short.
func TestTooLong(t *testing.T) {
	for name, task := range map[string]Task{
		"nobody": {}, "user": {User: strings.Repeat("u", 256)}, "argument": {User: "ada", Arguments: []string{strings.Repeat("a", 256)}}, "arguments": {User: "ada", Arguments: make([]string, 256)},
	} {
		if _, err := Authorize(t.Context(), Server{}, task); !errors.Is(err, ErrTooLong) {
			t.Errorf("%s: %v", name, err)
		}
		if err := Account(t.Context(), Server{}, Stopped, task); !errors.Is(err, ErrTooLong) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParseGrant(t *testing.T) {
	asked := []string{"service=shell", "cmd=show", "cmd-arg=vlan"}
	reply := func(status byte, arguments ...string) []byte {
		b := []byte{status, byte(len(arguments)), 0, 0, 0, 0}
		for _, a := range arguments {
			b = append(b, byte(len(a)))
		}
		return append(b, strings.Join(arguments, "")...)
	}
	for name, c := range map[string]struct {
		body    []byte
		asked   []string
		allowed bool
		wrong   bool
	}{
		"added":                 {reply(1, "priv-lvl=1"), asked, true, false},
		"the same again":        {reply(2, "cmd=show", "cmd-arg=vlan"), asked, true, false},
		"another command":       {reply(2, "cmd=show", "cmd-arg=version"), asked, false, false},
		"a session's arguments": {reply(2, "priv-lvl=15"), []string{"service=shell", "cmd="}, true, false},
		"refused":               {reply(0x10), asked, false, false},
		"an error":              {reply(0x11), asked, false, true},
		"go elsewhere":          {reply(0x21), asked, false, true},
		"nothing":               {nil, asked, false, true},
		"more lengths":          {[]byte{1, 200, 0, 0, 0, 0, 1}, asked, false, true},
		"too long":              {append(reply(1), 'x'), asked, false, true},
	} {
		g, err := parseGrant(c.body, c.asked)
		if g.Allowed != c.allowed || (err != nil) != c.wrong {
			t.Errorf("%s: %+v, %v", name, g, err)
		}
	}
}

func FuzzParseGrant(f *testing.F) {
	f.Add([]byte{1, 1, 0, 1, 0, 1, 2, 't', 'd', 'a', '='})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, body []byte) {
		g, err := parseGrant(body, nil)
		if err == nil && len(strings.Join(g.Arguments, ""))+len(g.Text) > len(body) {
			t.Error("more than there was")
		}
		_ = g.Value("a")
		if parseTaken(body) == nil && len(body) < 5 {
			t.Error("taken without a word")
		}
	})
}
