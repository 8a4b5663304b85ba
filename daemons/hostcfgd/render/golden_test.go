package render_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/render"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
)

var update = flag.Bool("update", false, "write what is rendered into the goldens")

const configFile = "config_db.json"

// TestGolden renders the configuration of each archive, which is named after its service, and compares all that comes out.
func TestGolden(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no goldens", err)
	}
	for _, path := range archives {
		name, _, _ := strings.Cut(strings.TrimSuffix(filepath.Base(path), ".txtar"), "-")
		t.Run(filepath.Base(path), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			before := make(map[string]string)
			var want []txtar.File
			for _, f := range a.Files {
				if old, ok := strings.CutPrefix(f.Name, "old/"); ok {
					before["/"+old] = string(f.Data)
				} else if f.Name != configFile {
					want = append(want, f)
				}
			}
			got := describe(service(t, name).Render(tables(t, a)), before)
			if *update {
				a.Files = append(slices.DeleteFunc(a.Files, func(f txtar.File) bool { return f.Name != configFile && !strings.HasPrefix(f.Name, "old/") }), got...)
				if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(string(txtar.Format(&txtar.Archive{Files: want})), string(txtar.Format(&txtar.Archive{Files: got}))); d != "" {
				t.Error(d)
			}
		})
	}
}

func service(t testing.TB, name string) render.Service {
	t.Helper()
	for _, s := range render.Services() {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no service %s", name)
	return render.Service{}
}

func tables(t testing.TB, a *txtar.Archive) row.Tables {
	t.Helper()
	rows := make(row.Tables)
	for _, f := range a.Files {
		if f.Name == configFile {
			if err := json.Unmarshal(f.Data, &rows); err != nil {
				t.Fatal(err)
			}
		}
	}
	return rows
}

// describe writes an output as files of an archive: those of the host, and one of everything else.
func describe(out render.Output, before map[string]string) []txtar.File {
	var files []txtar.File
	var rest strings.Builder
	for _, f := range out.Files {
		content := f.Content()
		switch {
		case f.Gone:
			fmt.Fprintf(&rest, "gone %s\n", f.Path)
			continue
		case f.Link != "":
			fmt.Fprintf(&rest, "link %s %s\n", f.Path, f.Link)
			continue
		case f.Edit != nil:
			content = f.Edit(before[f.Path])
		}
		fmt.Fprintf(&rest, "file %s %v\n", f.Path, f.Mode)
		files = append(files, txtar.File{Name: strings.TrimPrefix(f.Path, "/"), Data: []byte(content)})
	}
	for _, u := range out.Units {
		fmt.Fprintf(&rest, "unit %q %s\n", u.Name, [...]string{"reload", "restart", "start", "stop", "relearn"}[u.Action])
	}
	if out.Hostname != "" {
		fmt.Fprintf(&rest, "hostname %s\n", out.Hostname)
	}
	if out.Ages != nil {
		fmt.Fprintf(&rest, "ages max %d warn %d\n", out.Ages.Max, out.Ages.Warn)
	}
	if out.Boot {
		fmt.Fprintf(&rest, "boot loader\n")
	}
	for _, p := range out.Problems {
		fmt.Fprintf(&rest, "problem %s|%s: %v\n", p.Row.Table, p.Row.Key, p.Err)
	}
	return append(files, txtar.File{Name: "rest", Data: []byte(rest.String())})
}
