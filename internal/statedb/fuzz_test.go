package statedb

import (
	"encoding/binary"
	"encoding/json"
	"log/slog"
	"slices"
	"testing"
	"unicode/utf8"
)

// Whatever parses as a list must be what encoding/json reads, and survive writing.
func FuzzJSONList(f *testing.F) {
	for _, s := range []string{`["f","v"]`, `[]`, ` [ ]`, `["a\"b"]`, `["a",]`, `["\u00e9"]`, `["a"] x`, "[\"\xff\"]", `["a" , "b"]`, `[,]`, `[null]`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := parseJSONList(s)
		if err != nil {
			return
		}
		var want []string
		if json.Unmarshal([]byte(s), &want) == nil && utf8.ValidString(s) && !slices.Equal(got, want) {
			t.Fatalf("%q: got %q, want %q", s, got, want)
		}
		again, err := parseJSONList(string(appendJSONList(nil, got...)))
		if err != nil {
			t.Fatalf("%q written: %v", got, err)
		}
		for i := range got {
			if utf8.ValidString(got[i]) && again[i] != got[i] {
				t.Fatalf("%q came back as %q", got[i], again[i])
			}
		}
	})
}

func FuzzPopReply(f *testing.F) {
	row := packString(packString(packArray(nil, 2), "f"), "v")
	f.Add(append(packString(packArray(nil, 2), "k"), row...))
	f.Add(append(packString(packArray(nil, 2), "k"), 0))
	f.Add(packString(packString(packArray(nil, 2), "k"), "WRONGTYPE"))
	f.Add([]byte{0xdd, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, reply []byte) {
		c := Consumer{names: make(interner), log: slog.New(slog.DiscardHandler)}
		ops, n, err := c.decode(string(reply))
		if err == nil && len(ops) > n {
			t.Fatalf("%d operations of %d keys", len(ops), n)
		}
	})
}

func FuzzNotification(f *testing.F) {
	f.Add(`["op","data","f","v"]`)
	f.Add(`["op"]`)
	f.Fuzz(func(t *testing.T, s string) { _, _ = parseNotification(s) })
}

func FuzzConfig(f *testing.F) {
	data, _ := json.Marshal(DefaultConfig("/s"))
	f.Add(data)
	f.Add([]byte(`{"INSTANCES":{"r":{"hostname":"h"}},"DATABASES":{"APPL_DB":null}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		cfg, err := parseConfig(data)
		if err == nil {
			cfg.database(ApplDB)
		}
	})
}

func FuzzDecodeRow(f *testing.F) {
	type row struct {
		N    int8              `db:"n"`
		B    bool              `db:"b"`
		L    []uint16          `db:"l@"`
		P    *float64          `db:"p"`
		Rest map[string]string `db:"*"`
	}
	f.Add("n", "1", "l", "1,2")
	f.Add("p", "NaN", "b", "True")
	f.Fuzz(func(t *testing.T, n1, v1, n2, v2 string) {
		in := []Field{{n1, v1}, {n2, v2}}
		var a, b row
		if DecodeList(in, &a) != nil {
			return
		}
		out, err := Encode(&a)
		if err != nil {
			t.Fatal(err)
		}
		if err := DecodeList(out, &b); err != nil {
			t.Fatalf("%v written as %v: %v", in, out, err)
		}
	})
}

// packArray and packString write as cmsgpack does.
func packArray(dst []byte, n int) []byte {
	switch {
	case n < 16:
		return append(dst, 0x90|byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(dst, 0xdc), uint16(n))
	}
	return binary.BigEndian.AppendUint32(append(dst, 0xdd), uint32(n))
}

func packString(dst []byte, s string) []byte {
	n := len(s)
	switch {
	case n < 32:
		dst = append(dst, 0xa0|byte(n))
	case n < 1<<16:
		dst = binary.BigEndian.AppendUint16(append(dst, 0xda), uint16(n))
	default:
		dst = binary.BigEndian.AppendUint32(append(dst, 0xdb), uint32(n))
	}
	return append(dst, s...)
}
