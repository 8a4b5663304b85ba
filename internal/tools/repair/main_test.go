package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWrite(t *testing.T) {
	home, root := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{
		home + "/a/a.go": "package a\n\nvar x = 1\n", home + "/a/a_test.go": "package a\n", home + "/go.mod": "module example.org/m\n", home + "/logo.png": "x",
		root + "/go.mod": "module example.org/ours\n", root + "/go.sum": "sum\n",
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	find := func(string) (string, error) { return home, nil }
	const m = "example.org/m"
	for range 2 { // the second run finds what the first has left
		if err := write("build", root, []repair{{m, "a/a.go", "x = 1", "x = 2"}, {m, "a/a.go", "package a", "package a // ours"}}, find); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"repaired.mod":            "module example.org/ours\n\nreplace example.org/m => ./build/example.org_m\n",
		"repaired.sum":            "sum\n",
		"example.org_m/go.mod":    "module example.org/m\n",
		"example.org_m/a/a.go":    "package a // ours\n\nvar x = 2\n",
		"example.org_m/a/none.go": "",
	} {
		if got, _ := os.ReadFile(filepath.Join(root, "build", name)); string(got) != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if list, _ := filepath.Glob(root + "/build/example.org_m/*/*"); len(list) != 1 {
		t.Errorf("copied: %v", list)
	}
	err := write("build", root, []repair{{m, "a/a.go", "y = 1", ""}}, find)
	if err == nil || !strings.Contains(err.Error(), "a/a.go of example.org/m: the text to replace is there 0 times") {
		t.Errorf("a repair without a place: %v", err)
	}
}

// The repairs fit the libraries that go.mod names.
func TestRepairsFit(t *testing.T) {
	for _, r := range repairs {
		home, err := moduleDir(r.module)
		if err != nil {
			t.Fatal(err)
		}
		source, err := os.ReadFile(filepath.Join(home, r.file))
		if err != nil || strings.Count(string(source), r.old) != 1 {
			t.Errorf("%s of %s: %v; its repair has no place", r.file, r.module, err)
		}
	}
}
