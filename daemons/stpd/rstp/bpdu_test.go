package rstp

import (
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"
)

// sample is a root's message as IEEE 802.1D-2004 figure 9-3 lays it out.
func sample() BPDU {
	id := MakeBridgeID(32768, 100, MAC{0, 1, 2, 3, 4, 5})
	return BPDU{
		Kind: RST, Role: Designated, TopologyChange: true, Proposal: true, Learning: true,
		Vector: Vector{Root: id, Cost: 20000, Bridge: MakeBridgeID(4096, 100, MAC{6, 7, 8, 9, 10, 11}), Port: MakePortID(128, 3)},
		Times:  Times{MessageAge: Seconds(1), MaxAge: Seconds(20), Hello: Seconds(2), ForwardDelay: Seconds(15)},
	}
}

const sampleHex = "0000 02 02 1f 8064000102030405 00004e20 1064060708090a0b 8003 0100 1400 0200 0f00 00"

func octets(t testing.TB, text string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBPDU(t *testing.T) {
	want := octets(t, sampleHex)
	if got := sample().Append(nil); hex.EncodeToString(got) != hex.EncodeToString(want) {
		t.Errorf("got %x, want %x", got, want)
	}
	if got, err := ParseBPDU(want); err != nil || got != sample() {
		t.Errorf("got %+v, %v", got, err)
	}
	mst := append(append([]byte(nil), want...), 1, 2, 3)
	mst[2] = 3
	if got, err := ParseBPDU(mst); err != nil || got != sample() {
		t.Errorf("a MST BPDU is read as %+v, %v", got, err)
	}
	config := octets(t, "0000 00 00 81 8064000102030405 00004e20 1064060708090a0b 8003 0100 1400 0200 0f00")
	got, err := ParseBPDU(config)
	if err != nil || !got.TopologyChange || !got.TopologyChangeAck || got.Role != Designated || got.Vector != sample().Vector {
		t.Errorf("got %+v, %v", got, err)
	}
	if again := got.Append(nil); hex.EncodeToString(again) != hex.EncodeToString(config) {
		t.Errorf("got %x", again)
	}
	if tcn, err := ParseBPDU(octets(t, "0000 00 80 000000")); err != nil || tcn != (BPDU{Kind: TCN}) {
		t.Errorf("got %+v, %v", tcn, err)
	}
	if s := sample().Vector.Root.String(); s != "8064000102030405" {
		t.Error(s)
	}
}

func TestBPDURefused(t *testing.T) {
	for text, want := range map[string]error{
		"":                           ErrShort,
		"0000 00":                    ErrShort,
		"0001 0080":                  ErrNotSpanningTree,
		sampleHex[:len(sampleHex)-3]: ErrShort,
		"0000 0000 00":               ErrShort,
		"0000 0003":                  nil,
	} {
		if p, err := ParseBPDU(octets(t, text)); err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%q: read as %+v, %v", text, p, err)
		}
	}
	old := octets(t, sampleHex)
	old[2] = 0
	if p, err := ParseBPDU(old); err == nil {
		t.Errorf("a RST BPDU of version 0 is read as %+v", p)
	}
}

func TestUnits(t *testing.T) {
	if d := Units(0x0180).Duration(); d != 1500*time.Millisecond {
		t.Error(d)
	}
	for in, want := range map[Units]Units{0: 0x100, 0x100: 0x200, 0x17f: 0x200, 0x1ff: 0x300, 0xffff: 0xff00} {
		if got := addSecond(in); got != want {
			t.Errorf("%#x and a second: %#x, want %#x", in, got, want)
		}
	}
	wild := Times{MaxAge: 0xffff}.within()
	if wild != (Times{MaxAge: Seconds(40), Hello: Seconds(1), ForwardDelay: Seconds(4)}) {
		t.Errorf("%+v", wild)
	}
}

// What is read can be written, and reads the same.
func FuzzParseBPDU(f *testing.F) {
	f.Add(octets(f, sampleHex))
	f.Add([]byte{0, 0, 0, 0x80})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParseBPDU(b)
		if err != nil {
			return
		}
		if again, err := ParseBPDU(p.Append(nil)); err != nil || again != p {
			t.Errorf("%+v became %+v, %v", p, again, err)
		}
	})
}

// Whatever is received, the machines rest, and ask to be called later only.
func FuzzReceive(f *testing.F) {
	f.Add(octets(f, sampleHex), octets(f, sampleHex), uint16(3))
	f.Fuzz(func(t *testing.T, a, b []byte, seconds uint16) {
		n := newNet(t, 1)
		d := n.node("one", 32768)
		d.port(PortConfig{AutoEdge: true})
		d.port(PortConfig{RootGuard: true})
		d.step(Link{"p1", true})
		d.step(Link{"p2", true})
		for i, message := range [][]byte{a, b, a, b, b} {
			if m, err := ParseBPDU(message); err == nil {
				d.step(Receive{PortName("p" + string('1'+rune(i&1))), m})
			}
			d.step(Tick{})
			if next := d.bridge.Next(); !next.IsZero() && !next.After(n.now) {
				t.Fatalf("next tick at %v, now %v", next, n.now)
			}
			n.run(secs(float64(seconds % 100)))
		}
	})
}
