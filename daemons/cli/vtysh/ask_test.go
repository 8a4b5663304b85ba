package vtysh_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/daemons/cli/vtysh"
)

// TestAsk runs a stand-in for FRR's shell.
func TestAsk(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	if _, err := vtysh.Ask(context.Background(), "show evpn"); !errors.Is(err, vtysh.ErrAbsent) {
		t.Errorf("without FRR: got %v", err)
	}
	script := "#!/bin/sh\n[ \"$1\" = -c ] || exit 9\ncase \"$2\" in bad*) echo '% Unknown command' >&2; exit 2;; esac\necho \"asked: $2\"\n"
	if err := os.WriteFile(filepath.Join(dir, "vtysh"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	got, err := vtysh.Ask(context.Background(), "show evpn es; reboot")
	if err != nil || got != "asked: show evpn es; reboot\n" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := vtysh.Ask(context.Background(), "bad"); err == nil || !strings.Contains(err.Error(), "Unknown command") {
		t.Errorf("a refusal: got %v", err)
	}
}
