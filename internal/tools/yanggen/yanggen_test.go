package main

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

func TestGolden(t *testing.T) {
	m, err := Load("testdata/models")
	if err != nil {
		t.Fatal(err)
	}
	files, err := Generate(m, "testdata/models")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range goldenFiles {
		golden := filepath.Join("testdata/golden", filepath.Base(name)+".golden")
		if *update {
			if err := writeChanged(golden, files[name]); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(files[name])); diff != "" {
			t.Errorf("%s (-golden +generated):\n%s", name, diff)
		}
	}
}

// The committed files are what the committed modules give.
func TestCommittedFilesAreUpToDate(t *testing.T) {
	const dir = "../../../yang"
	m, err := Load(filepath.Join(dir, "models"))
	if err != nil {
		t.Fatal(err)
	}
	files, err := Generate(m, filepath.Join(dir, "models"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !same(name, got, want) {
			t.Errorf("%s is stale (%v): run go generate ./yang", name, err)
		}
	}
	if left := stale(dir, files); len(left) > 0 {
		t.Errorf("%v are of modules that are gone: run go generate ./yang", left)
	}
}

// TestModelsAreYANG asks another implementation, which is stricter.
func TestModelsAreYANG(t *testing.T) {
	yanglint, err := exec.LookPath("yanglint")
	if err != nil {
		t.Skip("no yanglint: install libyang2-tools")
	}
	files, err := filepath.Glob("../../../yang/models/*.yang")
	if err != nil || len(files) == 0 {
		t.Fatal("no modules", err)
	}
	out, err := exec.CommandContext(t.Context(), yanglint, append([]string{"-p", "../../../yang/models"}, files...)...).CombinedOutput()
	if err != nil || bytes.Contains(out, []byte("err :")) {
		t.Errorf("%v\n%s", err, out)
	}
}

// broken is a module whose only table holds what a test says.
const broken = `module broken { yang-version 1.1; namespace "urn:broken"; prefix b; import heddle-ext { prefix hx; } description "x";
 %BODY% }`

func TestErrorsNameThePlace(t *testing.T) {
	row := func(body string) string {
		return `container T { hx:table "CONFIG_DB"; list T_LIST { key "k"; leaf k { type string; } ` + body + ` } }`
	}
	tests := []struct{ name, body, want string }{
		{"not a table", `container T { leaf a { type string; } }`, "broken.yang:2:2: T is no table"},
		{"no rows", `container T { hx:table "CONFIG_DB"; }`, "T has no rows"},
		{"leaf beside rows", `container T { hx:table "CONFIG_DB"; leaf a { type string; } }`, "a is neither list nor container"},
		{"deep", row(`container c { leaf a { type string; } }`), "c is no field"},
		{"type without text", row(`leaf a { type empty; }`), "type empty has no text"},
		{"unknown type", row(`leaf a { type frob; }`), "unknown type"},
		{"path to nothing", row(`leaf a { type leafref { path "/b:T/b:T_LIST/b:x"; } }`), "leads nowhere"},
		{"relative path", row(`leaf a { type leafref { path "../k"; } }`), "../k: step"},
		{"strange condition", row(`leaf a { type leafref { path "/b:T/b:T_LIST[b:k = '1']/b:k"; } }`), "is not of the form"},
		{"must without message", row(`leaf a { type string; must "../k"; }`), "has no error-message"},
		{"when without words", row(`leaf a { type string; when "../k"; }`), "has no description"},
		{"must of no field", row(`leaf a { type string; must "../x" { error-message "m"; } }`), "../x leads to no field"},
		{"must far away", row(`leaf a { type string; must "../../b:U" { error-message "m"; } }`), "same row"},
		{"map of three", row(`list e { hx:field-map; key "a"; leaf a { type string; } leaf b { type string; } leaf c { type string; } }`), "e is no field"},
		{"syntax", `container T {`, "broken.yang"},
	}
	ext, err := os.ReadFile("testdata/models/heddle-ext.yang")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, filepath.Join(dir, "heddle-ext.yang"), string(ext))
			write(t, filepath.Join(dir, "broken.yang"), strings.Replace(broken, "%BODY%", tt.body, 1))
			m, err := Load(dir)
			if err == nil {
				_, err = Schema(m)
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// goldenFiles are compared as a whole.
var goldenFiles = []string{"config_db.schema", "configdb/loom_gen.go", "../docs/reference/config-db.md", "../docs/reference/config-db/loom.md", "../docs/reference/events.md"}
