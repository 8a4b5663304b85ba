package snoop

import (
	"encoding/binary"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// igmp is an IPv4 packet with a router alert and an IGMP message whose checksum is
// right.
func igmp(body ...byte) []byte {
	binary.BigEndian.PutUint16(body[2:], ^uint16(sum(0, body)))
	p := []byte{0x46, 0xc0, 0, byte(24 + len(body)), 0, 0, 0, 0, 1, 2, 0, 0, 10, 0, 0, 9, 224, 0, 0, 22, 0x94, 4, 0, 0}
	return append(p, body...)
}

// pim is an IPv4 packet with a PIM message.
func pim(body ...byte) []byte {
	p := igmp(body...)
	p[9] = protocolPIM
	return p
}

// mld is an IPv6 packet with a router alert and an MLD message.
func mld(body ...byte) []byte {
	p := make([]byte, 48, 48+len(body))
	p[0], p[5], p[6], p[7] = 0x60, byte(8+len(body)), 0, 1
	copy(p[8:], netip.MustParseAddr("fe80::9").AsSlice())
	copy(p[24:], netip.MustParseAddr("ff02::16").AsSlice())
	copy(p[40:], []byte{58, 0, 5, 2, 0, 0, 1, 0})
	binary.BigEndian.PutUint16(body[2:], ^uint16(sum(sum(uint32(len(body))+58, p[8:40]), body)))
	return append(p, body...)
}

func bytesOf(parts ...any) (out []byte) {
	for _, p := range parts {
		switch v := p.(type) {
		case int:
			out = append(out, byte(v))
		case string:
			out = append(out, netip.MustParseAddr(v).AsSlice()...)
		}
	}
	return out
}

func TestParse(t *testing.T) {
	g := func(list ...string) (out []netip.Addr) {
		for _, a := range list {
			out = append(out, netip.MustParseAddr(a))
		}
		return out
	}
	for _, tt := range []struct {
		name   string
		packet []byte
		want   Message
	}{
		{"v1 report", igmp(bytesOf(0x12, 0, 0, 0, "239.1.1.1")...), Message{Kind: Report, Version: 1, Joins: g("239.1.1.1")}},
		{"v2 report", igmp(bytesOf(0x16, 0, 0, 0, "239.1.1.1")...), Message{Kind: Report, Version: 2, Joins: g("239.1.1.1")}},
		{"v2 leave", igmp(bytesOf(0x17, 0, 0, 0, "239.1.1.1")...), Message{Kind: Leave, Version: 2, Leaves: g("239.1.1.1")}},
		{"link scope", igmp(bytesOf(0x16, 0, 0, 0, "224.0.0.251")...), Message{Kind: Report, Version: 2}},
		{"general query", igmp(bytesOf(0x11, 100, 0, 0, "0.0.0.0")...), Message{Version: 2, MaxResp: 10 * time.Second}},
		{"query of a group", igmp(bytesOf(0x11, 10, 0, 0, "239.1.1.1")...), Message{Version: 2, Group: g("239.1.1.1")[0], MaxResp: time.Second}},
		{"v3 query with a float", igmp(bytesOf(0x11, 0x8a, 0, 0, "0.0.0.0", 0, 125, 0, 0)...), Message{Version: 3, Interval: 125 * time.Second, MaxResp: 20800 * time.Millisecond}},
		{"v3 report", igmp(bytesOf(0x22, 0, 0, 0, 0, 0, 0, 6,
			2, 0, 0, 0, "239.0.0.2", 4, 0, 0, 0, "239.0.0.4", 3, 0, 0, 0, "239.0.0.3", 1, 0, 0, 0, "239.0.0.1",
			3, 1, 0, 1, "239.0.0.33", "10.0.0.1", 1, 2, 3, 4, 6, 0, 0, 1, "239.0.0.6", "10.0.0.1")...),
			Message{Kind: Report, Version: 3, Joins: g("239.0.0.2", "239.0.0.4", "239.0.0.33"), Leaves: g("239.0.0.3"), Blocks: g("239.0.0.6")}},
		{"mld report", mld(bytesOf(131, 0, 0, 0, 0, 0, 0, 0, "ff05::1:3")...), Message{Kind: Report, Version: 1, Joins: g("ff05::1:3")}},
		{"mld done", mld(bytesOf(132, 0, 0, 0, 0, 0, 0, 0, "ff05::1:3")...), Message{Kind: Leave, Version: 1, Leaves: g("ff05::1:3")}},
		{"mld link scope", mld(bytesOf(131, 0, 0, 0, 0, 0, 0, 0, "ff02::1:ff00:1")...), Message{Kind: Report, Version: 1}},
		{"mld query", mld(bytesOf(130, 0, 0, 0, 0x27, 0x10, 0, 0, "::")...), Message{Version: 1, MaxResp: 10 * time.Second}},
		{"mld v2 report", mld(bytesOf(143, 0, 0, 0, 0, 0, 0, 2, 4, 0, 0, 0, "ff05::4", 3, 0, 0, 0, "ff05::3")...),
			Message{Kind: Report, Version: 2, Joins: g("ff05::4"), Leaves: g("ff05::3")}},
		{"v1 query", igmp(bytesOf(0x11, 0, 0, 0, "0.0.0.0")...), Message{Version: 1}},
		{"v3 query of sources", igmp(bytesOf(0x11, 10, 0, 0, "239.1.1.1", 0x0a, 125, 0, 2, "10.0.0.1", "10.0.0.2")...),
			Message{Version: 3, Group: g("239.1.1.1")[0], Sources: 2, Suppress: true, MaxResp: time.Second, Interval: 125 * time.Second}},
		{"mld v2 query", mld(bytesOf(130, 0, 0, 0, 0x27, 0x10, 0, 0, "::", 2, 125, 0, 0)...),
			Message{Version: 2, MaxResp: 10 * time.Second, Interval: 125 * time.Second}},
		{"PIM hello", pim(bytesOf(0x20, 0, 0, 0, 0, 19, 0, 4, 0, 0, 0, 9, 0, 1, 0, 2, 0, 30)...), Message{Kind: Hello, Version: 2, Hold: 30 * time.Second}},
		{"PIM hello without a time", pim(bytesOf(0x20, 0, 0, 0)...), Message{Kind: Hello, Version: 2, Hold: helloDefault}},
	} {
		tt.want.From = netip.MustParseAddr(map[bool]string{true: "10.0.0.9", false: "fe80::9"}[tt.packet[0]>>4 == 4])
		got, err := Parse(tt.packet)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, got, cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); diff != "" {
			t.Errorf("%s:\n%s", tt.name, diff)
		}
		for n := range len(tt.packet) { // cut short anywhere it is refused
			if _, err := Parse(tt.packet[:n]); err == nil {
				t.Errorf("%s: the first %d of %d bytes are accepted", tt.name, n, len(tt.packet))
			}
		}
		body := len(tt.packet) - 1
		tt.packet[body] ^= 1
		if _, err := Parse(tt.packet); err == nil {
			t.Errorf("%s: a wrong checksum is accepted", tt.name)
		}
	}
	for name, packet := range map[string][]byte{
		"UDP":             {0x45, 0, 0, 28, 0, 0, 0, 0, 1, 17, 0, 0, 10, 0, 0, 9, 224, 0, 0, 22, 0, 0, 0, 0, 0, 0, 0, 0},
		"ARP":             {0, 1, 8, 0},
		"IGMP of others":  igmp(bytesOf(0x99, 0, 0, 0, "0.0.0.0")...),
		"ICMPv6 of other": mld(bytesOf(128, 0, 0, 0, 0, 0, 0, 0)...),
	} {
		if _, err := Parse(packet); !errors.Is(err, ErrNotOurs) {
			t.Errorf("%s: %v", name, err)
		}
	}
	join := pim(bytesOf(0x23, 0, 0, 0)...)
	join[len(join)-1]++ // nor is its checksum of interest: the rest may come in other fragments
	if m, err := Parse(join); err != nil || m.Kind != Routing {
		t.Errorf("PIM of others: %+v, %v", m, err)
	}
	far := mld(bytesOf(131, 0, 0, 0, 0, 0, 0, 0, "ff05::1:3")...)
	far[7] = 64
	if _, err := Parse(far); err == nil {
		t.Error("a report that crossed a router is accepted")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(igmp(bytesOf(0x22, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, "239.0.0.2")...))
	f.Add(mld(bytesOf(143, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 0, "ff05::4")...))
	f.Fuzz(func(t *testing.T, packet []byte) {
		m, err := Parse(packet)
		if err != nil {
			return
		}
		for _, g := range slices.Concat(m.Joins, m.Leaves, m.Blocks) {
			if !Tracked(g) {
				t.Errorf("group %s", g)
			}
		}
		New(start, Config{}, &Budget{100}).Receive(start, "Ethernet0", m)
	})
}
