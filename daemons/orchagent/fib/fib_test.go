package fib

import (
	"fmt"
	"net/netip"
	"runtime"
	"testing"

	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
)

// reference is the table's meaning, said plainly.
type reference struct {
	rows   map[netip.Prefix]string // object, "drop" or "ignored"
	pins   map[object.Owner][]object.Route
	exists map[object.Key]bool

	patterns []Pattern
}

// way says where a prefix should go now.
func (r *reference) way(p netip.Prefix) Way {
	var best, fallback *object.Route
	var bestOwner object.Owner
	for o, list := range r.pins {
		for i := range list {
			switch {
			case list[i].Prefix != p:
			case list[i].Fallback:
				fallback = &list[i]
			case best == nil || o < bestOwner:
				best, bestOwner = &list[i], o
			}
		}
	}
	if best != nil {
		return r.routeWay(best)
	}
	switch via := r.rows[p]; { // a group is an object like any other here
	case via == "drop":
		return Way{Action: object.ActionDrop}
	case r.exists[object.Key(via)]:
		return Way{Via: object.Key(via)}
	case fallback != nil:
		return r.routeWay(fallback)
	}
	return Way{}
}

func (r *reference) routeWay(p *object.Route) Way {
	if p.Action == object.ActionForward {
		if !r.exists[p.Via] {
			return Way{}
		}
		return Way{Via: p.Via}
	}
	return Way{Action: p.Action}
}

func prefix(i int) netip.Prefix {
	if i%2 == 0 {
		return netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i)}), 16)
	}
	return netip.PrefixFrom(netip.AddrFrom16([16]byte{0xfc, byte(i)}), 16)
}

func via(i int) object.Key { return object.Key(fmt.Sprintf("nexthop/%d", i)) }

// TestAgainstReference applies random changes, carries out what the table asks
// for on a plain map, with failures, and compares that map with the meaning.
func TestAgainstReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tbl := New()
		tbl.CounterOf = func(k Key) object.Key { return object.RouteCounter(k.Prefix().String()) }
		ref := &reference{rows: map[netip.Prefix]string{}, pins: map[object.Owner][]object.Route{}, exists: map[object.Key]bool{}}
		asic := map[netip.Prefix]Way{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			mutate(t, tbl, ref)
			if rapid.Bool().Draw(t, "groups") {
				ref.makeGroups(tbl)
				makeCounters(tbl)
			}
			if rapid.Bool().Draw(t, "work") {
				work(t, tbl, asic, rapid.IntRange(0, 2).Draw(t, "fail"))
			}
		}
		ref.makeGroups(tbl)
		tbl.SetPatterns(ref.patterns) // what the ASIC refused is tried again
		for range 5 {
			tbl.Retry()
			makeCounters(tbl)
			work(t, tbl, asic, 0)
		}
		checkAll(t, tbl, ref, asic)
		// A new life loads what is there and asks for nothing.
		tbl.Forget()
		for p, w := range asic {
			tbl.Load(MakeKey(0, p), w)
		}
		tbl.SetPatterns(ref.patterns)
		makeCounters(tbl)
		if list := tbl.Next(nil, 1000); len(list) > 0 {
			t.Fatalf("after loading there is work: %v", list)
		}
	})
}

// makeGroups lets the groups that are wanted exist, and no others.
func (r *reference) makeGroups(tbl *Table) {
	tbl.TakeGroups(func(g Group) {
		r.exists[g.Key] = len(g.Members) > 0
		tbl.Exists(g.Key, len(g.Members) > 0)
	})
}

// makeCounters lets the counters that are wanted exist, and no others.
func makeCounters(tbl *Table) {
	tbl.TakeCounted(func(c Counted) { tbl.Exists(c.Counter, !c.Gone) })
}

// checkCounters: each pattern has as many of its routes counted as there are, up
// to its maximum.
func checkCounters(t *rapid.T, ref *reference, asic map[netip.Prefix]Way, pinned map[netip.Prefix]bool) {
	for _, p := range ref.patterns {
		counted, could := 0, 0
		for prefix, w := range asic {
			if !p.Prefix.Overlaps(prefix) {
				continue
			}
			if w.Counter != "" {
				counted++
			}
			if ref.rows[prefix] != "" && !pinned[prefix] {
				could++
			}
			if w.Counter != "" && w.Counter != object.RouteCounter(prefix.String()) {
				t.Fatalf("%s is counted by %s", prefix, w.Counter)
			}
		}
		if want := min(p.Max, could); counted > p.Max || counted < want && counted < p.Max-len(ref.rows)+could {
			t.Fatalf("%d routes of %v are counted, %d could be", counted, p, could)
		}
	}
	if len(ref.patterns) == 0 {
		for prefix, w := range asic {
			if w.Counter != "" {
				t.Fatalf("%s is counted by %s without a pattern", prefix, w.Counter)
			}
		}
	}
}

func checkAll(t *rapid.T, tbl *Table, ref *reference, asic map[netip.Prefix]Way) {
	wanted := map[object.Key]bool{}
	for p, via := range ref.rows {
		if k := object.Key(via); k.Kind() == object.NextHopGroup("").Kind() {
			wanted[k] = true
			if !ref.exists[k] {
				t.Fatalf("%s needs %s, which nobody asked for", p, k)
			}
		}
	}
	if len(wanted) != len(tbl.groups.wanted) {
		t.Fatalf("groups %v are wanted, the table has %d", wanted, len(tbl.groups.wanted))
	}
	applied := 0
	for i := range 6 {
		p := prefix(i)
		got, in := asic[p]
		got.Counter = ""
		want := ref.way(p)
		if want == (Way{}) && in || want != (Way{}) && got != want {
			t.Fatalf("%s goes %v (%v), want %v", p, got, in, want)
		}
		if in {
			applied++
		}
	}
	checkCounters(t, ref, asic, pinnedPrefixes(ref))
	if c := tbl.Counts(); c.Applied != applied || c.Failed != 0 {
		t.Fatalf("counts %+v, %d applied", c, applied)
	}
	if len(tbl.byKey)+len(tbl.free) != len(tbl.entries)-1 {
		t.Fatalf("entries leak: %d + %d of %d", len(tbl.byKey), len(tbl.free), len(tbl.entries)-1)
	}
}

func pinnedPrefixes(ref *reference) map[netip.Prefix]bool {
	m := map[netip.Prefix]bool{}
	for _, list := range ref.pins {
		for _, r := range list {
			m[r.Prefix] = true
		}
	}
	return m
}

func mutate(t *rapid.T, tbl *Table, ref *reference) {
	p := prefix(rapid.IntRange(0, 5).Draw(t, "prefix"))
	v := via(rapid.IntRange(0, 2).Draw(t, "via"))
	switch rapid.IntRange(0, 6).Draw(t, "what") {
	case 0:
		id := tbl.Define([]byte(v), Spec{Vias: []object.Key{v}})
		tbl.Set(MakeKey(0, p), id)
		ref.rows[p] = string(v)
	case 1:
		tbl.Set(MakeKey(0, p), tbl.Define([]byte("drop"), Spec{Action: object.ActionDrop}))
		ref.rows[p] = "drop"
	case 2:
		tbl.Set(MakeKey(0, p), 0)
		delete(ref.rows, p)
	case 3:
		ref.exists[v] = !ref.exists[v]
		tbl.Exists(v, ref.exists[v])
	case 6:
		ref.patterns = nil
		for _, s := range []string{"10.0.0.0/8", "fc00::/6"} {
			if most := rapid.IntRange(0, 3).Draw(t, s); most > 0 {
				ref.patterns = append(ref.patterns, Pattern{Prefix: netip.MustParsePrefix(s), Max: most})
			}
		}
		tbl.SetPatterns(ref.patterns)
	case 5:
		members := []Member{{Via: "nexthop/a", Weight: 1}, {Via: v, Weight: 2}}
		id := tbl.Define([]byte("group "+v), Spec{Members: members})
		tbl.Set(MakeKey(0, p), id)
		ref.rows[p] = string(groupKey(members))
	case 4:
		o := object.Owner(fmt.Sprint("intf", rapid.IntRange(0, 1).Draw(t, "owner")))
		var list []object.Route
		if rapid.Bool().Draw(t, "pin") {
			list = append(list, object.Route{Prefix: p, Via: v, Fallback: o == "intf1"})
		}
		tbl.Pin(o, list)
		ref.pins[o] = list
	}
}

// work carries out all that is asked for; every fail-th change fails.
func work(t *rapid.T, tbl *Table, asic map[netip.Prefix]Way, fail int) {
	n := 0
	for tbl.Pending() > 0 {
		for _, c := range tbl.Next(nil, 2) {
			if n++; fail > 0 && n%(fail+1) == 0 {
				tbl.Done(c, sai.StatusTableFull)
				continue
			}
			p := c.Key.Prefix()
			_, in := asic[p]
			if in == (c.Op == OpCreate) {
				t.Fatalf("%v of %s, which is there: %v", c.Op, p, in)
			}
			if c.Counts() && (c.Old.Via != c.New.Via || c.Old.Action != c.New.Action) {
				t.Fatalf("%s changes its counter and more: %v to %v", p, c.Old, c.New)
			}
			if c.Op == OpRemove {
				delete(asic, p)
			} else {
				asic[p] = c.New
			}
			tbl.Done(c, sai.StatusSuccess)
		}
	}
}

func TestKey(t *testing.T) {
	for _, s := range []string{"0.0.0.0/0", "::/0", "10.1.2.3/32", "fe80::/10", "::ffff:0:0/96"} {
		p := netip.MustParsePrefix(s)
		if got := MakeKey(3, p); got.Prefix() != p || got.VRF() != 3 {
			t.Errorf("%s came back as %s in %d", s, got.Prefix(), got.VRF())
		}
	}
	if MakeKey(0, netip.MustParsePrefix("0.0.0.0/0")) == MakeKey(0, netip.MustParsePrefix("::/0")) {
		t.Error("the default routes of both families are one")
	}
}

// BenchmarkMillion measures the memory and time of a million routes that come,
// are applied, and lose their next hop.
func BenchmarkMillion(b *testing.B) {
	const n = 1000000
	keys := make([]Key, n)
	for i := range keys {
		keys[i] = MakeKey(0, netip.PrefixFrom(netip.AddrFrom4([4]byte{20 + byte(i>>16), byte(i >> 8), byte(i)}), 24))
	}
	for range b.N {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		tbl := New()
		id := tbl.Define([]byte("x"), Spec{Vias: []object.Key{"nexthop/x"}})
		tbl.Exists("nexthop/x", true)
		for _, k := range keys {
			tbl.Set(k, id)
		}
		done := func() {
			var list []Change
			for tbl.Pending() > 0 {
				for _, c := range tbl.Next(list, 1000) {
					tbl.Done(c, sai.StatusSuccess)
				}
			}
		}
		done()
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/n, "B/route")
		tbl.Exists("nexthop/x", false)
		done()
		if c := tbl.Counts(); c.Waiting != n || c.Applied != 0 {
			b.Fatalf("%+v", c)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/route")
}

// TestTargetsAreForgotten: what routes went to long ago takes no memory.
func TestTargetsAreForgotten(t *testing.T) {
	tbl := New()
	k := MakeKey(0, prefix(0))
	tbl.Pin("intf", []object.Route{{Prefix: prefix(1), Via: via(1)}})
	for i := range 20 * maxIdle {
		v := via(i)
		tbl.Set(k, tbl.Define([]byte(v), Spec{Vias: []object.Key{v}}))
		tbl.Next(nil, 1)
	}
	if n := len(tbl.targets); n > 3*maxIdle || len(tbl.byText) > 2*maxIdle || len(tbl.byVia) > 2*maxIdle {
		t.Errorf("%d targets, %d texts, %d objects", n, len(tbl.byText), len(tbl.byVia))
	}
	tbl.Exists(via(20*maxIdle-1), true)
	tbl.Exists(via(1), true)
	if list := tbl.Next(nil, 9); len(list) != 2 {
		t.Errorf("got %v", list)
	}
}
