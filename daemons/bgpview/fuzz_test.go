package bgpview

import (
	"bytes"
	"encoding/json"
	"testing"
)

// A query that is read is one that can be answered, and says the same when it is written again.
func FuzzQuery(f *testing.F) {
	for _, text := range []string{
		`{"ask":"summary"}`, `{"ask":"routes","table":"received","neighbor":"10.0.0.1","prefix":"10.0.0.0/8","longer":true}`, `{"ask":"reset","direction":"in"}`,
		`{"ask":"routes","family":"ipv7_unicast"}`, `{}`, `[`, `{"ask":"routes"`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		q, err := readQuery(bytes.NewReader(raw))
		if err != nil {
			return
		}
		text, err := json.Marshal(q)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := readQuery(bytes.NewReader(text)); err != nil || again != q {
			t.Errorf("%s is read as %+v, %v", text, again, err)
		}
	})
}
