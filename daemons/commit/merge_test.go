package commit_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/daemons/commit"
)

func one(row commit.Row) commit.Config {
	if row == nil {
		return commit.Config{}
	}
	return commit.Config{"T": {"k": row}}
}

func TestMerge(t *testing.T) {
	type row = commit.Row
	for _, tt := range []struct {
		name                     string
		base, mine, theirs, want row
		clashes                  []string
	}{
		{"only mine", row{"a": "1"}, row{"a": "2"}, row{"a": "1"}, row{"a": "2"}, nil},
		{"only theirs", row{"a": "1"}, row{"a": "1"}, row{"a": "2"}, row{"a": "2"}, nil},
		{"other fields", row{"a": "1", "b": "1"}, row{"a": "2", "b": "1"}, row{"a": "1", "b": "2"}, row{"a": "2", "b": "2"}, nil},
		{"both the same", row{"a": "1"}, row{"a": "2"}, row{"a": "2"}, row{"a": "2"}, nil},
		{"both differ", row{"a": "1"}, row{"a": "2"}, row{"a": "3"}, row{"a": "2"}, []string{`T|k a: "2" here, "3" there`}},
		{"unset and set", row{"a": "1"}, row{}, row{"a": "3"}, row{}, []string{`T|k a: not set here, "3" there`}},
		{"both delete", row{"a": "1"}, nil, nil, nil, nil},
		{"I delete, they change", row{"a": "1"}, nil, row{"a": "2"}, nil, []string{"T|k: deleted here, changed there"}},
		{"I change, they delete", row{"a": "1"}, row{"a": "2"}, nil, row{"a": "2"}, []string{"T|k: changed here, deleted there"}},
		{"both make", nil, row{"a": "1"}, row{"b": "2"}, row{"a": "1", "b": "2"}, nil},
		{"both make empty rows", nil, row{}, row{}, row{}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, clashes := commit.Merge(one(tt.base), one(tt.mine), one(tt.theirs))
			if d := cmp.Diff(one(tt.want), got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			var texts []string
			for _, c := range clashes {
				texts = append(texts, c.String())
			}
			if d := cmp.Diff(tt.clashes, texts); d != "" {
				t.Error(d)
			}
			if err := (&commit.MergeError{Clashes: clashes}); len(clashes) > 0 && !strings.Contains(err.Error(), clashes[0].String()) {
				t.Error(err)
			}
		})
	}
}

// A merge with what has not changed is the other side; an undone change is what was before it.
func TestMergeLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawConfig(t), drawConfig(t)
		if got, clashes := commit.Merge(a, b, a); cmp.Diff(b, got) != "" || clashes != nil {
			t.Fatalf("only mine: %v, %v", got, clashes)
		}
		if got, clashes := commit.Merge(a, a, b); cmp.Diff(b, got) != "" || clashes != nil {
			t.Fatalf("only theirs: %v, %v", got, clashes)
		}
		c := commit.NewCandidate(b)
		if err := commit.Undo(commit.Diff(a, b))(c); err != nil || cmp.Diff(a, c.Config()) != "" {
			t.Fatalf("undo: %v (-want +got):\n%s", err, cmp.Diff(a, c.Config()))
		}
		again := a.Clone()
		again.Apply(commit.Diff(a, b))
		if cmp.Diff(b, again) != "" || commit.DigestOf(a).After(commit.Diff(a, b)) != commit.DigestOf(b) {
			t.Fatal("what is applied to a is not b")
		}
		if (commit.DigestOf(a) == commit.DigestOf(b)) != (cmp.Diff(a, b) == "") {
			t.Fatal("digests do not tell configurations apart")
		}
	})
}

func TestTreeAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawConfig(t)
		got, err := commit.FromTree(commit.Tree(want))
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Fatalf("%v (-want +got):\n%s", err, d)
		}
	})
}

func TestFromTreeRefuses(t *testing.T) {
	type object = map[string]any
	for _, tt := range []struct {
		name string
		tree any
		want string
	}{
		{"no object", []any{}, "the configuration: want an object"},
		{"table", object{"A": "x"}, "A: want an object"},
		{"empty table", object{"A": object{}}, "table A would be empty"},
		{"table name", object{"A|b": object{"k": object{}}}, `"A|b" is not the name of a table`},
		{"row", object{"A": object{"k": "x"}}, "A|k: want an object"},
		{"empty key", object{"A": object{"": object{}}}, "A: a row has an empty key"},
		{"value", object{"A": object{"k": object{"f": object{}}}}, "A|k f: want a string or a list"},
		{"null", object{"A": object{"k": object{"f": nil}}}, "A|k f: null is not a value"},
		{"nested list", object{"A": object{"k": object{"f": []any{[]any{}}}}}, "A|k f: want a string"},
		{"control character", object{"A": object{"k": object{"f": "\x1b"}}}, "A|k f: the value"},
		{"control character in a key", object{"A": object{"\x00": object{}}}, "has a control character"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := commit.FromTree(tt.tree); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestText(t *testing.T) {
	changes := commit.Diff(
		commit.Config{"A": {"gone": {"f": "1"}, "k": {"f": "1", "g": "2"}}},
		commit.Config{"A": {"k": {"g": "3\n-x", "h": ""}}, "B": {"new": {}}})
	want := "-A|gone\n-    f: 1\n A|k\n-    f: 1\n-    g: 2\n+    g: 3\\n-x\n+    h: \n+B|new\n"
	if d := cmp.Diff(want, commit.Text(changes)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if got, want := commit.Summary(changes), "-A|gone ~A|k +B|new"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
