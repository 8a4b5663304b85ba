package tacacs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/tacacs/tacacstest"
)

func address(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

func TestAsk(t *testing.T) {
	long := strings.Repeat("p", 200) // obfuscated by many blocks
	server := &tacacstest.Server{Key: "secret", Users: map[string]string{"ada": "right", "bob": long}}
	at := address(server.Start(t, "127.0.0.1:0"))
	for _, kind := range []Kind{KindPAP, KindCHAP, KindLogin} {
		s := Server{Address: at, Key: "secret", Timeout: 20 * time.Second, Kind: kind}
		for _, c := range []struct {
			user, password string
			accepted       bool
		}{{"ada", "right", true}, {"ada", "wrong", false}, {"eve", "right", false}, {"bob", long, true}} {
			got, err := Ask(t.Context(), s, Attempt{User: c.user, Password: c.password, Terminal: "ssh", From: "192.0.2.9"})
			if err != nil || got != c.accepted {
				t.Errorf("%s %s: %v, %v", kind, c.user, got, err)
			}
		}
		if seen := server.Seen(); seen[len(seen)-1] != string(kind)+" bob 192.0.2.9 ssh" {
			t.Errorf("the server saw %q", seen[len(seen)-1])
		}
	}
}

// TestAskFails: none of it is a refusal, and none hangs.
func TestAskFails(t *testing.T) {
	a := Attempt{User: "ada", Password: "right"}
	server := &tacacstest.Server{Key: "secret", Users: map[string]string{"ada": "right"}}
	good := address(server.Start(t, "127.0.0.1:0"))
	answering := func(body []byte) string {
		s := &tacacstest.Server{Key: "secret", Answer: func([]byte) []byte { return append([]byte{}, body...) }}
		return address(s.Start(t, "127.0.0.1:0"))
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for name, s := range map[string]Server{
		"another key":         {Address: good, Key: "other", Kind: KindPAP},
		"nobody there":        {Address: closed.Addr().String(), Key: "secret", Kind: KindPAP},
		"no answer":           {Address: silent.Addr().String(), Key: "secret", Kind: KindPAP, Timeout: 100 * time.Millisecond},
		"an error":            {Address: answering([]byte{statusError, 0, 0, 0, 0, 0}), Key: "secret", Kind: KindPAP},
		"too short":           {Address: answering([]byte{1}), Key: "secret", Kind: KindPAP},
		"wrong lengths":       {Address: answering([]byte{1, 0, 0xff, 0xff, 0, 0}), Key: "secret", Kind: KindPAP},
		"asks and asks":       {Address: answering([]byte{statusGetPass, 0, 0, 0, 0, 0}), Key: "secret", Kind: KindLogin},
		"asks for what is in": {Address: answering([]byte{statusGetPass, 0, 0, 0, 0, 0}), Key: "secret", Kind: KindPAP},
		"no such kind":        {Address: good, Key: "secret", Kind: "mschap"},
	} {
		if s.Timeout == 0 {
			s.Timeout = 20 * time.Second
		}
		if accepted, err := Ask(t.Context(), s, a); err == nil || accepted {
			t.Errorf("%s: %v, %v", name, accepted, err)
		}
	}
	s := Server{Address: good, Key: "secret", Kind: KindPAP, Timeout: 20 * time.Second}
	for _, a := range []Attempt{{User: "ada"}, {Password: "x"}, {User: strings.Repeat("u", 256), Password: "x"}} {
		if _, err := Ask(t.Context(), s, a); err == nil {
			t.Errorf("%d bytes of name and %d of password are asked for", len(a.User), len(a.Password))
		}
	}
}

func FuzzParseReply(f *testing.F) {
	f.Add([]byte{1, 0, 0, 2, 0, 1, 'o', 'k', 'x'})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := parseReply(body)
		if err == nil && len(r.text) > len(body) {
			t.Error("more text than there was")
		}
	})
}

func TestLoad(t *testing.T) {
	path := filepath.Join(t.TempDir(), "servers")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("# comment\n\nserver=[2001:db8::1]:49,secret=a=b,timeout=3,type=chap,source=2001:db8::9,vrf=mgmt\nserver=tac.example.net:4949,secret=k\n")
	list, err := Load(path)
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	if s := list[0]; s.Address != "[2001:db8::1]:49" || s.Key != "a=b" || s.Timeout != 3*time.Second || s.Kind != KindCHAP || s.Source.String() != "2001:db8::9" || s.VRF != "mgmt" {
		t.Errorf("got %+v", s)
	}
	if s := list[1]; s.Timeout != 5*time.Second || s.Kind != KindPAP || s.VRF != "" {
		t.Errorf("got %+v", s)
	}
	for _, line := range []string{"server=x,secret=hush", "secret=hush", "server=x:1", "server=x:1,secret=hush,timeout=0", "server=x:1,secret=hush,source=y", "server=x:1,secret=hush,hush=1"} {
		write(line + "\n")
		if _, err := Load(path); err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// TestLogin goes through what PAM does: one call to ask, and another to know why not.
func TestLogin(t *testing.T) {
	server := &tacacstest.Server{Key: "secret", Users: map[string]string{"ada": "right"}}
	other := &tacacstest.Server{Key: "secret", Users: map[string]string{"bob": "right"}}
	up, up2 := address(server.Start(t, "127.0.0.1:0")), address(other.Start(t, "127.0.0.1:0"))
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	dir := t.TempDir()
	for _, c := range []struct {
		name, user  string
		servers     []string
		failthrough bool
		in, on      bool // let in; or else the search goes on elsewhere
	}{
		{"accepted", "ada", []string{up}, false, true, false},
		{"refused", "eve", []string{up}, false, false, false},
		{"the next one would accept", "bob", []string{up, up2}, false, false, false},
		{"the next one is asked", "bob", []string{up, up2}, true, true, false},
		{"the next one is asked, the first is gone", "ada", []string{gone.Addr().String(), up}, false, true, false},
		{"nobody is there", "ada", []string{gone.Addr().String()}, false, false, true},
		{"refused by one, the other is gone", "eve", []string{up, gone.Addr().String()}, true, false, false},
		{"no servers", "ada", nil, false, false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := ""
			for _, s := range c.servers {
				file += "server=" + s + ",secret=secret,timeout=20\n"
			}
			cfg := Config{
				Servers: filepath.Join(dir, "servers"), Marks: filepath.Join(dir, "marks"), Process: 42, Failthrough: c.failthrough,
				Getenv: func(name string) string { return map[string]string{"PAM_USER": c.user}[name] }, Password: strings.NewReader("right\x00"), Users: &people{},
				Log: slog.New(slog.DiscardHandler),
			}
			if err := os.WriteFile(cfg.Servers, []byte(file), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := Login(context.WithoutCancel(t.Context()), cfg); (err == nil) != c.in {
				t.Errorf("login: %v", err)
			}
			if err := Unreachable(t.Context(), cfg); (err == nil) != c.on {
				t.Errorf("unreachable: %v", err)
			}
			if err := Unreachable(t.Context(), cfg); !errors.Is(err, ErrRefused) {
				t.Errorf("the word is still there: %v", err)
			}
		})
	}
}
