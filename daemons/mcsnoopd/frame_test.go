package mcsnoopd

import (
	"bytes"
	"testing"
)

func TestFrame(t *testing.T) {
	for _, want := range []frame{
		{to: [6]byte{1}, from: [6]byte{2}, packet: []byte{0x46, 1, 2}},
		{to: [6]byte{1}, from: [6]byte{2}, vlan: 100, packet: []byte{0x60, 1, 2}},
	} {
		b := want.bytes()
		got, err := parseFrame(b)
		if err != nil || got.to != want.to || got.from != want.from || got.vlan != want.vlan || !bytes.Equal(got.packet, want.packet) || got.family() != want.family() {
			t.Errorf("%+v became %+v, %v", want, got, err)
		}
		for n := range len(b) - len(want.packet) {
			if _, err := parseFrame(b[:n]); err == nil {
				t.Errorf("the first %d octets are accepted", n)
			}
		}
	}
	if _, err := parseFrame(make([]byte, 60)); err == nil {
		t.Error("a frame without IP is accepted")
	}
}

func FuzzParseFrame(f *testing.F) {
	f.Add(frame{vlan: 10, packet: []byte{0x46}}.bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := parseFrame(b)
		if err == nil && got.vlan == 0 && len(b) != header+len(got.packet) && len(b) != header+tag+len(got.packet) {
			t.Errorf("%d octets hold a packet of %d", len(b), len(got.packet))
		}
	})
}
