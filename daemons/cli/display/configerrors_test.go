package display

import "testing"

func TestPrintable(t *testing.T) {
	for s, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", `C:\x "y"`: `C:\x "y"`, "a\nb": `a\nb`, "\x1b[2J": `\x1b[2J`, "é": "é", "": "",
	} {
		if got := printable(s); got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}
