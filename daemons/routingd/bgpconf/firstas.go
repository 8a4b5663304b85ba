package bgpconf

import (
	"fmt"
	"maps"
	"slices"
)

// firstAS rejects paths of external peers that do not begin with the AS of the peer (RFC 4271 section 6.3), where that is asked for.
func firstAS(in *Instance) []Statement {
	peers := make(map[uint32][]string)
	note := func(key string, s *Session) {
		external := s.ASN != 0 && s.ASN != in.ASN && !slices.Contains(in.Confed.Members, s.ASN)
		if s.FirstAS && external {
			peers[s.ASN] = append(peers[s.ASN], key)
		}
	}
	for key, p := range in.Peers {
		note(key, &p.Session)
	}
	for name, r := range in.Ranges {
		note(RangeKey(name), &r.Session)
	}
	var out []Statement
	for _, asn := range slices.Sorted(maps.Keys(peers)) {
		name := fmt.Sprintf("first %d", asn)
		in.Policy.ASPaths[name] = []string{fmt.Sprintf("^%d_", asn)}
		out = append(out, Statement{Peers: slices.Sorted(slices.Values(peers[asn])), Match: Match{NotASPath: name}, Action: Reject})
	}
	return out
}
