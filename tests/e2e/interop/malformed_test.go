package interop_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"
)

// What becomes of a route after an UPDATE for it that is malformed (RFC 7606 section 2).
const (
	withdrawn = "treated as withdrawn"
	kept      = "kept, without the attribute"
	reset     = "session reset"
)

const victim = "198.51.100.0/24"

// malformed are UPDATEs that break a rule, each after a good one for the same route. The sections are those of RFC 7606 if no other is named.
var malformed = []struct {
	name string
	body []byte
	want string
}{
	{"withdrawn routes longer than the message, 3b", []byte{0, 99, 24}, reset},
	{"attributes longer than the message, 3b", []byte{0, 0, 0, 99, transitive, attrOrigin, 1, 0}, reset},
	{"no length of attributes, 3b", []byte{0, 0}, reset},

	{"ORIGIN with the flags of an optional one, 3c", spoilt(attr{optional | transitive, attrOrigin, []byte{0}}), withdrawn},
	{"MULTI_EXIT_DISC that is transitive, 3c", spoilt(attr{optional | transitive, attrMED, []byte{0, 0, 0, 1}}), withdrawn},
	{"COMMUNITIES that are well-known, 3c", spoilt(attr{transitive, attrCommunities, []byte{0, 1, 0, 1}}), withdrawn},
	{"MP_UNREACH_NLRI that is transitive, 3c", spoilt(attr{optional | transitive, attrMPUnreach, []byte{0, 2, 1, 16, 0x20, 1}}), withdrawn},
	{"ORIGIN with the Partial bit, of which 3c says nothing", spoilt(attr{transitive | partial, attrOrigin, []byte{0}}), kept},

	{"no ORIGIN, 3d", update(without(good(), attrOrigin), nlri(victim)...), withdrawn},
	{"no AS_PATH, 3d", update(without(good(), attrASPath), nlri(victim)...), withdrawn},
	{"no NEXT_HOP, 3d", update(without(good(), attrNextHop), nlri(victim)...), withdrawn},

	{"ORIGIN twice, 3g", update(append(good(), attr{transitive, attrOrigin, []byte{2}}), nlri(victim)...), kept},
	{"ORIGIN twice, the second malformed, 3g", update(append(good(), attr{transitive, attrOrigin, []byte{9, 9}}), nlri(victim)...), kept},
	{"MP_REACH_NLRI twice, 3g", update(append(without(good(), attrNextHop), sixReach, sixReach)), reset},
	{"MP_UNREACH_NLRI twice, 3g", update([]attr{sixUnreach, sixUnreach}), reset},

	{"two errors, the worse one counts, 3h", spoilt(attr{transitive, attrAtomic, []byte{1}}, attr{transitive, attrOrigin, []byte{9}}), withdrawn},
	{"withdrawn prefix of 33 bits, 3i", []byte{0, 6, 33, 198, 51, 100, 0, 0, 0, 0}, reset},
	{"withdrawn prefix that is cut off, 3i", []byte{0, 3, 24, 198, 51, 0, 0}, reset},

	{"an attribute longer than all together, 4", tooLong(attrMED), withdrawn},
	{"MP_REACH_NLRI longer than all attributes together, 4", tooLong(attrMPReach), reset},
	{"an attribute of two bytes, 4", cutOff(optional, attrMED), withdrawn},
	{"an attribute of extended length that is cut off, 4", cutOff(optional|extended, attrMED, 0), withdrawn},
	{"MULTI_EXIT_DISC without a value, 4", spoilt(attr{optional, attrMED, nil}), withdrawn},
	{"AGGREGATOR without a value, 4", spoilt(attr{optional | transitive, attrAggregator, nil}), kept},

	{"an error, and no route that is reached, 5.2", update(with(good(), attr{transitive, attrOrigin, []byte{9}})), reset},
	{"an attribute to discard, and no route that is reached, 5.2", update(with(good(), attr{transitive, attrAtomic, []byte{1}})), kept},
	{"prefix of 33 bits, 5.3", update(good(), 33, 198, 51, 100, 0, 0), reset},
	{"prefix that is cut off, 5.3", update(good(), 24, 198, 51), reset},
	{"prefix of 129 bits in MP_REACH_NLRI, 5.3", update(append(good(), reach(2, globalHop, append([]byte{129}, make([]byte, 17)...)...))), reset},
	{"prefix that is cut off in MP_REACH_NLRI, 5.3", update(append(good(), reach(2, globalHop, 48, 0x20))), reset},
	{"prefix of 129 bits in MP_UNREACH_NLRI, 5.3", update([]attr{{optional, attrMPUnreach, append([]byte{0, 2, 1, 129}, make([]byte, 17)...)}}), reset},

	{"ORIGIN that does not exist, 7.1", spoilt(attr{transitive, attrOrigin, []byte{9}}), withdrawn},
	{"ORIGIN of two bytes, 7.1", spoilt(attr{transitive, attrOrigin, []byte{0, 0}}), withdrawn},
	{"AS_PATH whose segment is too long, 7.2", spoilt(attr{transitive, attrASPath, []byte{2, 9, 0, 0, 0, 1}}), withdrawn},
	{"AS_PATH with a byte after its segments, 7.2", spoilt(attr{transitive, attrASPath, []byte{2, 1, 0, 0, 0, 1, 2}}), withdrawn},
	{"AS_PATH with a segment of no type, 7.2", spoilt(attr{transitive, attrASPath, []byte{77, 1, 0, 0, 0, 1}}), withdrawn},
	{"AS_PATH with an empty segment, 7.2", spoilt(attr{transitive, attrASPath, []byte{2, 0}}), withdrawn},
	{"AS_PATH with AS of two bytes where they have four, 7.2", spoilt(attr{transitive, attrASPath, []byte{2, 1, strangerAS >> 8, strangerAS & 0xff}}), withdrawn},
	{"AS_PATH of a confederation from without, RFC 5065 section 5", spoilt(attr{transitive, attrASPath, []byte{3, 1, 0, 0, 0, 1}}), withdrawn},
	{"AS_PATH with AS 0, RFC 7607", spoilt(attr{transitive, attrASPath, []byte{2, 2, 0, 0, 0, 1, 0, 0, 0, 0}}), withdrawn},
	{"NEXT_HOP of five bytes, 7.3", spoilt(attr{transitive, attrNextHop, []byte{10, 0, 0, 2, 1}}), withdrawn},
	{"NEXT_HOP of IPv6, 7.3", spoilt(attr{transitive, attrNextHop, globalHop}), withdrawn},
	{"NEXT_HOP 0.0.0.0, RFC 4271 section 6.3", spoilt(attr{transitive, attrNextHop, []byte{0, 0, 0, 0}}), withdrawn},
	{"NEXT_HOP that is multicast, RFC 4271 section 6.3", spoilt(attr{transitive, attrNextHop, []byte{224, 0, 0, 5}}), withdrawn},
	{"NEXT_HOP that is the switch, RFC 4271 section 6.3", spoilt(attr{transitive, attrNextHop, []byte{10, 0, 0, 1}}), withdrawn},
	{"MULTI_EXIT_DISC of three bytes, 7.4", spoilt(attr{optional, attrMED, []byte{0, 0, 1}}), withdrawn},
	{"LOCAL_PREF of an external neighbour, 7.5", spoilt(attr{transitive, attrLocalPref, []byte{0, 0, 1}}), kept},
	{"ATOMIC_AGGREGATE of one byte, 7.6", spoilt(attr{transitive, attrAtomic, []byte{1}}), kept},
	{"AGGREGATOR of seven bytes, 7.7", spoilt(attr{optional | transitive, attrAggregator, make([]byte, 7)}), kept},
	{"AGGREGATOR with an AS of two bytes where they have four, 7.7", spoilt(attr{optional | transitive, attrAggregator, []byte{1, 1, 1, 1, 1, 1}}), kept},
	{"AGGREGATOR with AS 0, RFC 7607", spoilt(attr{optional | transitive, attrAggregator, make([]byte, 8)}), kept},
	{"COMMUNITIES of three bytes, 7.8", spoilt(attr{optional | transitive, attrCommunities, []byte{1, 2, 3}}), withdrawn},
	{"COMMUNITIES without any, 7.8", spoilt(attr{optional | transitive, attrCommunities, nil}), withdrawn},
	{"ORIGINATOR_ID of an external neighbour, 7.9", spoilt(attr{optional, attrOriginator, []byte{1, 2, 3}}), kept},
	{"CLUSTER_LIST of an external neighbour, 7.10", spoilt(attr{optional, attrClusterList, []byte{1, 2, 3}}), kept},
	{"MP_REACH_NLRI of three bytes, 7.11", update(append(without(good(), attrNextHop), attr{optional, attrMPReach, []byte{0, 2, 1}})), reset},
	{"MP_REACH_NLRI with a next hop of no length, 7.11", update(append(good(), reach(2, make([]byte, 7), nlri("2001:db8:3::/48")...))), reset},
	{"MP_REACH_NLRI without a next hop, 7.11", update(append(good(), reach(2, nil, nlri("2001:db8:3::/48")...))), reset},
	{"MP_REACH_NLRI of IPv6 with a next hop of IPv4, 7.11", update(append(good(), reach(2, []byte{10, 0, 0, 2}, nlri("2001:db8:3::/48")...))), reset},
	{"MP_REACH_NLRI with a next hop that is multicast", spoilt(reach(2, append([]byte{0xff, 2}, make([]byte, 14)...), nlri("2001:db8:3::/48")...)), withdrawn},
	{"MP_REACH_NLRI of a family that is not spoken", spoilt(reach(25, globalHop, 1, 2, 3)), kept},
	{"MP_UNREACH_NLRI of two bytes, 7.12", update([]attr{{optional, attrMPUnreach, []byte{0, 2}}}), reset},
	{"MP_UNREACH_NLRI of a family that is not spoken", update([]attr{{optional, attrMPUnreach, []byte{0, 25, 70, 1, 2, 3}}}), kept},
	{"EXTENDED COMMUNITIES of seven bytes, 7.14", spoilt(attr{optional | transitive, attrExtCommunity, make([]byte, 7)}), withdrawn},
	{"EXTENDED COMMUNITIES without any, 7.14", spoilt(attr{optional | transitive, attrExtCommunity, nil}), withdrawn},
	{"IPv6 EXTENDED COMMUNITIES of 19 bytes, 7.15", spoilt(attr{optional | transitive, 25, make([]byte, 19)}), withdrawn},
	{"LARGE_COMMUNITY of eleven bytes, RFC 8092 section 6", spoilt(attr{optional | transitive, attrLargeCommunit, make([]byte, 11)}), withdrawn},
	{"AS4_PATH of a neighbour that needs none, RFC 6793 section 4.1", spoilt(attr{optional | transitive, attrAS4Path, []byte{2, 0}}), kept},
	{"AS4_AGGREGATOR without AGGREGATOR, RFC 6793 section 6", spoilt(attr{optional | transitive, attrAS4Aggregator, make([]byte, 8)}), kept},
	{"an optional transitive attribute that nobody knows", spoilt(attr{optional | transitive, 222, []byte{1, 2}}), kept},
	{"an optional attribute that nobody knows", spoilt(attr{optional, 222, []byte{1, 2}}), kept},
	{"a well-known attribute that nobody knows, RFC 4271 section 6.3", spoilt(attr{transitive, 222, []byte{1, 2}}), reset},
}

// spoilt announces the victim with attributes in place of good ones.
func spoilt(attrs ...attr) []byte { return update(with(good(), attrs...), nlri(victim)...) }

// globalHop is the address of the other end.
var globalHop = []byte{0xfc, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2}

// reach is MP_REACH_NLRI of unicast, or of EVPN for AFI 25.
func reach(afi byte, hop []byte, prefixes ...byte) attr {
	safi := byte(1)
	if afi == 25 {
		safi = 70
	}
	value := append([]byte{0, afi, safi, byte(len(hop))}, hop...)
	return attr{optional, attrMPReach, append(append(value, 0), prefixes...)}
}

// sixReach announces 2001:db8:3::/48, sixUnreach withdraws it.
var (
	sixReach   = reach(2, globalHop, nlri("2001:db8:3::/48")...)
	sixUnreach = attr{optional, attrMPUnreach, append([]byte{0, 2, 1}, nlri("2001:db8:3::/48")...)}
)

// tooLong has a last attribute whose length is beyond the end of all attributes.
func tooLong(kind byte) []byte {
	body := update(with(good(), attr{optional, kind, []byte{0, 0, 0, 1}}), nlri(victim)...)
	at := bytes.Index(body, []byte{optional, kind, 4})
	body[at+2] = 40
	return body
}

// cutOff has a last attribute of which there is only the beginning.
func cutOff(begin ...byte) []byte {
	body := update(good())
	body[3] += byte(len(begin))
	return append(append(body, begin...), nlri(victim)...)
}

// TestMalformedUpdates sends each after a good route. What is wrong with one route is of no consequence for the session, if it can be told
// which route it is. UPDATEs that end the session come from neighbours of their own.
func TestMalformedUpdates(t *testing.T) {
	d := newSwitch(t, device65001)
	far := d.cable(0)
	others := 2
	neighbor := func() string {
		others++
		addr := fmt.Sprintf("10.0.0.%d", others)
		d.passive(far, addr, strangerAS)
		return addr
	}
	main := neighbor()
	d.start("routingd")
	s := d.meet(far, main, "10.0.0.1")
	for i, c := range malformed {
		addr, peer := main, s
		if c.want == reset {
			addr = neighbor()
			peer = d.meet(far, addr, "10.0.0.1")
		}
		peer.send(msgUpdate, update(good(), nlri(victim)...))
		eventually(t, c.name+": the good route", true, func() bool { return d.paths(addr, "accepted")[victim] != nil })
		peer.send(msgUpdate, c.body)
		marker := fmt.Sprintf("192.0.%d.0/24", i)
		_, _ = peer.conn.Write(message(msgUpdate, update(good(), nlri(marker)...))) // the session may have ended
		if got := d.outcome(addr, marker); got != c.want {
			t.Errorf("%s: %s, want it %s", c.name, got, c.want)
		}
		if addr != main {
			_ = peer.conn.Close()
		}
	}
}

// outcome waits for the route after a malformed one, or the end of the session, and says what became of the malformed one.
func (d *device) outcome(neighbor, marker string) string {
	d.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		routes := d.paths(neighbor, "accepted")
		if routes[marker] != nil {
			if routes[victim] != nil {
				return kept
			}
			return withdrawn
		}
		if d.neighbor(neighbor).State != "Established" {
			return reset
		}
	}
	return "nothing happened"
}
