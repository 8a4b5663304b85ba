package yang

import (
	"strings"
	"testing"
)

// conditionRow is a row of a list with a few fields.
func conditionRow(row map[string]string) place {
	l := &list{table: "T", name: "T_LIST", keys: []string{"name"}, fields: map[string]*field{
		"name": {name: "name"}, "mode": {name: "mode", value: "slow", hasValue: true},
		"low": {name: "low"}, "high-mark": {name: "high-mark"}, "ports": {name: "ports", multiple: true},
	}}
	return place{l, []string{"n1"}, row}
}

func TestExpressionHolds(t *testing.T) {
	at := conditionRow(map[string]string{"low": "5", "high-mark": "18446744073709551615", "ports@": "a,b"})
	tests := []struct {
		text string
		want bool
	}{
		{"name = 'n1'", true},
		{"mode = 'slow'", true}, // the default
		{"mode", true},
		{"speed", false},
		{"speed = 'x' or low = 5", true},
		{"speed != 'x'", false}, // what is not there is not different either
		{"not(speed = 'x')", true},
		{"low < high-mark", true},
		{"low * 3 + 1 = 16", true},
		{"low - 1 >= 4", true},
		{"low mod 2 = 1", true},
		{"low mod 0 = 0", false},
		{"mode + 1 > 0", false}, // no number
		{"mode > 0", false},
		{"high-mark > 18446744073709551614", true},
		{"ports = 'b'", true},
		{"ports = 'c'", false},
		{"count(ports) = 2", true},
		{"count(speed) = 0", true},
		{"contains(mode, 'lo')", true},
		{"starts-with(mode, 'lo')", false},
		{"low = '05'", true}, // as numbers
		{"(low = 4 or low = 5) and not(name = 'n2')", true},
		{"low = 5 or low = 4 and name = 'n2'", true}, // and binds more
	}
	for _, tt := range tests {
		e, err := parseExpression(tt.text)
		if err != nil {
			t.Error(err)
		} else if got := e.holds(at); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.text, got, tt.want)
		}
	}
}

func TestExpressionIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                "ends too early",
		"low =":           "ends too early",
		"(low":            "not closed",
		"low low":         "left over",
		"../low":          "not known",
		"frob(low)":       "no function frob",
		"count(low, low)": "no function count of 2",
		"= 5":             "no operand",
		"not(":            "ends too early",
	} {
		if _, err := parseExpression(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func TestConditionTellsTheCircumstances(t *testing.T) {
	tests := []struct {
		line string
		row  map[string]string
		want string
	}{
		{`must low "is not below high-mark" low < high-mark`, map[string]string{"low": "5", "high-mark": "4"}, "5 is not below high-mark (high-mark is 4)"},
		{`must low "is not below high-mark" low < high-mark`, map[string]string{"high-mark": "4"}, ""}, // not there
		{`must mode "needs low" low`, map[string]string{}, `"slow" needs low (low is not set)`},
		{`when low "is only allowed when mode is fast" mode = 'fast'`, map[string]string{"low": "1"}, "is only allowed when mode is fast (mode is slow)"},
		{`when mode "is only allowed when low is set" low`, map[string]string{}, ""}, // a default needs no permission
		{`when mode "is only allowed when low is set" low`, map[string]string{"mode": "x"}, "is only allowed when low is set"},
		{`must ports "cannot be set together with low" not(low)`, map[string]string{"ports@": "a,b", "low": "1"}, "cannot be set together with low (low is 1)"},
		{`must - "a row needs low" low`, map[string]string{}, "a row needs low (low is not set)"},
	}
	for _, tt := range tests {
		c, err := parseCondition(tt.line)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.check(conditionRow(tt.row)); got != tt.want {
			t.Errorf("%s on %v: %q, want %q", tt.line, tt.row, got, tt.want)
		}
	}
}

func FuzzExpression(f *testing.F) {
	f.Add("not(low mod 2 = 1) or contains(mode, 'x')")
	f.Add("((((low")
	at := conditionRow(map[string]string{"low": "5", "ports@": "a,b"})
	f.Fuzz(func(_ *testing.T, text string) {
		if len(text) > 1000 {
			return // conditions are ours and short
		}
		if e, err := parseExpression(text); err == nil {
			e.holds(at)
			e.fields(nil)
		}
	})
}
