package objecttest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// Run renders the rows of every script testdata/*.txtar and compares the
// outcome with the script's; update writes it there instead. A row is a line
//
//	TABLE:key field=value field=value
//
// where a value ends at the next blank, and \_ in it stands for one.
func Run(t *testing.T, update bool, render func(object.Row) (object.Rendering, error)) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { script(t, file, update, render) })
	}
}

func script(t *testing.T, file string, update bool, render func(object.Row) (object.Rendering, error)) {
	a, err := txtar.ParseFile(file)
	if err != nil || len(a.Files) != 2 {
		t.Fatalf("%s: want rows and objects: %v", file, err)
	}
	var out strings.Builder
	for line := range strings.Lines(string(a.Files[0].Data)) {
		row := ParseRow(strings.TrimSpace(line))
		r, err := render(row)
		fmt.Fprintf(&out, "# %s\n", row.Owner())
		if err != nil {
			fmt.Fprintf(&out, "error: %v\n", err)
			continue
		}
		out.WriteString(Format(r))
	}
	if update {
		a.Files[1].Data = []byte(out.String())
		if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(a.Files[1].Data), out.String()); diff != "" {
		t.Error(diff)
	}
}

// ParseRow reads a row of a script.
func ParseRow(line string) object.Row {
	words := strings.Fields(line)
	table, key, _ := strings.Cut(words[0], ":")
	row := object.Row{Table: table, Key: key, Fields: map[string]string{}}
	for _, w := range words[1:] {
		name, value, _ := strings.Cut(w, "=")
		row.Fields[name] = strings.ReplaceAll(value, `\_`, " ")
	}
	return row
}

// Format writes a rendering as text.
func Format(r object.Rendering) string {
	var b strings.Builder
	for _, f := range r.Fragments {
		fmt.Fprintf(&b, "%s %s", f.Key, strings.TrimPrefix(f.Type.String(), "SAI_OBJECT_TYPE_"))
		if f.Partial {
			b.WriteString(" partial")
		}
		if f.Fallback {
			b.WriteString(" fallback")
		}
		if !f.Entry.IsZero() {
			fmt.Fprintf(&b, " in %s: %s", f.Entry.Parent, identity(f.Entry))
		}
		for _, k := range f.After {
			fmt.Fprintf(&b, " after %s", k)
		}
		b.WriteByte('\n')
		for _, a := range f.Attrs {
			fmt.Fprintf(&b, "    %s\n", formatAttr(f.Type, a))
		}
	}
	for _, x := range r.Routes {
		fmt.Fprintf(&b, "route %s%s %s %s fallback=%v\n", inVRF(x), x.Prefix, [...]string{"forward", "cpu", "drop"}[x.Action], x.Via, x.Fallback)
	}
	for _, p := range r.Places {
		if p.VRF != "" {
			fmt.Fprintf(&b, "%s is in %s\n", p.Interface, p.VRF)
		}
	}
	return b.String()
}

func inVRF(r object.Route) string {
	if r.VRF == "" {
		return ""
	}
	return r.VRF + ":"
}

func identity(e object.Entry) string {
	if e.Source.IsValid() {
		return object.Stream(e.Source, e.IP)
	}
	if e.IP.IsValid() {
		return e.IP.String()
	}
	return e.MAC.String()
}

func formatAttr(t sai.ObjectType, a object.Attr) string {
	if len(a.Refs) > 0 {
		return fmt.Sprint(object.AttrName(t, a.ID), " > ", a.Refs)
	}
	name, value, err := text.EncodeAttr(t, sai.Attr{ID: a.ID, Value: a.Value})
	if err != nil {
		return "error: " + err.Error()
	}
	return name + " = " + value
}
