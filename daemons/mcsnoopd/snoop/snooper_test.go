package snoop

import (
	"cmp"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	diff "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	start     = time.Unix(1000, 0)
	groupA    = netip.MustParseAddr("239.1.1.1")
	groupB    = netip.MustParseAddr("ff05::1:3")
	router    = netip.MustParseAddr("10.0.0.1")
	higher    = netip.MustParseAddr("10.0.0.9")
	linkLocal = netip.MustParseAddr("fe80::1")
)

func at(seconds float64) time.Time { return start.Add(time.Duration(seconds * float64(time.Second))) }

func joins(g netip.Addr) Message  { return Message{Kind: Report, Version: 2, Joins: []netip.Addr{g}} }
func leaves(g netip.Addr) Message { return Message{Kind: Leave, Version: 2, Leaves: []netip.Addr{g}} }

// general is IGMPv3's question for all groups.
func general(from netip.Addr) Message {
	return Message{Version: 3, From: from, MaxResp: 10 * time.Second, Interval: 125 * time.Second}
}

func newSnooper(c Config) *Snooper { return New(start, c, &Budget{100000}) }

// text is all listeners as "group: port port".
func (s *Snooper) text() string {
	byGroup := map[netip.Addr][]string{}
	for g, ports := range s.groups {
		byGroup[g] = slices.Sorted(maps.Keys(ports))
	}
	var lines []string
	for _, g := range slices.SortedFunc(maps.Keys(byGroup), netip.Addr.Compare) {
		lines = append(lines, fmt.Sprintf("%s: %s", g, strings.Join(byGroup[g], " ")))
	}
	return strings.Join(lines, "; ")
}

func (s *Snooper) is(t *testing.T, what, want string) {
	t.Helper()
	if got := s.text(); got != want {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

// said is what was asked, as "port group from".
func (s *Snooper) said(t *testing.T, what string, want ...string) {
	t.Helper()
	var got []string
	for _, a := range s.Asks() {
		group := "all"
		if a.Group.IsValid() {
			group = a.Group.String()
		}
		got = append(got, fmt.Sprintf("%s %s %s", cmp.Or(a.Port, "*"), group, a.From))
	}
	slices.Sort(got)
	if d := diff.Diff(want, got); d != "" {
		t.Errorf("%s: %s", what, d)
	}
}

func TestMembership(t *testing.T) {
	s := newSnooper(Config{})
	s.Receive(at(0), "Ethernet0", joins(groupA))
	s.Receive(at(0), "Ethernet4", joins(groupA))
	s.is(t, "joined", "239.1.1.1: Ethernet0 Ethernet4")
	if m, _ := s.Changes(); len(m) != 2 {
		t.Errorf("changes %v", m)
	}
	if f := s.Receive(at(100), "Ethernet0", joins(groupA)); f != ToRouters {
		t.Errorf("a report goes %v", f)
	}
	if m, r := s.Changes(); len(m)+len(r) != 0 {
		t.Error("a report again is a change")
	}
	if f := s.Receive(at(100), "Ethernet8", general(router)); f != ToOthers || s.Router("Ethernet8") != Heard {
		t.Errorf("a query goes %v, its router is known from %v", f, s.Router("Ethernet8"))
	}
	s.Tick(at(259))
	s.is(t, "in time", "239.1.1.1: Ethernet0 Ethernet4")
	s.Tick(at(260))
	s.is(t, "a silent listener is gone", "239.1.1.1: Ethernet0")
	s.Tick(at(355))
	if s.Router("Ethernet8") != Nowhere {
		t.Error("the silent router is there")
	}
	s.Tick(at(360))
	s.is(t, "the other one too", "")
	if !s.Next().IsZero() || s.budget.Left != 100000 || s.Listeners() != 0 || len(s.perPort) != 0 {
		t.Errorf("left over: next %v, budget %d, %d listeners", s.Next(), s.budget.Left, s.Listeners())
	}
}

func TestLeave(t *testing.T) {
	s := newSnooper(Config{Version: 3, Address: higher})
	s.Receive(at(0), "Ethernet0", joins(groupA))
	s.Receive(at(0), "Ethernet4", joins(groupA))
	s.Receive(at(1), "Ethernet4", leaves(groupA))
	s.Receive(at(1), "Ethernet8", leaves(groupA)) // never joined
	s.said(t, "left", "Ethernet4 239.1.1.1 0.0.0.0")
	s.Receive(at(1.5), "Ethernet4", leaves(groupA))
	s.said(t, "left again")
	s.Tick(at(2))
	s.said(t, "asked again", "Ethernet4 239.1.1.1 0.0.0.0")
	s.Tick(at(2.9))
	s.is(t, "there is time to answer", "239.1.1.1: Ethernet0 Ethernet4")
	s.Tick(at(3))
	s.is(t, "nobody answered", "239.1.1.1: Ethernet0")
	s.said(t, "not asked a third time")

	s.Receive(at(4), "Ethernet0", leaves(groupA))
	s.said(t, "left", "Ethernet0 239.1.1.1 0.0.0.0")
	s.Receive(at(4.5), "Ethernet0", joins(groupA)) // another one's answer
	s.Tick(at(20))
	s.said(t, "answered")
	s.is(t, "who answered stays", "239.1.1.1: Ethernet0")
	s.Receive(at(21), "Ethernet0", Message{Kind: Report, Version: 3, Blocks: []netip.Addr{groupA}})
	s.said(t, "a sender is no longer wanted", "Ethernet0 239.1.1.1 0.0.0.0")
	s.is(t, "the group may be", "239.1.1.1: Ethernet0")
}

func TestFastLeave(t *testing.T) {
	s := newSnooper(Config{FastLeave: true})
	s.Receive(at(0), "Ethernet0", joins(groupA))
	s.Receive(at(0), "Ethernet4", Message{Kind: Report, Version: 1, Joins: []netip.Addr{groupA}})
	for _, port := range []string{"Ethernet0", "Ethernet4"} {
		s.Receive(at(1), port, leaves(groupA))
	}
	s.is(t, "gone at once, but where IGMPv1 is spoken", "239.1.1.1: Ethernet4")
	s.said(t, "nothing is asked")
}

// A router asks for a group: who does not answer is no listener.
func TestAskedByRouter(t *testing.T) {
	s := newSnooper(Config{})
	s.Receive(at(0), "Ethernet0", joins(groupA))
	s.Receive(at(0), "Ethernet4", joins(groupA))
	ask := Message{Version: 3, From: router, Group: groupA, MaxResp: time.Second, Suppress: true}
	s.Receive(at(10), "Ethernet8", ask)
	ask.Suppress, ask.Sources = false, 1
	s.Receive(at(10), "Ethernet8", ask)
	s.Tick(at(15))
	s.is(t, "asked for the router's own use, and for one sender", "239.1.1.1: Ethernet0 Ethernet4")
	ask.Sources = 0
	s.Receive(at(20), "Ethernet8", ask)
	s.Receive(at(21), "Ethernet0", joins(groupA))
	s.Tick(at(22))
	s.is(t, "who answered stays", "239.1.1.1: Ethernet0")
	s.Receive(at(23), "Ethernet8", joins(groupA))
	s.Receive(at(24), "Ethernet8", leaves(groupA))
	s.said(t, "the router asks behind its port itself")
}

func TestRouters(t *testing.T) {
	s := newSnooper(Config{Routers: []string{"Ethernet12"}})
	s.Receive(at(0), "Ethernet8", general(router))
	s.Receive(at(0), "Ethernet4", general(netip.IPv4Unspecified())) // a snooper that asks
	s.Receive(at(0), "Ethernet16", Message{Kind: Hello, From: higher, Hold: 30 * time.Second})
	if d := diff.Diff([]string{"Ethernet12", "Ethernet16", "Ethernet8"}, s.Routers()); d != "" {
		t.Error(d)
	}
	s.Tick(at(30))
	if s.Router("Ethernet16") != Nowhere || s.Router("Ethernet12") != Configured {
		t.Error(s.Routers())
	}
	s.Receive(at(31), "Ethernet16", Message{Kind: Hello, From: higher, Hold: 30 * time.Second})
	s.Receive(at(32), "Ethernet16", Message{Kind: Hello, From: higher}) // takes its leave
	s.Gone("Ethernet8")
	s.Changes()
	s.Configure(at(33), Config{})
	if _, paths := s.Changes(); len(s.Routers()) != 0 || !slices.Equal(paths, []string{"Ethernet12"}) {
		t.Errorf("routers %v, changed %v", s.Routers(), paths)
	}
}

func TestStatic(t *testing.T) {
	m := Member{groupA, "Ethernet0"}
	s := newSnooper(Config{Static: map[Member]bool{m: true}})
	if got, _ := s.Changes(); s.Member(m) != Configured || len(got) != 1 {
		t.Error(s.Member(m), got)
	}
	s.Receive(at(0), "Ethernet0", joins(groupA))
	s.Configure(at(1), Config{})
	if got, _ := s.Changes(); s.Member(m) != Heard || len(got) != 1 {
		t.Error(s.Member(m), got)
	}
}

func TestElection(t *testing.T) {
	s := newSnooper(Config{Querier: true, Address: netip.MustParseAddr("10.0.0.5")})
	s.Tick(at(0))
	s.said(t, "at once", "* all 10.0.0.5")
	if got, want := s.Next(), at(11); got != want || s.InForce() {
		t.Errorf("settles %v, want %v", got, want)
	}
	s.Tick(at(11))
	s.Receive(at(12), "Ethernet4", general(higher))
	s.Receive(at(13), "Ethernet4", general(netip.IPv4Unspecified()))
	if _, own := s.Querier(at(13)); !own || !s.InForce() || s.Router("Ethernet4") != Heard {
		t.Error("a higher address won")
	}
	s.Tick(at(31.25))
	s.said(t, "soon again", "* all 10.0.0.5")
	s.Tick(at(156.25))
	s.said(t, "then slowly", "* all 10.0.0.5")
	s.Receive(at(160), "Ethernet8", general(router))
	s.Receive(at(161), "Ethernet4", general(higher))
	if q, own := s.Querier(at(161)); own || q.Address != router || q.Port != "Ethernet8" {
		t.Errorf("querier %+v", q)
	}
	s.Tick(at(414))
	s.said(t, "another one asks")
	if s.Tick(at(415)); !s.InForce() {
		t.Error("listeners are unknown where the querier changes")
	}
	s.said(t, "it is gone", "* all 10.0.0.5")
	s.Configure(at(416), Config{})
	s.Tick(at(1000))
	s.said(t, "not to ask any more")
	if _, own := s.Querier(at(1000)); own || s.InForce() || !s.Next().IsZero() {
		t.Error("nobody asks, and yet groups are known")
	}
}

// A querier that does not say how often it asks is watched.
func TestSlowQuerier(t *testing.T) {
	s := newSnooper(Config{QueryInterval: 20 * time.Second})
	v2 := Message{Version: 2, From: router, MaxResp: 10 * time.Second}
	s.Receive(at(0), "Ethernet8", v2)
	if got := s.membership(); got != 260*time.Second {
		t.Error(got)
	}
	s.Receive(at(200), "Ethernet8", v2)
	if got := s.membership(); got != 410*time.Second {
		t.Error(got)
	}
	s.Tick(at(606))
	if got := s.membership(); got != 50*time.Second || s.InForce() {
		t.Errorf("without a querier %v", got)
	}
}

// Links that change set off questions, but not as often as somebody likes.
func TestRelearn(t *testing.T) {
	s := newSnooper(Config{Address: higher})
	s.Receive(at(0), "Ethernet8", general(router))
	for i := range 10 {
		s.Relearn(at(float64(i)/100), "Ethernet0")
		s.Relearn(at(float64(i)/100), "Ethernet4")
	}
	s.said(t, "once at once", "Ethernet0 all 0.0.0.0")
	if got := s.Next(); got != at(1) {
		t.Errorf("next at %v", got)
	}
	s.Tick(at(1))
	s.said(t, "and once when it is time", "Ethernet0 all 0.0.0.0", "Ethernet4 all 0.0.0.0")
	s.Relearn(at(5), "")
	s.said(t, "all", "* all 0.0.0.0")
	v6 := newSnooper(Config{IPv6: true})
	v6.Relearn(at(0), "")
	v6.said(t, "MLD needs an address")
}

func TestRestore(t *testing.T) {
	for _, own := range []bool{false, true} {
		s := newSnooper(Config{Querier: own, Address: router})
		s.Restore(at(0), []Member{{groupA, "Ethernet0"}, {groupB, "Ethernet0"}, {netip.MustParseAddr("224.0.0.5"), "Ethernet0"}}, []string{"Ethernet8"}, true)
		s.is(t, "known again", "239.1.1.1: Ethernet0")
		if !s.InForce() || s.Router("Ethernet8") != Heard {
			t.Errorf("in force %v, router %v", s.InForce(), s.Router("Ethernet8"))
		}
		s.Tick(at(255))
		if s.InForce() != own {
			t.Errorf("querier %v: in force %v", own, s.InForce())
		}
		s.Tick(at(260))
		s.is(t, "and not heard again", "")
	}
}

func TestGone(t *testing.T) {
	s := newSnooper(Config{})
	s.Receive(start, "Ethernet0", joins(groupA))
	s.Receive(start, "Ethernet4", joins(groupA))
	s.Gone("Ethernet0")
	s.is(t, "one left", "239.1.1.1: Ethernet4")
	s.Forget()
	s.is(t, "none left", "")
}

// One station does not take what others need.
func TestBounds(t *testing.T) {
	b := &Budget{MaxPortGroups * 3}
	s := New(start, Config{}, b)
	for i := range MaxPortGroups + 10 {
		for _, port := range []string{"Ethernet0", "Ethernet4", "Ethernet8", "Ethernet12"} {
			s.Receive(start, port, joins(netip.AddrFrom4([4]byte{239, byte(len(port)), byte(i >> 8), byte(i)})))
		}
	}
	if s.perPort["Ethernet0"] > MaxPortGroups || b.Left != 0 || s.Listeners() != MaxPortGroups*3 || s.Counts().Refused == 0 {
		t.Errorf("%v, %d left, %d refused", s.perPort, b.Left, s.Counts().Refused)
	}
	s.Close()
	if b.Left != MaxPortGroups*3 {
		t.Errorf("%d given back", b.Left)
	}
}

// TestListenersCount: whatever is heard, a port is a group's exactly if the last that counts of it was a join, not too long ago.
func TestListenersCount(t *testing.T) {
	names := []string{"Ethernet0", "Ethernet4", "Ethernet8"}
	rapid.Check(t, func(t *rapid.T) {
		s, now := newSnooper(Config{}), start
		until := map[string]time.Time{}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "pause")) * time.Second)
			s.Tick(now)
			port := rapid.SampledFrom(names).Draw(t, "port")
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0, 1:
				s.Receive(now, port, joins(groupA))
				until[port] = now.Add(260 * time.Second)
			case 2:
				s.Receive(now, port, leaves(groupA))
				if at := now.Add(2 * time.Second); until[port].After(at) {
					until[port] = at
				}
			case 3:
				s.Gone(port)
				delete(until, port)
			}
			for _, p := range names {
				_, is := s.groups[groupA][p]
				if want := until[p].After(now); is != want {
					t.Fatalf("%s: listener %v, want %v", p, is, want)
				}
			}
			if n := s.Next(); !n.IsZero() && !n.After(now) {
				t.Fatalf("next is not after now")
			}
		}
	})
}
