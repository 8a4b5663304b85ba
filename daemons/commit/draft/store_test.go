package draft_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/draft"
)

func TestSession(t *testing.T) {
	dir := t.TempDir()
	s := draft.Of(dir, "alice")
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	base := commit.Config{"VLAN": {"Vlan5": {}, "Vlan6": {"vlanid": "6"}}}
	if _, err := s.Begin("x", commit.Author{User: "alice"}, base, now); err != nil {
		t.Fatal(err)
	}
	var exists *draft.ExistsError
	if _, err := s.Begin("x", commit.Author{}, base, now); !errors.As(err, &exists) {
		t.Errorf("begun twice: %v", err)
	}
	edit := func(fail error) error {
		return s.Update("x", func(d *draft.Draft) error {
			c := commit.NewCandidate(d.Mine)
			c.Delete("VLAN", "Vlan6")
			d.Mine, d.Commands = c.Config(), append(d.Commands, "config vlan del 6")
			return fail
		})
	}
	refused := errors.New("refused")
	if err := edit(refused); !errors.Is(err, refused) {
		t.Error(err)
	}
	if d, err := s.Read("x"); err != nil || len(d.Changes()) != 0 {
		t.Errorf("a refused command left %v, %v", d.Changes(), err)
	}
	if err := edit(nil); err != nil {
		t.Error(err)
	}
	d, err := s.Read("x")
	if err != nil {
		t.Fatal(err)
	}
	want := []commit.Change{{Table: "VLAN", Key: "Vlan6", Before: commit.Row{"vlanid": "6"}}}
	if diff := cmp.Diff(want, d.Changes()); diff != "" || !d.Began.Equal(now) || len(d.Commands) != 1 || d.Author.User != "alice" {
		t.Errorf("%+v (-want +got):\n%s", d, diff)
	}
	if list, err := draft.Of(dir, "bob").List(); err != nil || len(list) != 0 {
		t.Errorf("another user has %v, %v", list, err)
	}
	if list, err := s.List(); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
	if err := s.Abort("x"); err != nil {
		t.Error(err)
	}
	var absent *draft.AbsentError
	for _, err := range []error{s.Abort("x"), edit(nil)} {
		if !errors.As(err, &absent) {
			t.Errorf("got %v", err)
		}
	}
}

// Two commands at once in one session: one is refused, none is lost.
func TestOneCommandAtATime(t *testing.T) {
	s := draft.Of(t.TempDir(), "alice")
	if _, err := s.Begin("x", commit.Author{}, commit.Config{}, time.Time{}); err != nil {
		t.Fatal(err)
	}
	err := s.Update("x", func(*draft.Draft) error {
		if err := s.Update("x", func(*draft.Draft) error { return nil }); err == nil {
			t.Error("two edit at once")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestNames(t *testing.T) {
	s := draft.Of(t.TempDir(), "../../etc/x")
	for _, name := range []string{"", "../x", "a/b", ".", "a b"} {
		if _, err := s.Begin(name, commit.Author{}, commit.Config{}, time.Time{}); err == nil {
			t.Errorf("%q is a name", name)
		}
	}
}
