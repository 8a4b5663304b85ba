package checkpoint_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/checkpoint"
)

func TestStore(t *testing.T) {
	s := checkpoint.Store{Dir: filepath.Join(t.TempDir(), "checkpoints")}
	if list, err := s.List(); err != nil || len(list) != 0 {
		t.Errorf("at first %v, %v", list, err)
	}
	want := commit.Config{"VLAN": {"Vlan100": {"vlanid": "100", "members@": "a,b"}}}
	for _, name := range []string{"b", "a.1"} {
		if err := s.Take(name, want); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Read("a.1")
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	list, err := s.List()
	if err != nil || len(list) != 2 || list[0].Name != "a.1" || list[1].Name != "b" || list[0].Time.IsZero() {
		t.Errorf("%v, %v", list, err)
	}
	if err := s.Delete("b"); err != nil {
		t.Error(err)
	}
	var absent *checkpoint.AbsentError
	if _, err := s.Read("b"); !errors.As(err, &absent) {
		t.Errorf("read: %v", err)
	}
	if err := s.Delete("b"); !errors.As(err, &absent) {
		t.Errorf("delete: %v", err)
	}
}

func TestNamesStayInTheFolder(t *testing.T) {
	dir := t.TempDir()
	s := checkpoint.Store{Dir: filepath.Join(dir, "checkpoints")}
	for _, name := range []string{"", "../x", "/etc/x", ".hidden", "a/b", "a b", "a\nb", "-y", strings.Repeat("x", 200)} {
		if err := s.Take(name, commit.Config{}); err == nil {
			t.Errorf("%q is a name", name)
		}
		if _, err := s.Read(name); err == nil {
			t.Errorf("%q can be read", name)
		}
		if err := s.Delete(name); err == nil {
			t.Errorf("%q can be deleted", name)
		}
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 1 {
		t.Errorf("%v, %v", entries, err)
	}
}
