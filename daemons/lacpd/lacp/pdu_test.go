package lacp

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sample() PDU {
	return PDU{
		Actor: Party{
			System: SystemID{Priority: 0x8000, MAC: MAC{0, 0x11, 0x22, 0x33, 0x44, 0x55}}, Key: 10001,
			Port: PortID{Priority: 255, Number: 1}, State: Activity | Aggregation | Synchronization | Collecting | Distributing,
		},
		Partner: Party{
			System: SystemID{Priority: 0xffff, MAC: MAC{2, 0, 0, 0, 0, 9}}, Key: 15,
			Port: PortID{Priority: 255, Number: 7}, State: Activity | ShortTimeout | Aggregation | Expired,
		},
		CollectorMaxDelay: 0x1234,
	}
}

const sampleOctets = "0101" +
	"0114" + "8000001122334455" + "2711" + "00ff0001" + "3d" + "000000" +
	"0214" + "ffff020000000009" + "000f" + "00ff0007" + "87" + "000000" +
	"0310" + "1234" + "000000000000000000000000" +
	"0000"

func TestPDU(t *testing.T) {
	want, _ := hex.DecodeString(sampleOctets + strings.Repeat("00", 50))
	got := sample().Append(nil)
	if !bytes.Equal(got, want) || len(got) != PDULen {
		t.Errorf("got %x, want %x", got, want)
	}
	for _, length := range []int{len(want), shortest} {
		p, err := ParsePDU(want[:length])
		if d := cmp.Diff(sample(), p); err != nil || d != "" {
			t.Errorf("%d octets: %v %s", length, err, d)
		}
	}
	if s := sample().Partner.State.String(); s != "activity,short_timeout,aggregation,expired" {
		t.Error(s)
	}
}

func TestPDURefused(t *testing.T) {
	for name, change := range map[string]func([]byte) []byte{
		"empty":              func([]byte) []byte { return nil },
		"short":              func(b []byte) []byte { return b[:shortest-1] },
		"version 0":          func(b []byte) []byte { b[1] = 0; return b },
		"actor's length":     func(b []byte) []byte { b[3] = 0xff; return b },
		"partner's type":     func(b []byte) []byte { b[22] = 1; return b },
		"collector's length": func(b []byte) []byte { b[43] = 0; return b },
	} {
		if p, err := ParsePDU(change(sample().Append(nil))); err == nil {
			t.Errorf("%s: read as %+v", name, p)
		}
	}
	if _, err := ParsePDU([]byte{3, 1}); !errors.Is(err, ErrNotLACP) {
		t.Errorf("another slow protocol: %v", err)
	}
	newer := sample().Append(nil)
	newer[1] = 2
	if p, err := ParsePDU(newer); err != nil || p != sample() {
		t.Errorf("version 2: %+v, %v", p, err)
	}
}

func TestMarker(t *testing.T) {
	ask := append([]byte{2, 1, 1, 16, 0, 5, 1, 2, 3, 4, 5, 6, 0, 0, 0, 42}, make([]byte, 94)...)
	answer, ok := MarkerResponse(ask)
	want := bytes.Clone(ask)
	want[2] = 2
	if !ok || !bytes.Equal(answer, want) {
		t.Errorf("got %x, %v", answer, ok)
	}
	if _, ok := MarkerResponse(answer); ok {
		t.Error("a response was answered")
	}
	for i := range 18 {
		if _, ok := MarkerResponse(ask[:i]); ok {
			t.Errorf("%d octets were answered", i)
		}
	}
}

// What is read can be written, and reads the same.
func FuzzParsePDU(f *testing.F) {
	f.Add(sample().Append(nil))
	f.Add([]byte{1, 1, 1, 20})
	f.Fuzz(func(t *testing.T, b []byte) {
		if answer, ok := MarkerResponse(b); ok && len(answer) > PDULen {
			t.Errorf("answer of %d octets", len(answer))
		}
		p, err := ParsePDU(b)
		if err != nil {
			return
		}
		if again, err := ParsePDU(p.Append(nil)); err != nil || again != p {
			t.Errorf("%+v became %+v, %v", p, again, err)
		}
	})
}

// Whatever is received, the machines rest, and ask to be called later only.
func FuzzReceive(f *testing.F) {
	f.Add(sample().Append(nil), sample().Append(nil), uint16(3))
	f.Fuzz(func(t *testing.T, a, b []byte, seconds uint16) {
		n := newNet(t, 1)
		one := n.node("one", 1)
		one.lag("PortChannel1", LAGConfig{Key: 10001, Fast: true, Fallback: true})
		for i, name := range []PortName{"a", "b"} {
			one.port(name, "PortChannel1", uint16(i+1))
			one.step(Link{name, true})
		}
		for i, octets := range [][]byte{a, b, a} {
			if p, err := ParsePDU(octets); err == nil {
				one.step(Receive{PortName("ab"[i&1:][:1]), p})
			}
			one.step(Tick{})
			if next := one.sys.Next(); !next.IsZero() && !next.After(n.now) {
				t.Fatalf("next tick at %v, now %v", next, n.now)
			}
			n.run(secs(int(seconds % 200)))
		}
	})
}
