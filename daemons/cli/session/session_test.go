package session_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
)

func TestConfirm(t *testing.T) {
	const asked = "Reload all? [y/N]: "
	tests := []struct {
		name, in, out string
		want          error
	}{
		{"y", "y\n", asked, nil},
		{"yes in capitals", " YES \r\n", asked, nil},
		{"no line end", "y", asked, nil},
		{"no", "n\n", asked, click.ErrAborted},
		{"default", "\n", asked, click.ErrAborted},
		{"other word", "yeah\n", asked, click.ErrAborted},
		{"only the first line counts", "n\ny\n", asked, click.ErrAborted},
		{"end of input", "", asked + "\n", click.ErrAborted},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			s := &session.Session{In: strings.NewReader(tt.in), Out: &out}
			if err := s.Confirm("Reload all?"); !errors.Is(err, tt.want) {
				t.Errorf("got error %v, want %v", err, tt.want)
			}
			if out.String() != tt.out {
				t.Errorf("printed %q, want %q", out.String(), tt.out)
			}
		})
	}
}

// A session that never read the database has nothing to close.
func TestCloseUnused(t *testing.T) {
	if err := new(session.Session).Close(); err != nil {
		t.Error(err)
	}
}
