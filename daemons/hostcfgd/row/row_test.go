package row

import (
	"errors"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/internal/statedb"
)

func TestChecks(t *testing.T) {
	for _, c := range []struct {
		name      string
		check     func(string) error
		good, bad []string
	}{
		{"host", CheckHost,
			[]string{"192.0.2.1", "2001:db8::1", "fe80::1%eth0", "ntp", "ntp.example.net", "ntp.example.net.", "_srv.example.net", "a-1"},
			[]string{"", "a b", "a\nb", "-a", "a-", "a..b", "fe80::1%eth0;x", "1:2", "a/b", `a"`, strings.Repeat("a.", 127) + "aa", strings.Repeat("a", 64), "é.net"}},
		{"interface", CheckInterface, []string{"eth0", "Ethernet0.10", "Vrf-red", "PortChannel0001"}, []string{"", "0a", "a b", "a/b", "a%b", "a234567890123456"}},
		{"token", func(s string) error { return CheckToken(s, 8) }, []string{"a", "s3cr3t!", "a=b:c", "a@b"}, []string{"", "a b", "a#b", `a"b`, "a'b", "a`b", `a\b`, "a,b", "a;b", "-a", "@a", "!a", "é", "a\tb", "123456789", "a\n"}},
		{"line", func(s string) error { return CheckLine(s, 8) }, []string{"a b", "é", "a\tb"}, []string{"", "a\nb", "a\rb", "\x00", "\x7f", "\u202e", "\xff", "123456789"}},
		{"paragraph", func(s string) error { return CheckParagraph(s, 8) }, []string{"a\nb", "\n"}, []string{"", "a\rb", "\x1b[2J", "\u2028"}},
	} {
		for _, s := range c.good {
			if err := c.check(s); err != nil {
				t.Errorf("%s %q: %v", c.name, s, err)
			}
		}
		for _, s := range c.bad {
			if c.check(s) == nil {
				t.Errorf("%s %q is accepted", c.name, s)
			}
		}
	}
}

func TestReader(t *testing.T) {
	rows := Tables{"T": {"k": {"n": "5", "flag": "True", "list@": "a,b", "host": "x", "secret": "ok"}, "k10": {}, "k9": {}}}
	r := rows.Read("T", "k")
	if r.Number("n", 1, 0, 9) != 5 || r.Number("none", 7, 0, 9) != 7 || !r.Flag("flag", false) || len(r.Words("list", "a", "b", "c")) != 2 ||
		r.Host("host") != "x" || r.Word("none", "unset", "a") != "unset" || r.Secret("secret", 8) != "ok" || r.Address("none").IsValid() || !r.Has("list") || r.Has("none") {
		t.Error("a good row is misread")
	}
	if r.Err() != nil {
		t.Error(r.Err())
	}
	if got := strings.Join(rows.Keys("T"), " "); got != "k k9 k10" {
		t.Errorf("keys %s", got)
	}
}

func TestReaderKeepsTheFirstError(t *testing.T) {
	for field, read := range map[string]func(*Reader){
		"number":  func(r *Reader) { r.Number("number", 0, 0, 9) },
		"flag":    func(r *Reader) { r.Flag("flag", false) },
		"word":    func(r *Reader) { r.Word("word", "", "a", "b") },
		"words":   func(r *Reader) { r.Words("words", "a", "b") },
		"address": func(r *Reader) { r.Address("address") },
		"host":    func(r *Reader) { r.Host("host") },
		"token":   func(r *Reader) { r.Token("token", 9) },
		"secret":  func(r *Reader) { r.Secret("secret", 9) },
	} {
		const bad = "1 2"
		r := Tables{"T": {"k": {field: bad, "later": "x"}}}.Read("T", "k")
		read(r)
		r.Number("later", 0, 0, 9)
		r.Missing("much later")
		var value *statedb.FieldError
		if !errors.As(r.Err(), &value) || value.Field != field {
			t.Errorf("%s: got %v", field, r.Err())
		} else if (value.Value == bad) == (field == "secret") {
			t.Errorf("%s: value %q is told", field, value.Value)
		}
	}
}
