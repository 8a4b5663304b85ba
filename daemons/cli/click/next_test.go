package click_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
)

// book describes the arguments of tree.
type book struct{}

func (book) About(_ *cobra.Command, name string) click.Argument {
	switch name {
	case "vid":
		return click.Argument{Help: "A VLAN, 1 to 4094", Values: func(context.Context) []string { return []string{"10", "100"} }}
	case "port":
		return click.Argument{Help: "A port"}
	}
	return click.Argument{}
}

func TestNext(t *testing.T) {
	options := "\nOptions:\n  --iface TEXT          Interface\n  -m, --many            Many at once\n  -p, --period INTEGER  Seconds\n" +
		"  -?, -h, --help        Show this message and exit.\n"
	tests := []struct {
		line string
		code int
		want string
	}{
		{"?", 0, "  exit    Exit\n  member  Members\n"},
		{"m?", 0, "  member  Members\n"},
		{"member add ?", 0, "  <vid>  A VLAN, 1 to 4094\n  10\n  100\n" + options},
		{"member add 5 ?", 0, "  port  A port\n" + options},
		{"member add -m 5 ?", 0, "  port  A port\n" + options},
		{"member add --period ?", 0, "  INTEGER  Seconds\n"},
		{"member add --period 3 ?", 0, "  <vid>  A VLAN, 1 to 4094\n  10\n  100\n" + options},
		{"member add 5 e ?", 0, "  <Enter>  Run the command\n" + options},
		{"member nothing ?", 2, ""},
		{"x?", 2, ""},
	}
	for _, tt := range tests {
		var out, errs bytes.Buffer
		if code := click.Run(t.Context(), tree(), strings.Fields(tt.line), &out, &errs, book{}); code != tt.code {
			t.Errorf("%s: exit code %d: %s", tt.line, code, errs.String())
		}
		if d := cmp.Diff(tt.want, out.String()); d != "" {
			t.Errorf("%s (-want +got):\n%s", tt.line, d)
		}
	}
}

// An argument may end in a question mark; only a lone one asks.
func TestQuestionInArgument(t *testing.T) {
	var out, errs bytes.Buffer
	click.Run(t.Context(), tree(), []string{"member", "add", "5", "why?"}, &out, &errs, book{})
	if want := "[5 why?] false 0 \n"; out.String() != want {
		t.Errorf("got %q, want %q", out.String(), want)
	}
}

func TestComplete(t *testing.T) {
	tests := []struct {
		words []string // the last is being typed
		want  string
	}{
		{[]string{""}, "exit\nmember\n"},
		{[]string{"member", "a"}, "add\naddress\n"},
		{[]string{"m", "add", "1"}, "10\n100\n"},
		{[]string{"m", "add", "--"}, "--iface\n--many\n--period\n--help\n"},
		{[]string{"m", "add", "-if", "1"}, ""},
		{[]string{"m", "add", "--iface=x", "10"}, "10\n100\n"},
		{[]string{"what", ""}, ""},
	}
	for _, tt := range tests {
		env := map[string]string{
			"_CONFIG_COMPLETE": "complete",
			"COMP_WORDS":       "config\n" + strings.Join(tt.words, "\n") + "\n",
			"COMP_CWORD":       string(rune('0' + len(tt.words))),
		}
		var out bytes.Buffer
		if !click.Complete(t.Context(), tree(), func(k string) string { return env[k] }, &out, book{}) {
			t.Errorf("%q: not taken for a question of a shell", tt.words)
		}
		if d := cmp.Diff(tt.want, out.String()); d != "" {
			t.Errorf("%q (-want +got):\n%s", tt.words, d)
		}
	}
}

// FuzzLine gives any words to all that reads a command line: nothing may panic.
func FuzzLine(f *testing.F) {
	f.Add("member add 5 Ethernet0 -p 3")
	f.Add("m ad?")
	f.Add("member add --period= ?")
	f.Add("-")
	f.Add("member add -- -if")
	f.Fuzz(func(t *testing.T, line string) {
		var out, errs bytes.Buffer
		words := strings.Split(line, " ")
		code := click.Run(t.Context(), tree(), words, &out, &errs, book{})
		if code != click.CodeOK && errs.Len() == 0 && out.Len() == 0 {
			t.Errorf("%q: exit code %d without a word", words, code)
		}
		env := map[string]string{"_CONFIG_COMPLETE": "bash_complete", "COMP_WORDS": "config\n" + strings.Join(words, "\n"), "COMP_CWORD": "1"}
		click.Complete(t.Context(), tree(), func(k string) string { return env[k] }, &out, book{})
	})
}
