package bfd

import (
	"bytes"
	"errors"
	"testing"
	"time"
)

func valid() []byte {
	return Packet{State: Up, Poll: true, Multiplier: 3, My: 7, Your: 9, MinTx: 50 * time.Millisecond, MinRx: time.Second}.Append(nil)
}

// The octets of RFC 5880 section 4.1.
func TestPacketOctets(t *testing.T) {
	p := Packet{
		Diag: DiagNeighborDown, State: Init, Final: true, Multiplier: 5, My: 0x01020304, Your: 0x05060708,
		MinTx: 1000000 * time.Microsecond, MinRx: 300000 * time.Microsecond, MinEcho: 50000 * time.Microsecond,
	}
	want := []byte{0x23, 0x90, 5, 24, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0x0f, 0x42, 0x40, 0, 0x04, 0x93, 0xe0, 0, 0, 0xc3, 0x50}
	if got := p.Append(nil); !bytes.Equal(got, want) {
		t.Errorf("got  %x\nwant %x", got, want)
	}
	if got, err := Parse(want); err != nil || got != p {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := Parse(append(want, "padding"...)); err != nil || got != p {
		t.Errorf("with octets behind it: %+v, %v", got, err)
	}
}

// What RFC 5880 section 6.8.6 says to discard.
func TestRefusedPackets(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(b []byte) []byte
		want  error
	}{
		"empty":              {func([]byte) []byte { return nil }, ErrLength},
		"short":              {func(b []byte) []byte { return b[:23] }, ErrLength},
		"says too little":    {func(b []byte) []byte { b[3] = 23; return b }, ErrLength},
		"says more than is":  {func(b []byte) []byte { b[3] = 25; return b }, ErrLength},
		"version 0":          {func(b []byte) []byte { b[0] &= 0x1f; return b }, ErrVersion},
		"version 2":          {func(b []byte) []byte { b[0] = b[0]&0x1f | 2<<5; return b }, ErrVersion},
		"multiplier 0":       {func(b []byte) []byte { b[2] = 0; return b }, ErrMultiplier},
		"multipoint":         {func(b []byte) []byte { b[1] |= bitMultipoint; return b }, ErrMultipoint},
		"authenticated":      {func(b []byte) []byte { b[1] |= bitAuth; b[3] = 32; return append(b, 1, 8, 1, 'a', 'b', 'c', 'd', 'e') }, ErrAuthentication},
		"poll and final":     {func(b []byte) []byte { b[1] |= bitFinal; return b }, ErrPollFinal},
		"no discriminator":   {func(b []byte) []byte { clear(b[4:8]); return b }, ErrDiscriminator},
		"up without ours":    {func(b []byte) []byte { clear(b[8:12]); return b }, ErrYours},
		"an IPv4 packet":     {func([]byte) []byte { return bytes.Repeat([]byte{0x45}, 60) }, ErrVersion},
		"nothing but zeroes": {func([]byte) []byte { return make([]byte, 64) }, ErrVersion},
	} {
		if _, err := Parse(c.spoil(valid())); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(valid())
	f.Add(Packet{State: Down, Demand: true, Multiplier: 1, My: 1}.Append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Parse(b)
		if err != nil {
			return
		}
		again, err := Parse(p.Append(nil))
		if err != nil || again != p {
			t.Errorf("%+v came back as %+v, %v", p, again, err)
		}
	})
}
