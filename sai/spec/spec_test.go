package spec_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/heddle-nos/heddle/sai/spec"
)

func load(t *testing.T) *spec.Spec {
	t.Helper()
	s, err := spec.Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLoadCoversTheInterface(t *testing.T) {
	s := load(t)
	if s.Version != "1.16.4" || len(s.Objects) != 114 || len(s.Enums) != 220 || len(s.APIs) != 54 || len(s.Statuses) != 35 {
		t.Errorf("version %s, %d objects, %d enums, %d APIs, %d statuses", s.Version, len(s.Objects), len(s.Enums), len(s.APIs), len(s.Statuses))
	}
	o := s.Object("route_entry")
	if o == nil || o.Entry != "sai_route_entry_t" || o.Attrs[0].Default != "SAI_PACKET_ACTION_FORWARD" || !o.Attrs[0].Settable {
		t.Errorf("route_entry is %+v", o)
	}
}

func TestEverySlotHasAClass(t *testing.T) {
	s := load(t)
	for i := range s.APIs {
		if _, err := s.Slots(&s.APIs[i]); err != nil {
			t.Error(err)
		}
	}
}

func TestEveryReferenceResolves(t *testing.T) {
	s := load(t)
	for _, o := range s.Objects {
		for _, a := range o.Attrs {
			for _, ref := range a.Objects {
				if s.Object(strings.ToLower(ref)) == nil {
					t.Errorf("%s %s refers to %s", o.Name, a.Name, ref)
				}
			}
		}
		if o.Entry != "" && s.Struct(o.Entry) == nil {
			t.Errorf("%s: no struct %s", o.Name, o.Entry)
		}
	}
}

func TestParseTellsTheLine(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"bogus 1", `x.txt:1: unknown declaration "bogus"`},
		{"enum sai_x_t\n  value A one", "x.txt:2: "},
		{"object x 1\n  attr A 1 bool sideways", `x.txt:2: unknown property "sideways"`},
		{"object x 1\n    condition A == 1", "x.txt:2: condition without an attribute"},
		{"  slot lonely", `x.txt:1: unexpected "slot"`},
		{"object x 1\n  attr A 1 bool default=\"a", "x.txt:2: unbalanced quote"},
	} {
		_, err := spec.Parse(fstest.MapFS{"x.txt": {Data: []byte(c.text)}})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Parse(%q) = %v, want %q", c.text, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("object x 1 entry=y\n  attr A 1 bool create-only objects=B,C default=\"\"\n    valid-only A == 1\n")
	f.Add("api a 1\n  slot b\nenum e\n  value A 1\nstruct s 1 2\n  field a b 1 2\n")
	f.Fuzz(func(t *testing.T, text string) {
		_, _ = spec.Parse(fstest.MapFS{"x.txt": {Data: []byte(text)}})
	})
}
