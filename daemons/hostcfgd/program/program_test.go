package program

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRun(t *testing.T) {
	said, err := Run(t.Context(), []string{"WORD=there"}, "sh", "-c", "echo hello $WORD; echo oops >&2; exit 3")
	if err == nil || !strings.Contains(said, "hello there\n") || !strings.Contains(said, "oops\n") {
		t.Errorf("said %q, %v", said, err)
	}
	if code, ok := ExitCode(err); code != 3 || !ok {
		t.Errorf("ended with %d, %v", code, ok)
	}
	if _, err := Run(t.Context(), nil, "no-such-program-anywhere"); !Missing(err) {
		t.Errorf("got %v", err)
	}
}

func TestUntil(t *testing.T) {
	said, err := Until(t.Context(), "serving", nil, "sh", "-c", "echo serving; exec sleep 1000")
	if err != nil || said != "serving\n" {
		t.Errorf("said %q, %v", said, err)
	}
	if _, err := Until(t.Context(), "serving", nil, "sh", "-c", "yes | head -c 200000; printf ser; sleep 0.1; echo ving; exec sleep 1000"); err != nil {
		t.Error(err)
	}
	if _, err := Until(t.Context(), "serving", nil, "true"); err == nil {
		t.Error("a program that ended passes for one that serves")
	}
}

func TestOutputIsBounded(t *testing.T) {
	said, err := Run(t.Context(), nil, "sh", "-c", "yes | head -c 1000000")
	if err != nil || len(said) != loudest {
		t.Errorf("%d bytes, %v", len(said), err)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, nil, "sleep", "1000"); err == nil {
		t.Error("no error")
	}
}

// TestParseShow reads what systemd 252 says.
func TestParseShow(t *testing.T) {
	got := parseShow("Id=ssh.service\nLoadState=loaded\nActiveState=active\nUnitFileState=enabled\n\nId=none.service\nLoadState=not-found\nActiveState=inactive\nUnitFileState=\n")
	want := map[string]map[string]string{
		"ssh.service":  {"Id": "ssh.service", LoadState: "loaded", ActiveState: "active", UnitFileState: "enabled"},
		"none.service": {"Id": "none.service", LoadState: "not-found", ActiveState: "inactive", UnitFileState: ""},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
