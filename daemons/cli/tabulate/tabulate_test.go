package tabulate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
)

// The wanted tables are what tabulate 0.9 prints.
func TestRender(t *testing.T) {
	tests := []struct {
		name    string
		headers []string
		rows    [][]string
		options tabulate.Options
		want    string
	}{
		{"no rows", []string{"No.", "Vlan"}, nil, tabulate.Options{}, `
No.    Vlan
-----  ------`},
		{"numbers at the right", []string{"Name", "VID"}, [][]string{{"Vlan2", "2"}, {"Vlan1000", "1000"}}, tabulate.Options{}, `
Name        VID
--------  -----
Vlan2         2
Vlan1000   1000`},
		{"a cell without a value", []string{"A", "B"}, [][]string{{"1", tabulate.None}, {tabulate.None, "x"}}, tabulate.Options{}, `
  A  B
---  ---
  1
     x`},
		{"blank makes text", []string{"A", "B"}, [][]string{{"1", "x"}, {"", "y"}}, tabulate.Options{}, `
A    B
---  ---
1    x
     y`},
		{"decimal points", []string{"F"}, [][]string{{"1.5"}, {"10.25"}, {"3"}}, tabulate.Options{}, `
    F
-----
 1.5
10.25
 3`},
		{"right", []string{"Interface", "X"}, [][]string{{"Ethernet0", "a"}, {"Ethernet100", "bbbbbb"}}, tabulate.Options{Text: tabulate.Right}, `
  Interface       X
-----------  ------
  Ethernet0       a
Ethernet100  bbbbbb`},
		{"empty grid", []string{"a", "b"}, nil, tabulate.Options{Format: tabulate.Grid}, `+-----+-----+
| a   | b   |
+=====+=====+
+-----+-----+`},
		{"outline", []string{"a"}, [][]string{{"x"}, {"y"}}, tabulate.Options{Format: tabulate.Outline}, `+-----+
| a   |
+=====+
| x   |
| y   |
+-----+`},
		{"pretty", []string{"a", "bbb"}, [][]string{{"10", "y"}, {"x", "2"}}, tabulate.Options{Format: tabulate.Pretty}, `+----+-----+
| a  | bbb |
+----+-----+
| 10 | y   |
| x  | 2   |
+----+-----+`},
		{"headers of several lines", []string{"a\nbb", "Thresh\nHigh\nAlarm"}, [][]string{{"x", "1"}, {"y", "2.5"}}, tabulate.Options{AllText: true}, `a     Thresh
bb    High
      Alarm
----  --------
x     1
y     2.5`},
		{"grid", []string{"ID", "Ports"}, [][]string{{"1", "a\nbb"}, {"20", ""}}, tabulate.Options{Format: tabulate.Grid}, `
+------+---------+
|   ID | Ports   |
+======+=========+
|    1 | a       |
|      | bb      |
+------+---------+
|   20 |         |
+------+---------+`},
		{"all text", []string{"N"}, [][]string{{"1"}}, tabulate.Options{AllText: true}, `
N
---
1`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tabulate.Render(tt.headers, tt.rows, tt.options)
			if d := cmp.Diff(strings.TrimPrefix(tt.want, "\n"), got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}
