package bgpconf

import (
	"regexp"
	"strings"
	"testing"
)

func TestPathsWithTheOwnAS(t *testing.T) {
	for _, c := range []struct {
		path   string
		times  int // that 65001 is in it
		confed bool
	}{
		{"", 0, false}, {"65002 165001 650011", 0, false}, {"65001", 1, false}, {"65002 65001", 1, false}, {"65002 65001 65003", 1, false},
		{"65001 65001", 2, false}, {"65001 65002 65001", 2, false}, {"65002 {65003,65001}", 1, false}, {"65002 {65001}", 1, false},
		{"65002 {650010,165001}", 0, false}, {"(65002 65001) 7", 1, true}, {"(65001) 7", 1, true}, {"[65001,65003]", 1, true}, {"[65003,65001] 7", 1, true},
		{"(165001 650010) 65002", 0, true}, {"65001 {65001}", 2, false},
	} {
		for allow := range uint8(3) {
			if got, want := match(t, loop{65001, allow}.expressions(c.confed), c.path), c.times > int(allow); got != want {
				t.Errorf("path %q with %d allowed: rejected %t, want %t", c.path, allow, got, want)
			}
		}
	}
}

// match tests a path as GoBGP does: "_65001_" is looked for among the AS of sequences, all else in the text.
func match(t *testing.T, expressions []string, path string) bool {
	t.Helper()
	for _, e := range expressions {
		if asn, found := strings.CutPrefix(e, "_"); found {
			for _, word := range strings.Fields(path) {
				if word == strings.TrimSuffix(asn, "_") {
					return true
				}
			}
			continue
		}
		if regexp.MustCompile(e).MatchString(path) {
			return true
		}
	}
	return false
}
