package yang

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheckEvent(t *testing.T) {
	c := NewChecker()
	for _, tt := range []struct {
		name   string
		fields map[string]string
		want   []string
	}{
		{"if-state", map[string]string{"ifname": "Ethernet0", "status": "down", "timestamp": "2026-11-30T16:00:00.5+01:00"}, nil},
		{"if-state", map[string]string{"ifname": "Ethernet0", "timestamp": "noon"}, []string{`if-state timestamp: "noon" is not a time such as 2026-11-30T16:00:00Z`}},
		{"if-state", map[string]string{"timestamp": "2026-13-30T16:00:00Z"}, []string{`if-state timestamp: "2026-13-30T16:00:00Z" is not a time such as 2026-11-30T16:00:00Z`}},
		{"pfc-storm", map[string]string{"queue_id": "18446744073709551616"}, []string{"pfc-storm queue_id: 18446744073709551616 is out of range, want 0 to 18446744073709551615"}},
		{"bgp-state", map[string]string{"ip": "fc00::1", "stat": "up"}, []string{"bgp-state stat: unknown field; bgp-state knows no field of this name"}},
		{"cpu-usage", map[string]string{"usage": "hot"}, []string{`cpu-usage usage: "hot" is not a number`}},
	} {
		found, known := c.CheckEvent(tt.name, tt.fields)
		var got []string
		for _, p := range found {
			got = append(got, p.String())
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || !known {
			t.Errorf("%s: known %v (-want +got):\n%s", tt.name, known, diff)
		}
	}
	if _, known := c.CheckEvent("PORT", nil); known {
		t.Error("a table is taken for an event")
	}
}

// TestEventsInAConfiguration: SONiC's models allow events where tables stand.
func TestEventsInAConfiguration(t *testing.T) {
	c := NewChecker()
	const warning = "is an event that daemons publish, no configuration; it is judged and not kept"
	for _, tt := range []struct {
		rows map[string]map[string]string
		want []string
	}{
		{map[string]map[string]string{"": {"ifname": "Ethernet0", "status": "down"}}, []string{"if-state: " + warning}},
		{map[string]map[string]string{"": {"status": "away"}}, []string{"if-state: " + warning, `if-state status: "away" is not one of down, up`}},
		{map[string]map[string]string{"Ethernet0": {"status": "up"}}, []string{"if-state: " + warning, "if-state|Ethernet0: is a row; an event has fields only"}},
	} {
		config := Config{"if-state": tt.rows}
		for _, found := range [][]Problem{c.Check(config), c.CheckChange(Config{}, config, []RowKey{{"if-state", ""}, {"if-state", "Ethernet0"}})} {
			var got []string
			for _, p := range found {
				got = append(got, p.String())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%v (-want +got):\n%s", tt.rows, diff)
			}
		}
	}
}

// TestEveryEvent spoils every field of every event.
func TestEveryEvent(t *testing.T) {
	c := NewChecker()
	for name, e := range c.mustSchema().events {
		n := 0
		for _, field := range sortedNames(e.lists[0].fields) {
			for _, bad := range badValues(e.lists[0].fields[field].typ) {
				n++
				found, _ := c.CheckEvent(name, map[string]string{field: bad.value})
				if len(found) != 1 || found[0].Table != name || found[0].Field != field {
					t.Errorf("%s %s, %s %q: %v", name, field, bad.what, bad.value, found)
				}
			}
		}
		if n == 0 {
			t.Errorf("nothing of %s can be wrong", name)
		}
	}
	if n := len(c.mustSchema().events); n != 27 {
		t.Errorf("%d events, want 27", n)
	}
}
