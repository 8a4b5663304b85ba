package jsonpatch_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/commit/jsonpatch"
)

func decode(t testing.TB, text string) any {
	t.Helper()
	v, err := jsonpatch.Decode([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return v
}

// The first half are the cases of RFC 6902 appendix A.
func TestApply(t *testing.T) {
	for _, tt := range []struct{ name, doc, patch, want, err string }{
		{"A.1 add a member", `{"foo":"bar"}`, `[{"op":"add","path":"/baz","value":"qux"}]`, `{"baz":"qux","foo":"bar"}`, ""},
		{"A.2 add an element", `{"foo":["bar","baz"]}`, `[{"op":"add","path":"/foo/1","value":"qux"}]`, `{"foo":["bar","qux","baz"]}`, ""},
		{"A.3 remove a member", `{"baz":"qux","foo":"bar"}`, `[{"op":"remove","path":"/baz"}]`, `{"foo":"bar"}`, ""},
		{"A.4 remove an element", `{"foo":["bar","qux","baz"]}`, `[{"op":"remove","path":"/foo/1"}]`, `{"foo":["bar","baz"]}`, ""},
		{"A.5 replace", `{"baz":"qux","foo":"bar"}`, `[{"op":"replace","path":"/baz","value":"boo"}]`, `{"baz":"boo","foo":"bar"}`, ""},
		{"A.6 move a value", `{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}`,
			`[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]`, `{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}`, ""},
		{"A.7 move an element", `{"foo":["all","grass","cows","eat"]}`, `[{"op":"move","from":"/foo/1","path":"/foo/3"}]`,
			`{"foo":["all","cows","eat","grass"]}`, ""},
		{"A.8 test", `{"baz":"qux","foo":["a",2,"c"]}`, `[{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2}]`,
			`{"baz":"qux","foo":["a",2,"c"]}`, ""},
		{"A.9 test fails", `{"baz":"qux"}`, `[{"op":"test","path":"/baz","value":"bar"}]`, "", "operation 1, test /baz: the value is another one"},
		{"A.10 nested member", `{"foo":"bar"}`, `[{"op":"add","path":"/child","value":{"grandchild":{}}}]`, `{"foo":"bar","child":{"grandchild":{}}}`, ""},
		{"A.11 unknown elements are ignored", `{"foo":"bar"}`, `[{"op":"add","path":"/baz","value":"qux","xyz":123}]`, `{"foo":"bar","baz":"qux"}`, ""},
		{"A.12 no parent", `{"foo":"bar"}`, `[{"op":"add","path":"/baz/bat","value":"qux"}]`, "", "operation 1, add /baz/bat: /baz does not exist"},
		{"A.14 escapes in order", `{"/":9,"~1":10}`, `[{"op":"test","path":"/~01","value":10}]`, `{"/":9,"~1":10}`, ""},
		{"A.15 string is no number", `{"/":9,"~1":10}`, `[{"op":"test","path":"/~01","value":"10"}]`, "", "another one"},
		{"A.16 add an array", `{"foo":["bar"]}`, `[{"op":"add","path":"/foo/-","value":["abc","def"]}]`, `{"foo":["bar",["abc","def"]]}`, ""},
		{"slash in a name", `{"I":{"E0|10.0.0.1/31":{}}}`, `[{"op":"remove","path":"/I/E0|10.0.0.1~131"}]`, `{"I":{}}`, ""},
		{"whole document", `{"a":1}`, `[{"op":"replace","path":"","value":{"b":2}}]`, `{"b":2}`, ""},
		{"whole document cannot go", `{"a":1}`, `[{"op":"remove","path":""}]`, "", "cannot be removed"},
		{"copy", `{"a":{"b":[1]}}`, `[{"op":"copy","from":"/a/b","path":"/c"},{"op":"add","path":"/c/-","value":2}]`, `{"a":{"b":[1]},"c":[1,2]}`, ""},
		{"copy of nothing", `{"a":1}`, `[{"op":"copy","from":"/b","path":"/c"}]`, "", "operation 1, copy /b to /c: from: /b does not exist"},
		{"move into itself", `{"a":{"b":1}}`, `[{"op":"move","from":"/a","path":"/a/b"}]`, "", "into itself"},
		{"move onto itself", `{"a":{"b":1}}`, `[{"op":"move","from":"/a","path":"/a"}]`, `{"a":{"b":1}}`, ""},
		{"replace of nothing", `{"a":1}`, `[{"op":"replace","path":"/b","value":1}]`, "", "/b does not exist"},
		{"remove of nothing", `{"a":1}`, `[{"op":"remove","path":"/b"}]`, "", "/b does not exist"},
		{"beyond the list", `{"a":[1]}`, `[{"op":"add","path":"/a/2","value":1}]`, "", "index 2 is beyond the end"},
		{"leading zero", `{"a":[1,2]}`, `[{"op":"remove","path":"/a/01"}]`, "", `"01" is not an index`},
		{"negative index", `{"a":[1,2]}`, `[{"op":"remove","path":"/a/-1"}]`, "", `"-1" is not an index`},
		{"behind the end exists for add alone", `{"a":[1,2]}`, `[{"op":"remove","path":"/a/-"}]`, "", "is not an index"},
		{"into a string", `{"a":"x"}`, `[{"op":"add","path":"/a/b","value":1}]`, "", "/a is neither an object nor a list"},
		{"null is a value", `{"a":null}`, `[{"op":"test","path":"/a","value":null}]`, `{"a":null}`, ""},
		{"numbers by value", `{"a":10}`, `[{"op":"test","path":"/a","value":1e1}]`, `{"a":10}`, ""},
		{"objects without order", `{"a":{"x":1,"y":[{}]}}`, `[{"op":"test","path":"/a","value":{"y":[{}],"x":1.0}}]`, `{"a":{"x":1,"y":[{}]}}`, ""},
		{"second step is told", `{"a":1}`, `[{"op":"remove","path":"/a"},{"op":"remove","path":"/a"}]`, "", "operation 2, remove /a"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := decode(t, tt.doc)
			patch, err := jsonpatch.Parse([]byte(tt.patch))
			if err != nil {
				t.Fatal(err)
			}
			got, err := patch.Apply(doc)
			if d := cmp.Diff(decode(t, tt.doc), doc); d != "" {
				t.Errorf("the document given was changed:\n%s", d)
			}
			if tt.err != "" {
				var at *jsonpatch.Error
				if !errors.As(err, &at) || !strings.Contains(err.Error(), tt.err) {
					t.Errorf("got %v, want %s", err, tt.err)
				}
				return
			}
			if d := cmp.Diff(decode(t, tt.want), got); err != nil || d != "" {
				t.Errorf("%v (-want +got):\n%s", err, d)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tt := range []struct{ name, patch, want string }{
		{"not JSON", `[`, "want a list of operations"},
		{"an object", `{"op":"add"}`, "want a list of operations"},
		{"a tail", `[] []`, "text after the end"},
		{"no op", `[{"path":"/a"}]`, "operation 1: op is missing"},
		{"unknown op", `[{"op":"spam","path":"/a"}]`, `op "spam" is not one of`},
		{"no path", `[{"op":"remove"}]`, "path is missing"},
		{"path is a number", `[{"op":"remove","path":1}]`, "path is not a string"},
		{"path is null", `[{"op":"remove","path":null}]`, "path is not a string"},
		{"relative path", `[{"op":"remove","path":"a"}]`, "must begin with '/'"},
		{"bad escape", `[{"op":"remove","path":"/a~2"}]`, "must be followed by 0 or 1"},
		{"escape at the end", `[{"op":"remove","path":"/a~"}]`, "must be followed by 0 or 1"},
		{"no value", `[{"op":"add","path":"/a"}]`, "add /a has no value"},
		{"no from", `[{"op":"remove","path":"/a"},{"op":"move","path":"/a"}]`, "operation 2: from is missing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := jsonpatch.Parse([]byte(tt.patch)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// FuzzApply: no patch breaks anything or reaches into the document it was given.
func FuzzApply(f *testing.F) {
	f.Add(`{"a":{"b":[1,"x"]},"c~/":null}`, `[{"op":"move","from":"/a/b/0","path":"/a/b/-"},{"op":"copy","from":"/a","path":"/d"},{"op":"remove","path":"/c~0~1"}]`)
	f.Add(`[1,2]`, `[{"op":"add","path":"/1","value":{}},{"op":"replace","path":"","value":[]}]`)
	f.Fuzz(func(t *testing.T, text, steps string) {
		doc, err := jsonpatch.Decode([]byte(text))
		if err != nil {
			return
		}
		patch, err := jsonpatch.Parse([]byte(steps))
		if err != nil {
			return
		}
		before, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		first, err1 := patch.Apply(doc)
		if after, err := json.Marshal(doc); err != nil || string(after) != string(before) {
			t.Fatalf("%s became %s", before, after)
		}
		second, err2 := patch.Apply(doc)
		if (err1 == nil) != (err2 == nil) || err1 == nil && !jsonpatch.Equal(first, second) {
			t.Fatalf("two outcomes: %v %v, %v %v", first, err1, second, err2)
		}
	})
}

func FuzzPointer(f *testing.F) {
	f.Add("/a~1b/~0")
	f.Fuzz(func(t *testing.T, s string) {
		if p, err := jsonpatch.ParsePointer(s); err == nil && p.String() != s {
			t.Fatalf("%q became %q", s, p)
		}
	})
}

func TestPatchCannotGrowWithoutEnd(t *testing.T) {
	steps := "[" + strings.Repeat(`{"op":"copy","from":"/a","path":"/a/-"},`, 40) + `{"op":"test","path":"","value":0}]`
	patch, err := jsonpatch.Parse([]byte(steps))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := patch.Apply(decode(t, `{"a":[1]}`)); err == nil || !strings.Contains(err.Error(), "more values than any configuration has") {
		t.Errorf("got %v", err)
	}
}
