package fpm

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

func attr(kind uint16, value []byte) []byte {
	b := binary.NativeEndian.AppendUint16(nil, uint16(4+len(value)))
	b = append(binary.NativeEndian.AppendUint16(b, kind), value...)
	return append(b, make([]byte, aligned(len(b))-len(b))...)
}

func u32(n uint32) []byte { return binary.NativeEndian.AppendUint32(nil, n) }

func ip(s string) []byte { return netip.MustParseAddr(s).AsSlice() }

func message(kind uint16, body ...[]byte) []byte {
	all := bytes.Join(body, nil)
	b := binary.NativeEndian.AppendUint32(nil, uint32(netlinkHeader+len(all)))
	b = binary.NativeEndian.AppendUint16(b, kind)
	return append(append(b, make([]byte, 10)...), all...)
}

func rtmsg(family, bits, protocol, kind byte) []byte {
	return []byte{family, bits, 0, 0, unix.RT_TABLE_MAIN, protocol, 0, kind, 0, 0, 0, 0}
}

func nexthop(weight byte, link uint32, gateway string) []byte {
	attrs := attr(unix.RTA_GATEWAY, ip(gateway))
	b := binary.NativeEndian.AppendUint16(nil, uint16(8+len(attrs)))
	return append(append(append(b, 0, weight), u32(link)...), attrs...)
}

// samples are messages as zebra sends them, and what they say.
func samples() map[string]struct {
	raw  []byte
	want Message
} {
	type sample = struct {
		raw  []byte
		want Message
	}
	p := netip.MustParsePrefix
	hop := func(link int, via string, weight int) Hop {
		return Hop{Link: link, Via: netip.MustParseAddr(via), Weight: weight}
	}
	return map[string]sample{
		"a route": {
			message(unix.RTM_NEWROUTE, rtmsg(unix.AF_INET, 24, 188, unix.RTN_UNICAST), attr(unix.RTA_DST, ip("10.9.0.0")), attr(unix.RTA_GATEWAY, ip("10.0.0.2")), attr(unix.RTA_OIF, u32(7))),
			Route{Table: 254, Prefix: p("10.9.0.0/24"), Protocol: 188, Hops: []Hop{hop(7, "10.0.0.2", 1)}},
		},
		"the default route of IPv6 in a VRF": {
			message(unix.RTM_NEWROUTE, rtmsg(unix.AF_INET6, 0, 186, unix.RTN_UNICAST), attr(unix.RTA_TABLE, u32(1001)), attr(unix.RTA_GATEWAY, ip("fe80::2")), attr(unix.RTA_OIF, u32(7))),
			Route{Table: 1001, Prefix: p("::/0"), Protocol: 186, Hops: []Hop{hop(7, "fe80::2", 1)}},
		},
		"several next hops": {
			message(unix.RTM_NEWROUTE, rtmsg(unix.AF_INET, 8, 186, unix.RTN_UNICAST), attr(unix.RTA_DST, ip("10.0.0.0")),
				attr(unix.RTA_MULTIPATH, append(nexthop(0, 7, "10.0.0.2"), nexthop(4, 8, "10.1.0.2")...))),
			Route{Table: 254, Prefix: p("10.0.0.0/8"), Protocol: 186, Hops: []Hop{hop(7, "10.0.0.2", 1), hop(8, "10.1.0.2", 5)}},
		},
		"by a group": {
			message(unix.RTM_NEWROUTE, rtmsg(unix.AF_INET, 8, 186, unix.RTN_UNICAST), attr(unix.RTA_DST, ip("10.0.0.0")), attr(attributeNextHop, u32(42))),
			Route{Table: 254, Prefix: p("10.0.0.0/8"), Protocol: 186, Group: 42},
		},
		"IPv4 over IPv6": {
			message(unix.RTM_NEWROUTE, rtmsg(unix.AF_INET, 8, 186, unix.RTN_UNICAST), attr(unix.RTA_DST, ip("10.0.0.0")),
				attr(unix.RTA_VIA, append([]byte{unix.AF_INET6, 0}, ip("fe80::2")...)), attr(unix.RTA_OIF, u32(7))),
			Route{Table: 254, Prefix: p("10.0.0.0/8"), Protocol: 186, Hops: []Hop{hop(7, "fe80::2", 1)}},
		},
		"a blackhole": {
			message(unix.RTM_NEWROUTE, rtmsg(unix.AF_INET, 8, 196, unix.RTN_BLACKHOLE), attr(unix.RTA_DST, ip("10.0.0.0"))),
			Route{Table: 254, Prefix: p("10.0.0.0/8"), Protocol: 196, Blackhole: true},
		},
		"a tunnel": {
			message(unix.RTM_NEWROUTE, rtmsg(unix.AF_INET, 8, 186, unix.RTN_UNICAST), attr(unix.RTA_DST, ip("10.0.0.0")), attr(unix.RTA_OIF, u32(7)), attr(unix.RTA_ENCAP_TYPE, []byte{1, 0})),
			Route{Table: 254, Prefix: p("10.0.0.0/8"), Protocol: 186, Hops: []Hop{{Link: 7, Weight: 1, Encap: true}}},
		},
		"a route that goes": {
			message(unix.RTM_DELROUTE, rtmsg(unix.AF_INET, 24, 188, 0), attr(unix.RTA_DST, ip("10.9.0.0"))),
			Route{Gone: true, Table: 254, Prefix: p("10.9.0.0/24"), Protocol: 188},
		},
		"a next hop": {
			message(unix.RTM_NEWNEXTHOP, make([]byte, 8), attr(unix.NHA_ID, u32(42)), attr(unix.NHA_OIF, u32(7)), attr(unix.NHA_GATEWAY, ip("10.0.0.2"))),
			NextHop{ID: 42, Hop: hop(7, "10.0.0.2", 1)},
		},
		"a group": {
			message(unix.RTM_NEWNEXTHOP, make([]byte, 8), attr(unix.NHA_ID, u32(43)), attr(unix.NHA_GROUP, append(append(u32(42), 0, 0, 0, 0), append(u32(44), 4, 0, 0, 0)...))),
			NextHop{ID: 43, Hop: Hop{Weight: 1}, Group: []Member{{42, 1}, {44, 5}}},
		},
		"a next hop that goes": {
			message(unix.RTM_DELNEXTHOP, make([]byte, 8), attr(unix.NHA_ID, u32(42))),
			NextHop{Gone: true, ID: 42, Hop: Hop{Weight: 1}},
		},
	}
}

func sameMessages(a, b any) string {
	return cmp.Diff(a, b, cmp.Comparer(func(a, b netip.Addr) bool { return a == b }), cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }))
}

func TestMessages(t *testing.T) {
	for name, c := range samples() {
		var got []Message
		Parse(append(message(unix.RTM_NEWNEIGH, make([]byte, 12)), c.raw...), func(m Message) { got = append(got, m) }, func(err error) { t.Errorf("%s: %v", name, err) })
		if d := sameMessages([]Message{c.want}, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// What is wrong is said, and what stands behind it is read, where that can be found.
func TestWrongMessages(t *testing.T) {
	good := samples()["a route"].raw
	for name, raw := range map[string][]byte{
		"short route":         message(unix.RTM_NEWROUTE, make([]byte, 8)),
		"unknown family":      message(unix.RTM_NEWROUTE, rtmsg(unix.AF_BRIDGE, 0, 186, unix.RTN_UNICAST)),
		"two families":        message(unix.RTM_NEWROUTE, rtmsg(unix.AF_INET, 8, 186, unix.RTN_UNICAST), attr(unix.RTA_DST, ip("fc00::"))),
		"33 bits":             message(unix.RTM_NEWROUTE, rtmsg(unix.AF_INET, 33, 186, unix.RTN_UNICAST), attr(unix.RTA_DST, ip("10.0.0.0"))),
		"local":               message(unix.RTM_NEWROUTE, rtmsg(unix.AF_INET, 32, 186, unix.RTN_LOCAL), attr(unix.RTA_DST, ip("10.0.0.0"))),
		"long attribute":      message(unix.RTM_NEWROUTE, rtmsg(unix.AF_INET, 8, 186, unix.RTN_UNICAST), []byte{200, 0, 1, 0}),
		"address of 5 octets": message(unix.RTM_NEWROUTE, rtmsg(unix.AF_INET, 8, 186, unix.RTN_UNICAST), attr(unix.RTA_DST, make([]byte, 5))),
		"short number":        message(unix.RTM_NEWROUTE, rtmsg(unix.AF_INET, 8, 186, unix.RTN_UNICAST), attr(unix.RTA_OIF, make([]byte, 2))),
		"short multipath":     message(unix.RTM_NEWROUTE, rtmsg(unix.AF_INET, 8, 186, unix.RTN_UNICAST), attr(unix.RTA_MULTIPATH, []byte{8, 0, 0})),
		"endless multipath":   message(unix.RTM_NEWROUTE, rtmsg(unix.AF_INET, 8, 186, unix.RTN_UNICAST), attr(unix.RTA_MULTIPATH, make([]byte, 16))),
		"next hop without id": message(unix.RTM_NEWNEXTHOP, make([]byte, 8)),
		"half a member":       message(unix.RTM_NEWNEXTHOP, make([]byte, 8), attr(unix.NHA_ID, u32(1)), attr(unix.NHA_GROUP, make([]byte, 12))),
	} {
		n, wrong := 0, 0
		Parse(append(raw, good...), func(Message) { n++ }, func(error) { wrong++ })
		if n != 1 || wrong != 1 {
			t.Errorf("%s: %d messages, %d errors", name, n, wrong)
		}
	}
	for name, raw := range map[string][]byte{"cut off": good[:20], "no header": good[:8], "says nothing": make([]byte, 64)} {
		wrong := 0
		Parse(raw, func(Message) { t.Error(name) }, func(error) { wrong++ })
		if wrong != 1 {
			t.Errorf("%s: %d errors", name, wrong)
		}
	}
}

func TestFrames(t *testing.T) {
	frame, err := Append(nil, []byte("message"))
	if err != nil || !bytes.Equal(frame, append([]byte{1, 1, 0, 11}, "message"...)) {
		t.Fatalf("%x, %v", frame, err)
	}
	if _, err := Append(nil, make([]byte, 1<<16)); !errors.Is(err, ErrLength) {
		t.Error(err)
	}
	buf := make([]byte, FrameBuffer)
	protobuf := append([]byte{1, 2, 0, 6}, "xx"...)
	r := bytes.NewReader(append(protobuf, frame...))
	for _, want := range []string{"", "message"} {
		if got, err := ReadFrame(r, buf); err != nil || string(got) != want {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
	}
	if _, err := ReadFrame(r, buf); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	for name, c := range map[string]struct {
		raw  []byte
		want error
	}{
		"version": {[]byte{2, 1, 0, 4}, ErrVersion}, "length": {[]byte{1, 1, 0, 3}, ErrLength}, "cut off": {[]byte{1, 1, 0, 9, 0}, io.ErrUnexpectedEOF},
		"short header": {[]byte{1, 1}, io.ErrUnexpectedEOF},
	} {
		if _, err := ReadFrame(bytes.NewReader(c.raw), buf); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A connection's messages come in order, between its beginning and its end; a second connection ends the first.
func TestServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	events, done := make(chan Event), make(chan error, 1)
	s := Server{Listen: func() (net.Listener, error) { return listener, nil }, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	go func() { done <- s.Run(ctx, events) }()
	next := func() Event {
		select {
		case e := <-events:
			return e
		case <-time.After(10 * time.Second):
			t.Fatal("no event")
			return Event{}
		}
	}
	dial := func() net.Conn {
		c, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	first := dial()
	defer first.Close()
	if e := next(); !e.Begin {
		t.Fatalf("%+v", e)
	}
	frame, _ := Append(nil, samples()["a route"].raw)
	for range 3 {
		_, _ = first.Write(frame[:10])
		_, _ = first.Write(frame[10:])
	}
	for n := 0; n < 3; n += len(next().Messages) {
	}
	second := dial()
	if e := next(); !e.End {
		t.Fatalf("%+v", e)
	}
	if e := next(); !e.Begin {
		t.Fatalf("%+v", e)
	}
	_, _ = second.Write([]byte("GET / HTTP/1.1\r\n\r\n"))
	if e := next(); !e.End {
		t.Fatalf("%+v", e)
	}
	_ = second.Close()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range samples() {
		f.Add(c.raw)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		Parse(b, func(m Message) {
			if r, ok := m.(Route); ok && !r.Prefix.IsValid() {
				t.Errorf("%+v", r)
			}
		}, func(error) {})
		_, _ = ReadFrame(bytes.NewReader(b), make([]byte, FrameBuffer))
	})
}
