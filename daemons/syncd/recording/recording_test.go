package recording

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/sai"
)

var at = time.Date(2026, 11, 22, 7, 52, 55, 36285000, time.UTC)

func TestLines(t *testing.T) {
	const sw = "SAI_OBJECT_TYPE_SWITCH:oid:0x21000000000000"
	tests := []struct {
		q    sairedis.Request
		a    sairedis.Response
		want string
	}{
		{
			q:    sairedis.Request{Op: sairedis.OpNotify, Key: "INIT_VIEW"},
			want: "a|INIT_VIEW\nA|SAI_STATUS_SUCCESS\n",
		}, {
			q:    sairedis.Request{Op: sairedis.OpCreate, Key: sw, Values: []string{"SAI_SWITCH_ATTR_INIT_SWITCH", "true"}},
			want: "c|" + sw + "|SAI_SWITCH_ATTR_INIT_SWITCH=true\n",
		}, {
			q:    sairedis.Request{Op: sairedis.OpRemove, Key: sw},
			a:    sairedis.Response{Status: sai.StatusObjectInUse},
			want: "r|" + sw + "\nE|SAI_STATUS_OBJECT_IN_USE\n",
		}, {
			q:    sairedis.Request{Op: sairedis.OpGet, Key: sw, Values: []string{"SAI_SWITCH_ATTR_CPU_PORT", "oid:0x0"}},
			a:    sairedis.Response{Fields: []string{"SAI_SWITCH_ATTR_CPU_PORT", "oid:0x1000000000001"}},
			want: "g|" + sw + "|SAI_SWITCH_ATTR_CPU_PORT=oid:0x0\nG|SAI_STATUS_SUCCESS|SAI_SWITCH_ATTR_CPU_PORT=oid:0x1000000000001\n",
		}, {
			q:    sairedis.Request{Op: sairedis.OpBulkSet, Key: "SAI_OBJECT_TYPE_PORT:2", Values: []string{"oid:0x1", "A=1", "oid:0x2", "A=2|B=3"}},
			a:    sairedis.Response{Status: sai.StatusFailure, Fields: []string{"SAI_STATUS_SUCCESS", "", "SAI_STATUS_FAILURE", ""}},
			want: "S|SAI_OBJECT_TYPE_PORT:2||oid:0x1|A=1||oid:0x2|A=2|B=3\nE|SAI_STATUS_FAILURE||SAI_STATUS_SUCCESS||SAI_STATUS_FAILURE\n",
		}, {
			q:    sairedis.Request{Op: sairedis.OpBulkGet, Key: "SAI_OBJECT_TYPE_PORT:2", Values: []string{"oid:0x1", "A=0", "oid:0x2", "A=0"}},
			a:    sairedis.Response{Status: sai.StatusFailure, Fields: []string{"SAI_STATUS_SUCCESS", "A=1|B=2", "SAI_STATUS_FAILURE", "A=0"}},
			want: "B|SAI_OBJECT_TYPE_PORT:2||oid:0x1|A=0||oid:0x2|A=0\nG|SAI_STATUS_FAILURE|||SAI_STATUS_SUCCESS|A=1|B=2||SAI_STATUS_FAILURE|A=0\n",
		}, {
			q:    sairedis.Request{Op: sairedis.OpLinkDamping, Key: "oid:0x1", Values: []string{"F", "1"}},
			want: "u|link_event_damping_config_set|oid:0x1|F=1\n",
		}, {
			q:    sairedis.Request{Op: sairedis.OpAttrCapability, Key: sw, Values: []string{"OBJECT_TYPE", "X", "ATTR_ID", "Y"}},
			a:    sairedis.Response{Status: sai.StatusNotSupported},
			want: "q|attribute_capability|" + sw + "|OBJECT_TYPE=X|ATTR_ID=Y\nQ|attribute_capability|SAI_STATUS_NOT_SUPPORTED\n",
		}, {
			q:    sairedis.Request{Op: "invented", Key: "a|b\nc", Values: []string{"f", "x=y"}},
			a:    sairedis.Response{Status: sai.StatusNotImplemented},
			want: "u|invented|a\\x7Cb\\x0Ac|f=x=y\nE|SAI_STATUS_NOT_IMPLEMENTED\n",
		},
	}
	for _, tt := range tests {
		got := string(AppendAnswer(AppendRequest(nil, at, tt.q), at, tt.q, tt.a))
		if diff := cmp.Diff(tt.want, strings.ReplaceAll(got, "2026-11-22.07:52:55.036285|", "")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.q.Op, diff)
		}
		if strings.Contains(tt.want, `\x`) { // what is exchanged stays exchanged
			continue
		}
		lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
		l, err := Parse(lines[0])
		if err != nil || !cmp.Equal(l.Request, tt.q) {
			t.Errorf("%s: read back %v, %v", tt.q.Op, l.Request, err)
		}
		if len(lines) < 2 {
			continue
		}
		l, err = Parse(lines[1])
		if err != nil || l.Status != tt.a.Status.String() || !cmp.Equal(l.Fields, tt.a.Fields) {
			t.Errorf("%s: answer read back %v, %v", tt.q.Op, l, err)
		}
	}
}

// TestOtherNames reads what other recorders and earlier recordings call a query.
func TestOtherNames(t *testing.T) {
	for _, f := range forms {
		if !f.named() {
			continue
		}
		for _, name := range []string{f.name, string(f.op)} {
			if l, err := Parse("t|q|" + name + "|k|A=1"); err != nil || l.Request.Op != f.op || l.Request.Key != "k" {
				t.Errorf("%s: got %+v, %v", name, l, err)
			}
		}
	}
}

func TestNotification(t *testing.T) {
	line := string(AppendNotification(nil, at, "port_state_change", `[{"port_id":"oid:0x1"}]`))
	l, err := Parse(strings.TrimSuffix(line, "\n"))
	if err != nil || l.Op != "port_state_change" || l.Data != `[{"port_id":"oid:0x1"}]` || l.IsRequest() || l.IsAnswer() {
		t.Errorf("%q: read back %+v, %v", line, l, err)
	}
}

// TestAppends checks that a second life of syncd continues the file.
func TestAppends(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sairedis.rec")
	for range 2 {
		r, err := Open(path, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		q := sairedis.Request{Op: sairedis.OpNotify, Key: "INIT_VIEW"}
		r.Request(q)
		r.Answer(q, sairedis.Response{})
		if err := r.Close(); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil || strings.Count(string(text), "\n") != 4 {
		t.Errorf("recording %q, %v: want 4 lines", text, err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("2026-11-22.07:52:55.036285|C|SAI_OBJECT_TYPE_PORT||oid:0x1|A=1,2|B=2")
	f.Add("t|q|attribute_capability_query|k|OBJECT_TYPE=X")
	f.Add("t|G|SAI_STATUS_FAILURE|||SAI_STATUS_NOT_IMPLEMENTED")
	f.Fuzz(func(t *testing.T, line string) {
		l, err := Parse(line)
		if err != nil || !l.IsRequest() || strings.ContainsAny(line, "\r\n") {
			return
		}
		again, err := Parse(strings.TrimSuffix(string(AppendRequest(nil, at, l.Request)), "\n"))
		if err != nil || again.Request.Op != l.Request.Op {
			t.Fatalf("%q: %v after writing it again: %v", line, again.Request, err)
		}
	})
}
