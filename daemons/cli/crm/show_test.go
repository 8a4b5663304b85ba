package crm

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/statedb"
)

func TestCounted(t *testing.T) {
	row := statedb.Fields{
		"crm_stats_fdb_entry_used": "0", "crm_stats_fdb_entry_available": "8192",
		"crm_stats_ipmc_entry_used":      "1",
		"crm_stats_snat_entry_available": "5",
	}
	tests := []struct {
		name, resource string
		before         []string
		want           [][]string
	}{
		{"counted", "fdb_entry", nil, [][]string{{"fdb_entry", "0", "8192"}}},
		{"after other cells", "fdb_entry", []string{"INGRESS", "PORT"}, [][]string{{"INGRESS", "PORT", "fdb_entry", "0", "8192"}}},
		{"used alone", "ipmc_entry", nil, nil},
		{"available alone", "snat_entry", nil, nil},
		{"not counted", "dnat_entry", nil, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, counted(tt.before, row, tt.resource)); d != "" {
				t.Error(d)
			}
		})
	}
}

// Each resource is counted in one of three tables; thresholds have one table for all.
func TestOf(t *testing.T) {
	titled := func(title string) shower {
		return func(context.Context, *session.Session, []string) (table, error) {
			return table{headers: []string{title}}, nil
		}
	}
	three := []shower{titled("once"), titled("by bind point"), titled("by ACL")}
	tests := []struct{ name, want string }{
		{"fdb_entry", "once"}, {"ipv4_route", "once"},
		{"acl_table", "by bind point"}, {"acl_group", "by bind point"},
		{"acl_entry", "by ACL"}, {"acl_counter", "by ACL"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := of(three, tt.name)
			if len(got) != 1 {
				t.Fatalf("%d tables of three", len(got))
			}
			if one, err := got[0](t.Context(), nil, nil); err != nil || one.headers[0] != tt.want {
				t.Errorf("got table %q, error %v, want %q", one.headers, err, tt.want)
			}
			if n := len(of(three[:1], tt.name)); n != 1 {
				t.Errorf("%d tables of one", n)
			}
		})
	}
}

func TestResourcesDiffer(t *testing.T) {
	words, names := map[string]bool{"all": true}, map[string]bool{}
	for _, r := range resources() {
		if words[r.words] || names[r.name] {
			t.Errorf("%s (%s) is there twice", r.words, r.name)
		}
		words[r.words], names[r.name] = true, true
	}
}
