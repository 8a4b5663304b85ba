package bgpconf

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// loop is what keeps a peer's paths out that were in this AS before.
type loop struct {
	asn   uint32 // of this AS, as the peer has it
	allow uint8  // times that it may be in a path
}

// loops rejects paths that have been in this AS before (RFC 4271 section 9.1.2). GoBGP's own check would make a session begin anew when what is
// allowed changes, and as a library keeps the path that such a one replaces. Neighbours out of ranges have that only. The paths of the switch
// itself may have its AS.
func (c *compiler) loops(in *Instance) []Statement {
	peers := make(map[loop][]string)
	for key, p := range in.Peers {
		l := loop{ownAS(in, &p.Session), p.AllowASIn}
		peers[l] = append(peers[l], key)
	}
	same := len(peers) == 1
	for _, r := range in.Ranges {
		same = same && peers[loop{ownAS(in, &r.Session), 0}] != nil
	}
	var out []Statement
	for _, l := range slices.SortedFunc(maps.Keys(peers), func(a, b loop) int {
		return cmp.Or(cmp.Compare(a.asn, b.asn), cmp.Compare(a.allow, b.allow))
	}) {
		s := Statement{Match: Match{ASPath: fmt.Sprintf("loop %d %d", l.asn, l.allow)}, Action: Reject}
		in.Policy.ASPaths[s.ASPath] = l.expressions(in.Confed.ID != 0)
		if same { // the test for the peer would take longer than that of the path
			for _, s.Source = range []Source{SourceExternal, SourceInternal} {
				out = append(out, s)
			}
			continue
		}
		s.Peers = slices.Sorted(slices.Values(peers[l]))
		out = append(out, s)
	}
	return out
}

// ownAS is what this end of a session is in.
func ownAS(in *Instance, s *Session) uint32 {
	switch {
	case s.LocalASN != 0:
		return s.LocalASN
	case in.Confed.ID == 0 || s.ASN == in.ASN || slices.Contains(in.Confed.Members, s.ASN):
		return in.ASN
	}
	return in.Confed.ID
}

// expressions match paths that have the AS too often. Those for one time are quick: GoBGP knows the first, and where the path has no set the
// others fail at its first letter.
func (l loop) expressions(confederation bool) []string {
	if l.allow > 0 {
		return []string{fmt.Sprintf(`(^|[^0-9])%[1]d([^0-9](.*[^0-9])?%[1]d){%[2]d}([^0-9]|$)`, l.asn, l.allow)}
	}
	list := []string{fmt.Sprintf("_%d_", l.asn), fmt.Sprintf(`\{([0-9,]*,)?%d[,}]`, l.asn)}
	if confederation {
		list = append(list, fmt.Sprintf(`\(([0-9 ]* )?%d[ )]`, l.asn), fmt.Sprintf(`\[([0-9,]*,)?%d[],]`, l.asn))
	}
	return list
}
