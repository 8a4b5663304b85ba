package yang

import (
	"slices"
	"strings"
	"testing"
)

func TestSuggest(t *testing.T) {
	known := []string{"mtu", "mode", "admin_status", "alias", "speed"}
	for name, want := range map[string]string{
		"mut":                     "; did you mean mtu?",
		"MTU":                     "; did you mean mtu?",
		"admin-status":            "; did you mean admin_status?",
		"adminstatus":             "; did you mean admin_status?",
		"speeds":                  "; did you mean speed?",
		"warp":                    "",
		"x":                       "",
		"":                        "",
		strings.Repeat("m", 1000): "",
	} {
		if got := suggest(name, slices.Values(known)); got != want {
			t.Errorf("%.20s: %q, want %q", name, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "ab", 1}, {"ab", "abc", 1}, {"abc", "xyz", 3}, {"abcd", "badc", 2}} {
		if got := distance(tt.a, tt.b, 9); got != tt.want {
			t.Errorf("%s to %s: %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
