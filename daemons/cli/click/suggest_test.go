package click

import "testing"

func TestNearest(t *testing.T) {
	words := []string{"interface", "vlan", "portchannel", "route", "vrf"}
	for said, want := range map[string]string{
		"interfcae":   "interface",
		"INTERFACE":   "interface",
		"portchanel":  "portchannel",
		"vlans":       "vlan",
		"vfr":         "vrf",
		"rotue":       "route",
		"spanning":    "",
		"x":           "",
		"":            "",
		"interfering": "",
	} {
		if got := nearest(said, words); got != want {
			t.Errorf("%q: %q, want %q", said, got, want)
		}
	}
}
