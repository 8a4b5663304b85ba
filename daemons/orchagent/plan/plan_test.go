package plan

import (
	"flag"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

var update = flag.Bool("update", false, "write the plans into the scripts")

// TestPlan reads scripts of three parts: what is, what should be, and the
// plan. A line of a state is
//
//	key TYPE [parent address] ATTR=value ATTR>key[,key] [!key] [adopted|fixed]
func TestPlan(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { script(t, file) })
	}
}

func script(t *testing.T, file string) {
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parts := map[string]*txtar.File{}
	for i := range a.Files {
		parts[a.Files[i].Name] = &a.Files[i]
	}
	actual, desired := parseState(t, parts["actual"].Data), parseState(t, parts["desired"].Data)
	got := render(t, actual, desired)
	if *update {
		parts["plan"].Data = []byte(got)
		if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(parts["plan"].Data), got); diff != "" {
		t.Error(diff)
	}
}

// render plans, proves the plan on a strict model, and writes it down.
func render(t *testing.T, actual, desired model) string {
	t.Helper()
	res := Make(actual.state(desired), actual.keys(desired))
	var b strings.Builder
	for _, s := range res.Steps {
		fmt.Fprintln(&b, s)
		if err := actual.apply(s); err != nil {
			t.Errorf("refused: %v", err)
		}
	}
	var waiting []string
	for k, why := range res.Blocked {
		waiting = append(waiting, fmt.Sprintf("# %s: %s", k, why))
	}
	slices.Sort(waiting)
	for _, w := range waiting {
		fmt.Fprintln(&b, w)
	}
	if again := Make(actual.state(desired), actual.keys(desired)); len(again.Steps) > 0 {
		t.Errorf("not converged: %v", again.Steps)
	}
	return b.String()
}

func parseState(t *testing.T, data []byte) model {
	t.Helper()
	m := model{}
	for line := range strings.Lines(string(data)) {
		if f := strings.Fields(line); len(f) > 1 {
			o := parseObject(t, f)
			m[o.Key] = o
		}
	}
	return m
}

func parseObject(t *testing.T, f []string) *object.Object {
	t.Helper()
	typ, ok := sai.ObjectTypeByName("SAI_OBJECT_TYPE_" + f[1])
	if !ok {
		t.Fatalf("unknown type %s", f[1])
	}
	o := &object.Object{Key: object.Key(f[0]), Type: typ}
	for _, w := range f[2:] {
		switch {
		case w == "adopted":
			o.Origin = object.Adopted
		case w == "spare":
			o.Origin = object.Spare
		case w == "fixed":
			o.Origin = object.Fixed
		case w[0] == '!':
			o.After = append(o.After, object.Key(w[1:]))
		case strings.Contains(w, "@"):
			addr, parent, _ := strings.Cut(w, "@")
			o.Entry = object.Entry{Parent: object.Key(parent), IP: netip.MustParseAddr(addr)}
		default:
			o.SetAttr(parseAttr(t, typ, f[1], w))
		}
	}
	return o
}

func parseAttr(t *testing.T, typ sai.ObjectType, short, w string) object.Attr {
	t.Helper()
	prefix := "SAI_" + short + "_ATTR_"
	if name, value, ok := strings.Cut(w, "="); ok {
		a, err := text.DecodeAttr(typ, prefix+name, value)
		if err != nil {
			t.Fatal(err)
		}
		return object.Val(a.ID, a.Value)
	}
	name, ref, _ := strings.Cut(w, ">")
	info, _ := sai.ObjectTypeInfo(typ)
	m := info.AttrByName(prefix + name)
	if m == nil {
		t.Fatalf("unknown attribute %s", w)
	}
	return object.Ref(m.ID, object.Key(ref))
}
