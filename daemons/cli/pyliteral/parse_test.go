package pyliteral_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/cli/pyliteral"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]any{
		`{}`:                               pyliteral.Dict{},
		` {'a': 'it\'s', "b": [1, None,]}`: pyliteral.Dict{{Key: "a", Value: "it's"}, {Key: "b", Value: []any{int64(1), nil}}},
		`{1: {'x': 0x11}, 2: (True, 2.5)}`: pyliteral.Dict{{Key: int64(1), Value: pyliteral.Dict{{Key: "x", Value: int64(17)}}}, {Key: int64(2), Value: []any{true, 2.5}}},
		"-7":                               int64(-7),
	} {
		got, err := pyliteral.Parse(text)
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Errorf("%s: %v\n%s", text, err, d)
		}
	}
	for _, text := range []string{"", "N/A", "{", "{'a'}", "{'a': 1", "[1 2]", "'x", "1 2", strings.Repeat("[", 1000)} {
		if got, err := pyliteral.Parse(text); err == nil {
			t.Errorf("%.20s: read as %v", text, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("{1: {'host_electrical_interface_id': '400G CR8', 'options': [1, None]}}")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := pyliteral.Parse(text); err != nil && !strings.Contains(err.Error(), "at ") {
			t.Error(err)
		}
	})
}
