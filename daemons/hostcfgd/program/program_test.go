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
	if _, err := Run(t.Context(), nil, "no-such-program-anywhere"); !Missing(err) {
		t.Errorf("got %v", err)
	}
}

func TestUntil(t *testing.T) {
	said, err := Until(t.Context(), "serving", nil, "sh", "-c", "echo serving; exec sleep 1000")
	if err != nil || said != "serving\n" {
		t.Errorf("said %q, %v", said, err)
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

func TestParseStates(t *testing.T) {
	got := parseStates("Id=ssh.service\nLoadState=loaded\nActiveState=active\n\nId=none.service\nLoadState=not-found\nActiveState=inactive\n\nId=x.service\nLoadState=masked\nActiveState=inactive\n")
	if d := cmp.Diff(map[string]string{"ssh.service": "active", "none.service": "not-found", "x.service": "inactive"}, got); d != "" {
		t.Error(d)
	}
}
