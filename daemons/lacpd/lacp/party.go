package lacp

import (
	"cmp"
	"fmt"
	"strings"
)

// MAC is an IEEE 802 address.
type MAC [6]byte

// String writes the address as SONiC does: lower case, with colons.
func (m MAC) String() string {
	return fmt.Sprintf("%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5])
}

// SystemID identifies a system; the smaller one has precedence (IEEE 802.1AX-2014 section 6.3.2).
type SystemID struct {
	Priority uint16
	MAC      MAC
}

// PortID identifies a port within its system; the smaller one has precedence. Number is never 0 (section 6.3.4).
type PortID struct {
	Priority uint16
	Number   uint16
}

func (p PortID) compare(q PortID) int {
	return cmp.Or(cmp.Compare(p.Priority, q.Priority), cmp.Compare(p.Number, q.Number))
}

// State is the octet of flags that both ends tell of themselves (section 6.4.2.3, Actor_State).
type State uint8

// The flags of State.
const (
	Activity        State = 1 << iota // active LACP: speaks first
	ShortTimeout                      // wants a LACPDU each second
	Aggregation                       // the link may be one of several
	Synchronization                   // the link is in the right aggregator
	Collecting
	Distributing
	Defaulted // the partner's parameters are not from a LACPDU
	Expired
)

// Has says whether all these flags are set.
func (s State) Has(f State) bool { return s&f == f }

func (s *State) put(f State, on bool) {
	if on {
		*s |= f
	} else {
		*s &^= f
	}
}

// String names the flags that are set: "activity,aggregation".
func (s State) String() string {
	var names []string
	for i, name := range []string{
		"activity", "short_timeout", "aggregation", "synchronization", "collecting", "distributing", "defaulted", "expired",
	} {
		if s.Has(1 << i) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// Party is what one end of a link tells of itself, or believes of the other.
type Party struct {
	System SystemID
	Key    uint16
	Port   PortID
	State  State
}

// identified compares all that says which link this is: system, key, port and whether it may be aggregated (the comparison that
// update_Selected and recordPDU of section 6.4.9 make).
func (p Party) identified(q Party) bool {
	return p.System == q.System && p.Key == q.Key && p.Port == q.Port && p.State&Aggregation == q.State&Aggregation
}
