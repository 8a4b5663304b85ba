package interop_test

import (
	"bytes"
	"cmp"
	"fmt"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
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

	gobgp string // what becomes of it all the same: docs/bgp.md tells
}{
	{name: "ORIGIN that does not exist, 7.1", body: update(with(good(), attr{transitive, attrOrigin, []byte{9}}), nlri(victim)...), want: withdrawn},
	{name: "ORIGIN of two bytes, 7.1", body: update(with(good(), attr{transitive, attrOrigin, []byte{0, 0}}), nlri(victim)...), want: withdrawn},
	{name: "ORIGIN with the flags of an optional one, 3c", body: update(with(good(), attr{optional | transitive, attrOrigin, []byte{0}}), nlri(victim)...), want: withdrawn},
	{name: "AS_PATH whose segment is too long, 7.2", body: update(with(good(), attr{transitive, attrASPath, []byte{2, 9, 0, 0, 0, 1}}), nlri(victim)...), want: withdrawn},
	{name: "AS_PATH with a segment of no type, 7.2", body: update(with(good(), attr{transitive, attrASPath, []byte{77, 1, 0, 0, 0, 1}}), nlri(victim)...), want: withdrawn},
	{name: "AS_PATH with an empty segment, 7.2", body: update(with(good(), attr{transitive, attrASPath, []byte{2, 0}}), nlri(victim)...), want: withdrawn},
	{name: "NEXT_HOP of five bytes, 7.3", body: update(with(good(), attr{transitive, attrNextHop, []byte{10, 0, 0, 2, 1}}), nlri(victim)...), want: withdrawn},
	{name: "MULTI_EXIT_DISC of three bytes, 7.4", body: update(with(good(), attr{optional, attrMED, []byte{0, 0, 1}}), nlri(victim)...), want: withdrawn},
	{name: "LOCAL_PREF of an external neighbour, 7.5", body: update(with(good(), attr{transitive, attrLocalPref, []byte{0, 0, 1}}), nlri(victim)...), want: kept, gobgp: withdrawn},
	{name: "ATOMIC_AGGREGATE of one byte, 7.6", body: update(with(good(), attr{transitive, attrAtomic, []byte{1}}), nlri(victim)...), want: kept},
	{name: "AGGREGATOR of seven bytes, 7.7", body: update(with(good(), attr{optional | transitive, attrAggregator, make([]byte, 7)}), nlri(victim)...), want: kept},
	{name: "COMMUNITIES of three bytes, 7.8", body: update(with(good(), attr{optional | transitive, attrCommunities, []byte{1, 2, 3}}), nlri(victim)...), want: withdrawn},
	{name: "ORIGINATOR_ID of an external neighbour, 7.9", body: update(with(good(), attr{optional, attrOriginator, []byte{1, 2, 3}}), nlri(victim)...), want: kept, gobgp: withdrawn},
	{name: "CLUSTER_LIST of an external neighbour, 7.10", body: update(with(good(), attr{optional, attrClusterList, []byte{1, 2, 3}}), nlri(victim)...), want: kept, gobgp: withdrawn},
	{name: "EXTENDED COMMUNITIES of seven bytes, 7.14", body: update(with(good(), attr{optional | transitive, attrExtCommunity, make([]byte, 7)}), nlri(victim)...), want: withdrawn},
	{name: "LARGE_COMMUNITY of eleven bytes, RFC 8092 section 6", body: update(with(good(), attr{optional | transitive, attrLargeCommunit, make([]byte, 11)}), nlri(victim)...), want: withdrawn},
	{name: "no ORIGIN, 3d", body: update(without(good(), attrOrigin), nlri(victim)...), want: withdrawn},
	{name: "no AS_PATH, 3d", body: update(without(good(), attrASPath), nlri(victim)...), want: withdrawn},
	{name: "no NEXT_HOP, 3d", body: update(without(good(), attrNextHop), nlri(victim)...), want: withdrawn},
	{name: "ORIGIN twice, 3g", body: update(append(good(), attr{transitive, attrOrigin, []byte{2}}), nlri(victim)...), want: kept},
	{name: "an optional transitive attribute that nobody knows", body: update(with(good(), attr{optional | transitive, 222, []byte{1, 2}}), nlri(victim)...), want: kept},
	{name: "an attribute longer than all together, 4", body: tooLong(), want: withdrawn, gobgp: kept},
	{name: "prefix of 33 bits, 5.3", body: update(good(), 33, 198, 51, 100, 0, 0), want: reset},
	{name: "prefix that is cut off, 5.3", body: update(good(), 24, 198, 51), want: reset},
	{name: "attributes longer than the message, 4", body: []byte{0, 0, 0, 99, transitive, attrOrigin, 1, 0}, want: reset},
	{name: "withdrawn routes longer than the message, 4", body: []byte{0, 99, 24}, want: reset},
	{name: "MP_REACH_NLRI with a next hop of no length, 7.11", body: update(append(without(good(), attrNextHop), attr{optional, attrMPReach, []byte{0, 2, 1, 7, 1, 2, 3, 4, 5, 6, 7, 0, 48, 32, 1, 13, 184, 0, 3}})), want: reset, gobgp: kept},
	{name: "MP_REACH_NLRI of three bytes", body: update(append(without(good(), attrNextHop), attr{optional, attrMPReach, []byte{0, 2, 1}})), want: reset},
	{name: "MP_REACH_NLRI twice, 3g", body: update(append(without(good(), attrNextHop), sixReach, sixReach)), want: reset},
}

// sixReach announces 2001:db8:3::/48.
var sixReach = attr{optional, attrMPReach, append([]byte{0, 2, 1, 16, 0xfc, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0}, nlri("2001:db8:3::/48")...)}

// tooLong has a last attribute whose length is beyond the end of all attributes.
func tooLong() []byte {
	body := update(with(good(), attr{optional, attrMED, []byte{0, 0, 0, 1}}), nlri(victim)...)
	at := bytes.Index(body, []byte{optional, attrMED, 4})
	body[at+2] = 40
	return body
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
		kerneltest.Address(t, far, "eth0", addr+"/32")
		d.set(fmt.Sprintf("BGP_NEIGHBOR|default|%s asn=%d passive_mode=true", addr, strangerAS))
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
		if got := d.outcome(addr, marker); got != cmp.Or(c.gobgp, c.want) {
			t.Errorf("%s: %s, want it %s", c.name, got, cmp.Or(c.gobgp, c.want))
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
