package chrony

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAsk has a stand-in for chronyc: a real one would have to keep this machine's clock.
func TestAsk(t *testing.T) {
	dir := t.TempDir()
	write := func(script string) {
		if err := os.WriteFile(filepath.Join(dir, "chronyc"), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", dir)
	if _, err := Tracking(t.Context()); err == nil || err.Error() != "chronyc is not installed" {
		t.Errorf("got %v", err)
	}
	write(`printf '%s\n' "$*"`)
	for ask, want := range map[string]string{"tracking": "-n tracking\n", "sources": "-n sources\n"} {
		f := Tracking
		if ask == "sources" {
			f = Sources
		}
		if got, err := f(t.Context()); err != nil || got != want {
			t.Errorf("%s: got %q, %v", ask, got, err)
		}
	}
	write("echo '506 Cannot talk to daemon'; exit 1")
	if _, err := Sources(t.Context()); err == nil || !strings.Contains(err.Error(), "506 Cannot talk to daemon") {
		t.Errorf("got %v", err)
	}
}
