package configure

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplitWords(t *testing.T) {
	for _, tt := range []struct {
		line string
		want []string
	}{
		{"", nil},
		{"  vlan\tadd 100 \r", []string{"vlan", "add", "100"}},
		{`a "b c" 'd "e"' f\ g`, []string{"a", "b c", `d "e"`, "f g"}},
		{`a"b"'c' "" ''`, []string{"abc", "", ""}},
		{`'\' "\""`, []string{`\`, `"`}},
		{"vlan # comment", []string{"vlan"}},
		{"a#b", []string{"a#b"}},
		{"#", nil},
	} {
		got, err := splitWords(tt.line)
		if d := cmp.Diff(tt.want, got); err != nil || d != "" {
			t.Errorf("%q: %v (-want +got):\n%s", tt.line, err, d)
		}
	}
	for _, line := range []string{`"a`, `'a`, `a\`, `'a\'b'`} {
		if got, err := splitWords(line); err == nil {
			t.Errorf("%q gives %q", line, got)
		}
	}
}

// FuzzSplitWords: words that are quoted come back as they were.
func FuzzSplitWords(f *testing.F) {
	f.Add(`vlan add "1 0"`)
	f.Add(`a\ b 'c`)
	f.Fuzz(func(t *testing.T, line string) {
		words, err := splitWords(line)
		if err != nil {
			return
		}
		quoted := make([]string, len(words))
		for i, w := range words {
			quoted[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
		again, err := splitWords(strings.Join(quoted, " "))
		if d := cmp.Diff(words, again); err != nil || d != "" {
			t.Fatalf("%v (-want +got):\n%s", err, d)
		}
	})
}
