package rpki

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestReadPDU(t *testing.T) {
	for name, c := range map[string]struct {
		raw  string
		want pdu
	}{
		"notify":        {"01 00 0007 0000000c 00000009", pdu{version: 1, kind: serialNotify, session: 7, serial: 9}},
		"response":      {"00 03 0007 00000008", pdu{kind: cacheResponse, session: 7}},
		"IPv4":          {"01 04 0000 00000014 01 08 18 00 0a000000 0000fde9", pdu{version: 1, kind: prefix4, added: true, vrp: vrps(t, "10.0.0.0/8 24 65001")[0]}},
		"IPv6":          {"00 06 0000 00000020 00 20 30 00 20010db8000000000000000000000000 00000001", pdu{kind: prefix6, vrp: vrps(t, "2001:db8::/32 48 1")[0]}},
		"end":           {"00 07 0007 0000000c 00000009", pdu{kind: endOfData, session: 7, serial: 9}},
		"end with time": {"01 07 0007 00000018 00000009 00000e10 00000258 00001c20", pdu{version: 1, kind: endOfData, session: 7, serial: 9, timers: timers{time.Hour, 10 * time.Minute, 2 * time.Hour}}},
		"error":         {"01 0a 0002 00000014 00000000 00000004 6e6f6e65", pdu{version: 1, kind: errorReport, session: 2, text: "none"}},
	} {
		got, err := readPDU(bytes.NewReader(raw(t, c.raw)))
		if d := cmp.Diff(c.want, got, cmp.AllowUnexported(pdu{}, VRP{}, timers{})); d != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, d)
		}
	}
}

func raw(t testing.TB, text string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReadPDURefuses(t *testing.T) {
	for text, code := range map[string]uint16{
		"02 03 0000 00000008":                               codeUnexpectedV,
		"01 05 0000 00000008":                               codeType,
		"00 09 0000 00000020":                               codeType, // keys are of version 1
		"01 03 0000 00000009":                               codeCorrupt,
		"01 03 0000 00000000":                               codeCorrupt,
		"01 0a 0000 ffffffff":                               codeCorrupt,
		"01 04 0000 00000014 01 21 21 00 0a000000 00000001": codeCorrupt, // a /33
		"01 04 0000 00000014 01 08 07 00 0a000000 00000001": codeCorrupt,
		"01 04 0000 00000014 01 08 08 00 0a000001 00000001": codeCorrupt,
		"01 0a 0000 00000010 ffffffff 00000000":             codeCorrupt,
	} {
		_, err := readPDU(bytes.NewReader(raw(t, text)))
		if f := (*fault)(nil); !errors.As(err, &f) || f.code != code {
			t.Errorf("%s: %v, want code %d", text, err, code)
		}
	}
}

// What is read is written alike, but for what it holds beside what is of interest.
func FuzzReadPDU(f *testing.F) {
	for _, text := range []string{
		"01 04 0000 00000014 01 08 18 00 0a000000 0000fde9", "01 07 0007 00000018 00000009 00000e10 00000258 00001c20", "00 0a 0002 00000010 00000000 00000000", "01 09",
	} {
		f.Add(raw(f, text))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := readPDU(bytes.NewReader(b))
		if err != nil || p.kind == routerKey || p.kind == endOfData && p.version > 0 {
			return
		}
		again, err := readPDU(bytes.NewReader(p.append(nil)))
		if err != nil || again != p {
			t.Errorf("%+v is read as %+v, %v", p, again, err)
		}
	})
}
