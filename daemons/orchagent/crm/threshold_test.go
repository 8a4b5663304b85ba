package crm

import (
	"testing"
	"time"

	"github.com/heddle-nos/heddle/internal/statedb"
)

func TestParse(t *testing.T) {
	s, bad := parse(statedb.Fields{
		"polling_interval": "10", "ipv4_route_threshold_type": "USED", "ipv4_route_low_threshold": "5", "ipv4_route_high_threshold": "9",
		"ipv6_route_threshold_type": "most", "fdb_entry_high_threshold": "-1",
	})
	if len(bad) != 2 || s.interval != 10*time.Second {
		t.Errorf("got %+v, %v", s, bad)
	}
	if got, want := s.thresholds["ipv4_route"], (threshold{byUsed, 5, 9}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, name := range []string{"ipv6_route", "fdb_entry", "nexthop_group"} {
		if got, want := s.thresholds[name], (threshold{byPercentage, defaultLow, defaultHigh}); got != want {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

func TestExceeded(t *testing.T) {
	for _, c := range []struct {
		name   string
		t      threshold
		l      level
		before bool
		want   bool
	}{
		{"percentage at the bound", threshold{byPercentage, 70, 85}, level{85, 15}, false, true},
		{"percentage between", threshold{byPercentage, 70, 85}, level{80, 20}, false, false},
		{"percentage between, before beyond", threshold{byPercentage, 70, 85}, level{80, 20}, true, true},
		{"percentage back", threshold{byPercentage, 70, 85}, level{70, 30}, true, false},
		{"a table without room", threshold{byPercentage, 70, 85}, level{0, 0}, false, false},
		{"used", threshold{byUsed, 10, 20}, level{20, 1000}, false, true},
		{"used back", threshold{byUsed, 10, 20}, level{10, 1000}, true, false},
		{"plenty is free", threshold{byFree, 10, 20}, level{0, 1000}, false, false},
		{"little is free", threshold{byFree, 10, 20}, level{990, 10}, false, true},
		{"a little more is free", threshold{byFree, 10, 20}, level{985, 15}, true, true},
		{"enough is free", threshold{byFree, 10, 20}, level{980, 20}, true, false},
	} {
		if got := c.t.exceeded(c.l, c.before); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}
