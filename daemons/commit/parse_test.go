package commit_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/daemons/commit"
)

func TestParse(t *testing.T) {
	got, err := commit.Parse([]byte(`{
		"PORT": {"Ethernet0": {"lanes": "0,1", "speed": 40000, "up": true, "adv_speeds": ["10000", "40000"], "none": []}},
		"INTERFACE": {"Ethernet0": {}, "Ethernet0|10.0.0.1/31": {"NULL": "NULL"}}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	want := commit.Config{
		"PORT":      {"Ethernet0": {"lanes": "0,1", "speed": "40000", "up": "true", "adv_speeds@": "10000,40000", "none@": ""}},
		"INTERFACE": {"Ethernet0": {}, "Ethernet0|10.0.0.1/31": {}},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestParseEvent: the fields of an event have no row, and come back as they were.
func TestParseEvent(t *testing.T) {
	const text = `{"cpu-usage": {"usage": "2.0", "limit": 3}, "VLAN": {"Vlan10": {}}}`
	got, err := commit.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := commit.Config{"cpu-usage": {"": {"usage": "2.0", "limit": "3"}}, "VLAN": {"Vlan10": {}}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	again, err := commit.Parse(commit.Format(got))
	if d := cmp.Diff(want, again); d != "" || err != nil {
		t.Errorf("formatted and parsed: %v (-want +got):\n%s", err, d)
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"empty", "", "line 1 column 1: the file ends too early"},
		{"truncated", "{\n \"PORT\": {\"Ethernet0\": {\"lanes\": \"1\"", "line 2 column 37: PORT|Ethernet0: the file ends too early"},
		{"garbage", "{\"PORT\"; 1}", "line 1 column 8: PORT: not JSON"},
		{"a list", "[]", "line 1 column 2: want an object"},
		{"two tables", `{"A": {}, "A": {}}`, `"A" comes twice`},
		{"two rows", "{\"A\": {\"k\": {},\n\"k\": {}}}", `line 2 column 4: A: "k" comes twice`},
		{"two fields", `{"A": {"k": {"f": "1", "f": "2"}}}`, `A|k: "f" comes twice`},
		{"row is text", `{"A": {"k": "x"}}`, "A|k: want an object"},
		{"null", `{"A": {"k": {"f": null}}}`, "A|k field f: null is not a value"},
		{"nested", `{"A": {"k": {"f": {"g": 1}}}}`, "A|k field f: want a string or a list of strings"},
		{"nested list", `{"A": {"k": {"f": [["g"]]}}}`, "A|k field f: want a string"},
		{"two fields of an event", `{"cpu-usage": {"usage": "1", "usage": "2"}}`, `cpu-usage: "usage" comes twice`},
		{"nested in an event", `{"cpu-usage": {"usage": [["1"]]}}`, "cpu-usage field usage: want a string"},
		{"empty key", `{"A": {"": {}}}`, "A: a row has an empty key"},
		{"key in table", `{"A|k": {}}`, "not the name of a table"},
		{"control character in a table", `{"A\nB": {}}`, "table name has the control character '\\n'"},
		{"control character in a key", `{"A": {"k\u0000": {}}}`, "A: key has the control character '\\x00'"},
		{"control character in a field", `{"A": {"k": {"f\u001b[2J": "x"}}}`, "A|k: field name has the control character"},
		{"control character in a value", `{"A": {"k": {"f": "\u001b[2J"}}}`, "A|k field f: the value has the control character '\\x1b'"},
		{"tail", `{} {}`, "text after the end"},
		{"binary", "{\"A\": {\"k\": {\"f\": \"\xff\"}}}", "not UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := commit.Parse([]byte(tt.text))
			var syntax *commit.SyntaxError
			if !errors.As(err, &syntax) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// drawConfig makes any configuration that JSON can hold.
func drawConfig(t *rapid.T) commit.Config {
	name := rapid.StringMatching(`[A-Za-z0-9_.<"é-]{1,6}`)
	value := rapid.StringMatching(`[a-z0-9"\\/<>&é ]{0,6}`)
	list := rapid.Map(rapid.SliceOfN(rapid.StringMatching(`[a-z0-9"]{1,4}`), 0, 3), func(s []string) string { return strings.Join(s, ",") })
	row := rapid.Custom(func(t *rapid.T) commit.Row {
		out := commit.Row{}
		for n, v := range rapid.MapOfN(name, value, 0, 3).Draw(t, "fields") {
			if rapid.Bool().Draw(t, "is list") {
				out[n+"@"] = list.Draw(t, "list")
			} else {
				out[n] = v
			}
		}
		return out
	})
	return commit.Config(rapid.MapOfN(name, rapid.MapOfN(name, row, 1, 4), 0, 4).Draw(t, "config"))
}

func TestFormatThenParse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawConfig(t)
		got, err := commit.Parse(commit.Format(want))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("(-want +got):\n%s", d)
		}
	})
}

func TestFormat(t *testing.T) {
	got := string(commit.Format(commit.Config{
		"VLAN": {"Vlan10": {"vlanid": "10"}, "Vlan9": {}},
		"PORT": {"Ethernet0": {"b<c": "1", "adv_speeds@": "1,2", "x@": ""}},
	}))
	want := `{
    "PORT": {
        "Ethernet0": {
            "adv_speeds": [
                "1",
                "2"
            ],
            "b<c": "1",
            "x": []
        }
    },
    "VLAN": {
        "Vlan9": {},
        "Vlan10": {
            "vlanid": "10"
        }
    }
}
`
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"PORT": {"Ethernet0": {"lanes": "0,1", "adv": ["1"]}}}`))
	f.Add([]byte("{\"A\": {\"k\": {\"f\": [1, true]}}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := commit.Parse(data)
		if err != nil {
			return
		}
		again, err := commit.Parse(commit.Format(c))
		if err != nil {
			t.Fatalf("what was written is not read: %v", err)
		}
		for table := range c {
			if len(c[table]) == 0 {
				delete(c, table)
			}
		}
		if len(again) != len(c) {
			t.Fatalf("%d tables became %d", len(c), len(again))
		}
	})
}

func TestDiff(t *testing.T) {
	from := commit.Config{"A": {"gone": {"f": "1"}, "same": {"f": "1"}, "new": {}, "empty": {"f": "1"}}}
	to := commit.Config{"A": {"same": {"f": "1"}, "new": {"f": "2"}, "empty": {}}, "B": {"made": {}}}
	want := []commit.Change{
		{Table: "A", Key: "empty", Before: commit.Row{"f": "1"}, After: commit.Row{}},
		{Table: "A", Key: "gone", Before: commit.Row{"f": "1"}},
		{Table: "A", Key: "new", Before: commit.Row{}, After: commit.Row{"f": "2"}},
		{Table: "B", Key: "made", After: commit.Row{}},
	}
	if d := cmp.Diff(want, commit.Diff(from, to)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
