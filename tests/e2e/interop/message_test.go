package interop_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
)

// passive makes a neighbour that the switch waits for.
func (d *device) passive(far *kernel.Kernel, addr string, as int) {
	d.t.Helper()
	kerneltest.Address(d.t, far, "eth0", addr+"/32")
	d.set(fmt.Sprintf("BGP_NEIGHBOR|default|%s asn=%d passive_mode=true", addr, as))
	for _, family := range []string{"ipv4_unicast", "ipv6_unicast"} {
		d.set("BGP_NEIGHBOR_AF|default|" + addr + "|" + family + " admin_status=up")
	}
}

// headed is a KEEPALIVE with something else in place of bytes of its header, and something after it.
func headed(at int, value []byte, rest ...byte) []byte {
	m := message(msgKeepAlive, nil)
	copy(m[at:], value)
	return append(m, rest...)
}

// What is wrong with a header ends the session, and the neighbour is told (RFC 4271 section 6.1).
func TestBadHeaders(t *testing.T) {
	d := newSwitch(t, device65001)
	far := d.cable(0)
	list := []struct {
		name string
		sent []byte
		want []byte // code, subcode and data of the NOTIFICATION
	}{
		{"a marker of another kind", headed(7, []byte{0}), []byte{1, 1}},
		{"shorter than a header", headed(16, []byte{0, 18}), []byte{1, 2, 0, 18}},
		{"KEEPALIVE that is too long", headed(16, []byte{0, 20}, 0), []byte{1, 2, 0, 20}},
		{"UPDATE that is too short", message(msgUpdate, []byte{0, 0}), []byte{1, 2, 0, 21}},
		{"UPDATE of 4097 bytes, which was not agreed upon", message(msgUpdate, make([]byte, 4097-19)), []byte{1, 2, 0x10, 1}},
		{"a type that is none", headed(18, []byte{9}), []byte{1, 3, 9}},
		{"OPEN while the session is up, RFC 6608", message(msgOpen, open(strangerAS, "10.0.0.9", capFourOctets)), []byte{5, 3, 1}},
	}
	for i := range list {
		d.passive(far, fmt.Sprintf("10.0.0.%d", 3+i), strangerAS)
	}
	d.start("routingd")
	for i, c := range list {
		s := d.meet(far, fmt.Sprintf("10.0.0.%d", 3+i), "10.0.0.1")
		if _, err := s.conn.Write(c.sent); err != nil {
			t.Fatal(err)
		}
		if got := s.next(msgNotification); !bytes.Equal(got, c.want) {
			t.Errorf("%s: NOTIFICATION % x, want % x", c.name, got, c.want)
		}
	}
}

// long announces a prefix with an attribute that nobody knows and that makes the message as long as it is said.
func long(length int, prefix string) []byte {
	filler := attr{optional | transitive | extended, 222, nil}
	empty := len(message(msgUpdate, update(with(good(), filler), nlri(prefix)...)))
	filler.value = make([]byte, length-empty)
	return update(with(good(), filler), nlri(prefix)...)
}

// TestLongAttributes: what fits into a message to the switch may not fit into one from it. Neighbours that take longer messages get the route all the
// same (RFC 8654); from others it is withdrawn, and nothing else comes of it.
func TestLongAttributes(t *testing.T) {
	const short, wide, sender, wideSender = "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.6"
	d := newSwitch(t, device65001)
	far := d.cable(0)
	d.passive(far, short, 65001) // an internal one also gets LOCAL_PREF
	d.passive(far, wide, 65001)
	d.passive(far, sender, strangerAS)
	d.passive(far, wideSender, strangerAS)
	d.start("routingd")
	in := d.meetWith(far, short, "10.0.0.1", 65001, capIPv4)
	inWide := d.meetWith(far, wide, "10.0.0.1", 65001, capIPv4, capExtended)
	out := d.meet(far, sender, "10.0.0.1")
	outWide := d.meetWith(far, wideSender, "10.0.0.1", strangerAS, capIPv4, capFourOctets, capExtended)

	out.send(msgUpdate, update(good(), nlri(victim)...))
	in.told("the victim is announced", []byte{0, 0}, nlri(victim))
	inWide.told("the victim is announced", []byte{0, 0}, nlri(victim))
	out.send(msgUpdate, long(4096, "128.0.0.0/1")) // GoBGP would panic over it
	out.send(msgUpdate, long(4096, victim))
	in.told("the victim is withdrawn", append([]byte{0, 4}, nlri(victim)...), []byte{0, 0})
	if got := len(inWide.told("the victim has changed", []byte{0, 0}, nlri(victim))); got <= 4096-19 {
		t.Errorf("the longer UPDATE has %d bytes", got)
	}
	const huge = "203.0.113.0/24"
	outWide.send(msgUpdate, long(60000, huge))
	if got := len(inWide.told("a huge one", []byte{0, 0}, nlri(huge))); got <= 60000-19 {
		t.Errorf("the huge UPDATE has %d bytes", got)
	}
	outWide.send(msgUpdate, update(good(), nlri("192.0.2.0/24")...))
	in.told("another route", []byte{0, 0}, nlri("192.0.2.0/24"))
	for _, n := range []string{short, wide, sender, wideSender} {
		if got := d.neighbor(n).Established; got != 1 {
			t.Errorf("the session with %s was established %d times", n, got)
		}
	}
}

// told waits for an UPDATE that begins and ends in a way.
func (s *stranger) told(what string, begin, end []byte) []byte {
	s.t.Helper()
	for {
		body := s.next(msgUpdate)
		if bytes.HasPrefix(body, begin) && bytes.HasSuffix(body, end) {
			return body
		}
		if len(body) > 100 {
			body = body[:100]
		}
		s.t.Logf("before %q: UPDATE % x", what, body)
	}
}
