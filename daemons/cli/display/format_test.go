package display

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

func TestInLines(t *testing.T) {
	tests := []struct {
		list string
		want []string
	}{
		{"", nil},
		{"10.0.0.1", []string{"10.0.0.1"}},
		{"10.0.0.1, 10.0.0.2", []string{"10.0.0.1,10.0.0.2"}},
		{"a,b,c", []string{"a,b", "c"}},
		{"a,,c,d", []string{"a,", "c,d"}},
	}
	for _, tt := range tests {
		if d := cmp.Diff(tt.want, inLines(tt.list)); d != "" {
			t.Errorf("%q: %s", tt.list, d)
		}
	}
}

func TestComparePrefixes(t *testing.T) {
	want := []string{"9.0.0.1/24", "10.0.0.0/8", "10.0.0.0/16", "10.0.0.2/8", "2001:db8::9/64", "2001:db8::10/64"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, comparePrefixes)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestFormat(t *testing.T) {
	tests := []struct {
		name   string
		format func(string) string
		in     string
		want   string
	}{
		{"packet rate", packetRate, "12.345", "12.35/s"},
		{"bytes", bytesRate, "10000", "10000.00 B/s"},
		{"kilobytes", bytesRate, "10001", "10.00 KB/s"},
		{"megabytes", bytesRate, "125000000", "125.00 MB/s"},
		{"no byte rate", bytesRate, "N/A", "N/A"},
		{"10 Mb/s", speedText, "10", "10M"},
		{"100 Mb/s", speedText, "100", "100M"},
		{"1 Gb/s", speedText, "1000", "1G"},
		{"2.5 Gb/s", speedText, "2500", "2.5G"},
		{"400 Gb/s", speedText, "400000", "400G"},
		{"no speed", speedText, "", "N/A"},
		{"packet rate 0", packetRate, "0", "0.00/s"},
		{"no packet rate", packetRate, "", "N/A"},
		{"port by its short name", schema.LongName, "Eth36", "Ethernet36"},
		{"port by its name", schema.LongName, "Ethernet36", "Ethernet36"},
		{"port channel by its short name", schema.LongName, "Po0001", "PortChannel0001"},
		{"port channel by its name", schema.LongName, "PortChannel0001", "PortChannel0001"},
		{"other interface", schema.LongName, "Vlan10", "Vlan10"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.format(tt.in); got != tt.want {
				t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestUtilization(t *testing.T) {
	tests := []struct{ rate, mbps, want string }{
		{"1250000000", "10000", "100.00%"},
		{"625000", "1000", "0.50%"},
		{"0", "1000", "0.00%"},
		{"1", "0", "N/A"},
		{"1", "", "N/A"},
		{"", "1000", "N/A"},
	}
	for _, tt := range tests {
		if got := utilization(tt.rate, tt.mbps); got != tt.want {
			t.Errorf("%q of %q: got %s, want %s", tt.rate, tt.mbps, got, tt.want)
		}
	}
}

func TestDifference(t *testing.T) {
	now := map[string]string{"ucast": "1234567", "other": "10", "bad": "x"}
	tests := []struct {
		name  string
		base  map[string]string
		stats []string
		want  string
	}{
		{"no baseline", nil, []string{"ucast"}, "1,234,567"},
		{"baseline", map[string]string{"ucast": "1234000"}, []string{"ucast"}, "567"},
		{"sum", map[string]string{"ucast": "1234567"}, []string{"ucast", "other"}, "10"},
		{"counter went back", map[string]string{"other": "20"}, []string{"other"}, "0"},
		{"one of two is missing", nil, []string{"none", "other"}, "10"},
		{"missing", nil, []string{"none"}, "N/A"},
		{"not a number", nil, []string{"bad"}, "N/A"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := difference(now, tt.base, tt.stats...); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestLinkLetter(t *testing.T) {
	tests := []struct {
		row  statedb.Fields
		want string
	}{
		{nil, "N/A"},
		{statedb.Fields{"oper_status": "up", "admin_status": "up"}, "U"},
		{statedb.Fields{"oper_status": "down", "admin_status": "up"}, "D"},
		{statedb.Fields{"oper_status": "down", "admin_status": "down"}, "X"},
		{statedb.Fields{}, "X"},
	}
	for _, tt := range tests {
		if got := linkLetter(tt.row); got != tt.want {
			t.Errorf("%v: got %s, want %s", tt.row, got, tt.want)
		}
	}
}
