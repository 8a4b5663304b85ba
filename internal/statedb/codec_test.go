package statedb_test

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/internal/statedb"
)

type vlanID uint16

func (v *vlanID) UnmarshalText(b []byte) error {
	var n int
	if _, err := fmt.Sscanf(string(b), "%d", &n); err != nil || n < 1 || n > 4094 {
		return errors.New("no VLAN id")
	}
	*v = vlanID(n)
	return nil
}

func (v vlanID) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%d", int(v)), nil }

type sampleRow struct {
	VLAN    vlanID            `db:"vlanid,mandatory"`
	MTU     int               `db:"mtu"`
	Index   uint8             `db:"index,zero"`
	Speed   *int              `db:"speed"`
	Auto    bool              `db:"autoneg"`
	Name    string            `db:"name"`
	Servers []netip.Addr      `db:"dhcp_servers@"`
	Lanes   []int             `db:"lanes"`
	Ratio   float64           `db:"ratio"`
	Note    string            // not stored
	Unknown map[string]string `db:"*"`
}

func TestCodecRoundTrip(t *testing.T) {
	zero := 0
	for name, c := range map[string]struct {
		row  sampleRow
		want statedb.Fields
	}{
		"zero": {sampleRow{VLAN: 1}, statedb.Fields{"vlanid": "1", "index": "0"}},
		"full": {
			sampleRow{
				VLAN: 100, MTU: 9100, Index: 7, Speed: &zero, Auto: true, Name: "a|b", Lanes: []int{1, 2}, Ratio: 0.5,
				Servers: []netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("fc00::1")},
				Unknown: map[string]string{"new": "x"},
			},
			statedb.Fields{
				"vlanid": "100", "mtu": "9100", "index": "7", "speed": "0", "autoneg": "true", "name": "a|b", "lanes": "1,2", "ratio": "0.5",
				"dhcp_servers@": "10.0.0.1,fc00::1", "new": "x",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			fields, err := statedb.Encode(&c.row)
			if d := cmp.Diff(c.want, statedb.FieldMap(fields)); err != nil || d != "" {
				t.Fatal(err, d)
			}
			var got, list sampleRow
			must(t, statedb.Decode(c.want, &got))
			must(t, statedb.DecodeList(fields, &list))
			addrs := cmp.Comparer(func(a, b netip.Addr) bool { return a == b })
			if d := cmp.Diff(c.row, got, addrs); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(got, list, addrs); d != "" {
				t.Error("list", d)
			}
		})
	}
}

func TestDecodeErrors(t *testing.T) {
	for _, c := range []struct {
		fields statedb.Fields
		want   string
	}{
		{statedb.Fields{}, "field vlanid: missing"},
		{statedb.Fields{"NULL": "NULL"}, "field vlanid: missing"},
		{statedb.Fields{"vlanid": "5000"}, `field vlanid: value "5000": no VLAN id`},
		{statedb.Fields{"vlanid": "1", "mtu": "big"}, `field mtu: value "big": not a number`},
		{statedb.Fields{"vlanid": "1", "index": "256"}, `field index: value "256": out of range for uint8`},
		{statedb.Fields{"vlanid": "1", "autoneg": "on"}, `field autoneg: value "on": neither true nor false`},
		{statedb.Fields{"vlanid": "1", "lanes": "1,x"}, `field lanes: value "1,x": element 2 "x": not a number`},
		{statedb.Fields{"vlanid": "1", "speed": ""}, `field speed: value "": not a number`},
	} {
		var row sampleRow
		if err := statedb.Decode(c.fields, &row); err == nil || err.Error() != c.want {
			t.Errorf("%v: got %v, want %s", c.fields, err, c.want)
		}
	}
	var fe *statedb.FieldError
	if err := statedb.Decode(statedb.Fields{"mtu": "x"}, new(sampleRow)); !errors.As(err, &fe) || fe.Field != "mtu" || fe.Value != "x" {
		t.Errorf("got %v", err)
	}
}

func TestDecodeListSpellings(t *testing.T) {
	for _, name := range []string{"dhcp_servers@", "dhcp_servers"} {
		var row sampleRow
		must(t, statedb.Decode(statedb.Fields{"vlanid": "1", name: "10.0.0.1"}, &row))
		if len(row.Servers) != 1 {
			t.Errorf("%s: %v", name, row.Servers)
		}
	}
}

func TestCodecProgrammingErrors(t *testing.T) {
	if err := statedb.Decode(nil, sampleRow{}); err == nil {
		t.Error("decode into a value")
	}
	if _, err := statedb.Encode(7); err == nil {
		t.Error("encode a number")
	}
	type wrong struct {
		A int `db:"a,sometimes"`
	}
	if _, err := statedb.Encode(wrong{}); err == nil {
		t.Error("unknown tag option")
	}
}
