package yang

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// pool gathers rows for random configurations: those of the archives, right and
// wrong, and the minimal rows of every table with what they refer to.
func pool(t *testing.T) map[RowKey][]map[string]string {
	t.Helper()
	out := make(map[RowKey][]map[string]string)
	take := func(c Config) {
		for table, rows := range c {
			for key, row := range rows {
				k := RowKey{table, key}
				out[k] = append(out[k], row)
			}
		}
	}
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no testdata", err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			if !strings.HasSuffix(f.Name, ".want") {
				take(rows(t, string(f.Data)))
			}
		}
	}
	s := NewChecker().mustSchema()
	for _, name := range slices.Sorted(maps.Keys(s.tables)) {
		for _, l := range s.tables[name].lists {
			sample := newSampler(t, s)
			sample.row(l)
			take(sample.config)
		}
	}
	return out
}

// randomConfig takes about a share of the pool, from some of the tables.
func randomConfig(r *rand.Rand, rows map[RowKey][]map[string]string, keys []RowKey) Config {
	c := make(Config)
	for _, k := range keys {
		if r.IntN(3) > 0 {
			put(c, k, rows[k][r.IntN(len(rows[k]))])
		}
	}
	return c
}

func put(c Config, k RowKey, row map[string]string) {
	if c[k.Table] == nil {
		c[k.Table] = make(map[string]map[string]string)
	}
	c[k.Table][k.Key] = row
}

// change edits a copy in a few places, and names the rows that differ.
func change(r *rand.Rand, c Config, rows map[RowKey][]map[string]string, keys []RowKey) (Config, []RowKey) {
	after := make(Config)
	for table, rows := range c {
		after[table] = maps.Clone(rows)
	}
	touched := make(map[RowKey]bool)
	for range 1 + r.IntN(6) {
		k := keys[r.IntN(len(keys))]
		touched[k] = true
		if r.IntN(2) == 0 {
			delete(after[k.Table], k.Key)
		} else {
			put(after, k, rows[k][r.IntN(len(rows[k]))])
		}
	}
	return after, slices.Collect(maps.Keys(touched))
}

// TestCheckChangeIsTheDifference: for random configurations and changes,
// CheckChange finds what Check finds after and does not find before.
func TestCheckChangeIsTheDifference(t *testing.T) {
	all := pool(t)
	keys := slices.SortedFunc(maps.Keys(all), func(a, b RowKey) int {
		return strings.Compare(a.Table+"|"+a.Key, b.Table+"|"+b.Key)
	})
	c := NewChecker()
	found := 0
	for seed := range uint64(1000) {
		r := rand.New(rand.NewPCG(seed, 1))
		before := randomConfig(r, all, keys)
		after, changed := change(r, before, all, keys)
		old := c.Check(before)
		known := func(p Problem) bool { return slices.ContainsFunc(old, p.Same) || unmasked(p, old, changed) }
		want := texts(slices.DeleteFunc(c.Check(after), known))
		got := texts(slices.DeleteFunc(c.CheckChange(before, after, changed), known))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("seed %d, changed %v (-Check +CheckChange):\n%s", seed, changed, diff)
		}
		found += len(want)
	}
	if found < 300 {
		t.Errorf("only %d problems arose: the test tells little", found)
	}
}

// unmasked says whether a problem was there before, behind another one of the same field: Check tells one of a field at a time.
func unmasked(p Problem, old []Problem, changed []RowKey) bool {
	return !slices.Contains(changed, RowKey{p.Table, p.Key}) &&
		slices.ContainsFunc(old, func(o Problem) bool { return o.Table == p.Table && o.Key == p.Key && o.Field == p.Field })
}

func texts(list []Problem) []string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = fmt.Sprintf("%v %v %v", p, p.Warning, p.Incomplete)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// TestRulesReadWhatTheyDeclare: a rule says the same when only its own table and
// those that it declares are there.
func TestRulesReadWhatTheyDeclare(t *testing.T) {
	all := pool(t)
	keys := slices.Collect(maps.Keys(all))
	for _, u := range rules() {
		for seed := range uint64(20) {
			full := randomConfig(rand.New(rand.NewPCG(seed, 2)), all, keys)
			part := Config{u.table: full[u.table]}
			for _, table := range u.reads {
				part[table] = full[table]
			}
			want := u.onRows(&derived{config: full}, maps.Keys(full[u.table]))
			got := u.onRows(&derived{config: part}, maps.Keys(full[u.table]))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("a rule of %s reads more than %v (-all tables +declared):\n%s", u.table, u.reads, diff)
			}
		}
	}
}

// BenchmarkTenRows judges a change of ten rows on a full switch.
func BenchmarkTenRows(b *testing.B) {
	before := fullSwitch()
	after := maps.Clone(before)
	after["VLAN_MEMBER"] = maps.Clone(before["VLAN_MEMBER"])
	var changed []RowKey
	for i := range 10 {
		key := fmt.Sprintf("Vlan%d|Ethernet500", 100+i)
		after["VLAN_MEMBER"][key] = map[string]string{"tagging_mode": "tagged"}
		changed = append(changed, RowKey{"VLAN_MEMBER", key})
	}
	c := NewChecker()
	for b.Loop() {
		if p := c.CheckChange(before, after, changed); len(p) > 0 {
			b.Fatal(p[0])
		}
	}
}
