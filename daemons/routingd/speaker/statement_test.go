package speaker

import (
	"testing"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/yang/schema"
)

// A statement that looks at the validation of a path looks at its prefix first: GoBGP panics over a path that has no validation.
func TestValidationIsOfPrefixes(t *testing.T) {
	s := bgpconf.Statement{Family: schema.BGPIPv6, Match: bgpconf.Match{Validation: bgpconf.Invalid}}
	for prefixes, want := range map[string]string{"": "every ipv6_unicast", "MINE": "MINE"} {
		s.Prefixes = prefixes
		if c := apiStatement(s, "").Conditions; c.PrefixSet.GetName() != want || c.RpkiResult != 3 {
			t.Errorf("prefixes %q: %v", prefixes, c)
		}
	}
}
