package snoop

import (
	"net/netip"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// What we ask is what others hear.
func TestAskIsHeard(t *testing.T) {
	for name, c := range map[string]struct {
		ask  Ask
		to   string
		mac  [6]byte
		size int
	}{
		"v1":        {Ask{Version: 1, From: router}, "224.0.0.1", [6]byte{1, 0, 0x5e, 0, 0, 1}, 32},
		"v2":        {Ask{Version: 2, From: router, MaxResp: 25 * time.Second}, "224.0.0.1", [6]byte{1, 0, 0x5e, 0, 0, 1}, 32},
		"v2, group": {Ask{Version: 2, From: router, Group: groupA, MaxResp: time.Second}, "239.1.1.1", [6]byte{1, 0, 0x5e, 1, 1, 1}, 32},
		"v3": {Ask{Version: 3, From: router, MaxResp: 10 * time.Second, Interval: 125 * time.Second}, "224.0.0.1",
			[6]byte{1, 0, 0x5e, 0, 0, 1}, 36},
		"v3, nobody": {Ask{Version: 3, From: netip.IPv4Unspecified(), Group: netip.MustParseAddr("239.129.2.3"), MaxResp: time.Second}, "239.129.2.3",
			[6]byte{1, 0, 0x5e, 1, 2, 3}, 36},
		"MLDv1": {Ask{Version: 1, From: linkLocal, MaxResp: 10 * time.Second}, "ff02::1", [6]byte{0x33, 0x33, 0, 0, 0, 1}, 72},
		"MLDv2, group": {Ask{Version: 2, From: linkLocal, Group: groupB, MaxResp: time.Second, Interval: time.Minute}, "ff05::1:3",
			[6]byte{0x33, 0x33, 0, 1, 0, 3}, 76},
	} {
		b := c.ask.Append(nil)
		m, err := Parse(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if m.Kind != Query || m.Version != c.ask.Version || m.From != c.ask.From || m.Group != c.ask.Group || m.MaxResp != c.ask.MaxResp ||
			m.Interval != c.ask.Interval || len(b) != c.size || b[0]>>4 == 4 && sum(0, b[:24]) != 0xffff {
			t.Errorf("%s: heard %+v of %d bytes: % x", name, m, len(b), b)
		}
		if to := c.ask.Destination(); to.String() != c.to || MAC(to) != c.mac {
			t.Errorf("%s: to %s, % x", name, to, MAC(to))
		}
	}
}

// A time becomes the greatest code that is not above it, by no more than a sixteenth.
func TestCode8(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 31744).Draw(t, "n")
		if got := code8(code8Of(n), true); got > n || n-got > n/16 {
			t.Errorf("%d became %d", n, got)
		}
	})
	if code8Of(1<<20) != 0xff {
		t.Error("too long a time is not the longest")
	}
}
