package snoop

import (
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var (
	start  = time.Unix(1000, 0)
	groupA = netip.MustParseAddr("239.1.1.1")
	groupB = netip.MustParseAddr("ff05::1:3")
	router = netip.MustParseAddr("10.0.0.1")
)

func joins(g netip.Addr) Message  { return Message{Joins: []netip.Addr{g}} }
func leaves(g netip.Addr) Message { return Message{Leaves: []netip.Addr{g}} }

// check compares the groups that the snooper has with those wanted.
func check(t *testing.T, s *Snooper, what string, want map[netip.Addr][]string) {
	t.Helper()
	if diff := cmp.Diff(want, s.Groups(), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
		t.Errorf("%s:\n%s", what, diff)
	}
}

func TestMembership(t *testing.T) {
	s := New(Config{})
	at := func(d time.Duration) time.Time { return start.Add(d) }
	s.Receive(at(0), "Ethernet0", joins(groupA))
	s.Receive(at(0), "Ethernet4", joins(groupA))
	s.Receive(at(0), "Ethernet4", joins(groupB))
	check(t, s, "joined", map[netip.Addr][]string{groupA: {"Ethernet0", "Ethernet4"}, groupB: {"Ethernet4"}})
	if !s.Changed() || s.Changed() {
		t.Error("a change is told once")
	}
	s.Receive(at(100*time.Second), "Ethernet0", joins(groupA))
	if s.Changed() {
		t.Error("a report again is a change")
	}
	s.Receive(at(100*time.Second), "Ethernet8", Message{Query: true, From: router})
	check(t, s, "with a router", map[netip.Addr][]string{groupA: {"Ethernet0", "Ethernet4", "Ethernet8"}, groupB: {"Ethernet4", "Ethernet8"}})
	if got := s.Next(); got != at(260*time.Second) {
		t.Errorf("next at %v", got.Sub(start))
	}
	s.Tick(at(260 * time.Second))
	check(t, s, "silent listeners are gone", map[netip.Addr][]string{groupA: {"Ethernet0", "Ethernet8"}})
	s.Tick(at(355 * time.Second))
	check(t, s, "the silent router is gone", map[netip.Addr][]string{groupA: {"Ethernet0"}})
	s.Tick(at(360 * time.Second))
	if len(s.Groups()) != 0 || !s.Next().IsZero() {
		t.Errorf("left over: %v, next %v", s.Groups(), s.Next())
	}
}

func TestLeave(t *testing.T) {
	for _, fast := range []bool{false, true} {
		s := New(Config{FastLeave: fast})
		s.Receive(start, "Ethernet0", joins(groupA))
		s.Receive(start, "Ethernet4", joins(groupA))
		s.Receive(start, "Ethernet4", leaves(groupA))
		s.Receive(start, "Ethernet8", leaves(groupA)) // never joined
		if _, still := s.groups[groupA]["Ethernet4"]; still == fast {
			t.Errorf("fast leave %v: still a listener %v", fast, still)
		}
		s.Receive(start.Add(time.Second), "Ethernet0", Message{Query: true, From: router, Group: groupA})
		s.Receive(start.Add(2*time.Second), "Ethernet0", joins(groupA)) // the answer
		s.Tick(start.Add(4 * time.Second))
		check(t, s, "who answered stays", map[netip.Addr][]string{groupA: {"Ethernet0"}})
	}
}

func TestRouters(t *testing.T) {
	s := New(Config{})
	s.SetRouters([]string{"Ethernet12"})
	s.Receive(start, "Ethernet8", Message{Query: true, From: router})
	s.Receive(start, "Ethernet4", Message{Query: true, From: netip.IPv4Unspecified()}) // a snooper that asks
	if diff := cmp.Diff([]string{"Ethernet12", "Ethernet8"}, s.Routers()); diff != "" {
		t.Error(diff)
	}
	s.Gone("Ethernet8")
	s.SetRouters(nil)
	if got := s.Routers(); len(got) != 0 || !s.Changed() {
		t.Errorf("routers %v", got)
	}
}

func TestGone(t *testing.T) {
	s := New(Config{})
	s.Receive(start, "Ethernet0", joins(groupA))
	s.Receive(start, "Ethernet4", joins(groupA))
	s.Gone("Ethernet0")
	check(t, s, "one left", map[netip.Addr][]string{groupA: {"Ethernet4"}})
	s.Gone("Ethernet4")
	check(t, s, "none left", map[netip.Addr][]string{})
}

func TestBounds(t *testing.T) {
	s := New(Config{})
	for i := range maxGroups + 10 {
		s.Receive(start, "Ethernet0", joins(netip.AddrFrom4([4]byte{239, byte(i >> 16), byte(i >> 8), byte(i)})))
	}
	if got := len(s.Groups()); got != maxGroups {
		t.Errorf("%d groups", got)
	}
}

// TestListenersCount: whatever is heard, a port is a group's exactly if the last
// that counts of it was a join, not too long ago.
func TestListenersCount(t *testing.T) {
	names := []string{"Ethernet0", "Ethernet4", "Ethernet8"}
	rapid.Check(t, func(t *rapid.T) {
		s, now := New(Config{}), start
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
