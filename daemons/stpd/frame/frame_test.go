package frame

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

// rst stands for a RST BPDU of 36 octets.
func rst() []byte { return bytes.Repeat([]byte{0x11}, 36) }

func octets(t testing.TB, text string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func samples() map[string]Frame {
	body, pad := strings.Repeat("11", 36), func(n int) string { return strings.Repeat("00", n) }
	return map[string]Frame{
		"0180c2000000 020000000001 0027 424203" + body + pad(7):                            {BPDU: rst()},
		"01000ccccccd 020000000001 0032 aaaa0300000c010b" + body + "000000020001":          {Kind: PVST, PVID: 1, BPDU: rst()},
		"01000ccccccd 020000000001 8100e064 0032 aaaa0300000c010b" + body + "000000020064": {Kind: PVST, VLAN: 100, PVID: 100, BPDU: rst()},
		"01000ccccccd 020000000001 8100e064 0032 aaaa0300000c010b 00000080" + pad(38):      {Kind: PVST, VLAN: 100, BPDU: []byte{0, 0, 0, 0x80}},
		"0180c2000000 020000000001 0007 424203 00000080" + pad(39):                         {BPDU: []byte{0, 0, 0, 0x80}},
	}
}

func TestFrame(t *testing.T) {
	for text, f := range samples() {
		want := octets(t, text)
		if got := f.Append(nil, MAC{2, 0, 0, 0, 0, 1}); !bytes.Equal(got, want) {
			t.Errorf("%+v:\n got %x\nwant %x", f, got, want)
		}
		got, err := Parse(want)
		if err != nil || got.Kind != f.Kind || got.VLAN != f.VLAN || got.PVID != f.PVID || !bytes.HasPrefix(got.BPDU, f.BPDU) {
			t.Errorf("got %+v, %v, want %+v", got, err, f)
		}
	}
}

func TestForeign(t *testing.T) {
	for _, text := range []string{
		"", "0180c2000000 020000000001", "0180c2000000 020000000001 8100",
		"0180c2000000 020000000001 88cc 0000",
		"0180c2000000 020000000001 0003 aaaa03", "0180c2000000 020000000001 0002 4242",
		"01000ccccccd 020000000001 0003 424203", "01000ccccccd 020000000001 0008 aaaa0300000c2000", // CDP
		"ffffffffffff 020000000001 0003 424203",
	} {
		if f, err := Parse(octets(t, text)); !errors.Is(err, ErrForeign) {
			t.Errorf("%s: read as %+v, %v", text, f, err)
		}
	}
}

// Nothing that comes in can do harm, and what is read can be written.
func FuzzParse(f *testing.F) {
	for text := range samples() {
		f.Add(octets(f, text))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := Parse(b)
		if err != nil || len(p.BPDU) > pvidAt {
			return
		}
		again, err := Parse(p.Append(nil, MAC{}))
		if err != nil || again.VLAN != p.VLAN || again.PVID != p.PVID || !bytes.HasPrefix(again.BPDU, p.BPDU) {
			t.Errorf("%+v became %+v, %v", p, again, err)
		}
	})
}
