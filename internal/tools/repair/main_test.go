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
		root + "/go.mod": "module example.org/ours\n\ngo 1.26.0\n",
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
	repairs := []repair{
		{m, []edit{{"a/a.go", "x = 1", "x = 2"}}, []file{{"a/b.go", "package a // added\n"}}},
		{m, []edit{{"a/a.go", "package a", "package a // ours"}}, nil},
	}
	for range 2 { // the second run finds what the first has left
		if err := write("build", root, repairs, find); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{
		"../go.work":              "// Made by internal/tools/repair.\n\ngo 1.26.0\n\nuse .\n\nreplace example.org/m => ./build/example.org_m\n",
		"example.org_m/go.mod":    "module example.org/m\n",
		"example.org_m/a/a.go":    "package a // ours\n\nvar x = 2\n",
		"example.org_m/a/b.go":    "package a // added\n",
		"example.org_m/a/none.go": "",
	} {
		if got, _ := os.ReadFile(filepath.Join(root, "build", name)); string(got) != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if list, _ := filepath.Glob(root + "/build/example.org_m/*/*"); len(list) != 2 {
		t.Errorf("copied: %v", list)
	}
	for want, r := range map[string]repair{
		"repair example.org/m: a/a.go: the text to replace is there 0 times": {m, []edit{{"a/a.go", "y = 1", ""}}, nil},
		"a/a.go: file exists": {m, nil, []file{{"a/a.go", ""}}},
	} {
		if err := write("build", root, []repair{r}, find); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("a repair that does not fit: %v, want %s", err, want)
		}
	}
}

// The repairs fit the libraries that go.mod names, and each other.
func TestRepairsFit(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "go.mod"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := write("build", root, repairs, moduleDir); err != nil {
		t.Error(err)
	}
}
