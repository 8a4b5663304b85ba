package bgptest_test

import (
	"encoding/binary"
	"testing"

	"github.com/osrg/gobgp/v3/pkg/packet/bgp"
)

// What an attribute means depends on the session: the size of AS numbers (RFC 6793), and whether the neighbour is of the own AS, of the own
// confederation (RFC 5065) or of neither.
func TestPathsBySession(t *testing.T) {
	const external, confed, internal = "external", "confederation", "internal"
	const withdrawn = bgp.ERROR_HANDLING_TREAT_AS_WITHDRAW
	seq := func(list ...uint32) segment { return segment{bgp.BGP_ASPATH_ATTR_TYPE_SEQ, list} }
	set := func(list ...uint32) segment { return segment{bgp.BGP_ASPATH_ATTR_TYPE_SET, list} }
	confedSeq := func(list ...uint32) segment { return segment{bgp.BGP_ASPATH_ATTR_TYPE_CONFED_SEQ, list} }
	for _, c := range []struct {
		name  string
		from  string
		four  bool
		attrs []byte
		path  string
		how   bgp.ErrorHandling
	}{
		{"four bytes", external, true, asPath(4, seq(70000, 2)), "70000 2", 0},
		{"two bytes", external, false, asPath(2, seq(1, 2)), "1 2", 0},
		{"four bytes where there are two", external, false, asPath(4, seq(70000, 2)), "", withdrawn},
		{"an empty path", internal, true, asPath(4), "", 0},
		{"a confederation's", confed, true, asPath(4, confedSeq(65001), seq(7)), "(65001) 7", 0},
		{"not the confederation's first", confed, true, asPath(4, seq(7)), "", withdrawn},
		{"nothing of a confederation", confed, true, asPath(4), "", withdrawn},
		{"a confederation's from without", external, true, asPath(4, seq(7), confedSeq(65001)), "", withdrawn},
		{"a confederation's from within", internal, true, asPath(4, confedSeq(65001), seq(7)), "(65001) 7", 0},

		{"AS4_PATH takes its part", external, false, join(asPath(2, seq(1, 23456, 23456)), as4Path(seq(70000, 80000))), "1 70000 80000", 0},
		{"AS4_PATH takes all", external, false, join(asPath(2, seq(23456, 23456)), as4Path(seq(70000, 80000))), "70000 80000", 0},
		{"AS4_PATH takes all, which is a set", external, false, join(asPath(2, set(23456)), as4Path(set(70000))), "{70000}", 0},
		{"AS4_PATH after a set", external, false, join(asPath(2, set(1, 2), seq(23456)), as4Path(seq(70000))), "{1,2} 70000", 0},
		{"AS4_PATH is longer", external, false, join(asPath(2, seq(23456)), as4Path(seq(70000, 80000))), "23456", 0},
		{"AS4_PATH after a confederation's", confed, false, join(asPath(2, confedSeq(5), seq(23456)), as4Path(seq(70000))), "(5) 70000", 0},
		{"AS4_PATH with a confederation's", external, false, join(asPath(2, seq(1, 23456)), as4Path(confedSeq(5), seq(70000))), "1 70000", 0},
		{"AS4_PATH that needs no belief", external, true, join(asPath(4, seq(1, 2)), as4Path(seq(70000))), "1 2", 0},
		{"AS4_PATH that is malformed", external, false, join(asPath(2, seq(1, 23456)), []byte{0xc0, 17, 1, 2}), "1 23456", bgp.ERROR_HANDLING_ATTRIBUTE_DISCARD},
		{"AS4_PATH with AS 0", external, false, join(asPath(2, seq(1, 23456)), as4Path(seq(0))), "1 23456", bgp.ERROR_HANDLING_ATTRIBUTE_DISCARD},
		{"AS4_PATH, and AGGREGATOR that knew nothing of it, RFC 6793 section 4.2.3", external, false,
			join(asPath(2, seq(1, 23456)), as4Path(seq(70000)), []byte{0xc0, 7, 6, 0, 9, 10, 0, 0, 1}), "1 23456", 0},
	} {
		o := options(c.from == external, c.from == confed, c.four, map[bgp.RouteFamily]bgp.BGPAddPathMode{bgp.RF_IPv4_UC: 0})
		if o == nil {
			t.Skip("the library is not repaired: make programs")
		}
		update := &bgp.BGPUpdate{}
		err := update.DecodeFromBytes(routed(join([]byte{0x40, 1, 1, 0, 0x40, 3, 4, 10, 0, 0, 2}, c.attrs)), o)
		how := bgp.ERROR_HANDLING_NONE
		if err != nil {
			how = err.(*bgp.MessageError).ErrorHandling
		}
		path := ""
		for _, a := range update.PathAttributes {
			if a, ok := a.(*bgp.PathAttributeAsPath); ok {
				path = bgp.AsPathString(a)
			}
		}
		if how != c.how || path != c.path {
			t.Errorf("%s: path %q, handled as %d (%v), want %q, %d", c.name, path, how, err, c.path, c.how)
		}
	}
}

// segment is one of an AS_PATH.
type segment struct {
	kind byte
	list []uint32
}

func segments(size int, list []segment) (out []byte) {
	for _, s := range list {
		out = append(out, s.kind, byte(len(s.list)))
		for _, as := range s.list {
			if size == 2 {
				out = binary.BigEndian.AppendUint16(out, uint16(as))
			} else {
				out = binary.BigEndian.AppendUint32(out, as)
			}
		}
	}
	return out
}

func asPath(size int, list ...segment) []byte {
	value := segments(size, list)
	return append([]byte{0x40, 2, byte(len(value))}, value...)
}

func as4Path(list ...segment) []byte {
	value := segments(4, list)
	return append([]byte{0xc0, 17, byte(len(value))}, value...)
}

func join(parts ...[]byte) (out []byte) {
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// routed is an UPDATE with attributes for 192.0.2.0/24.
func routed(attrs []byte) []byte {
	return append(append([]byte{0, 0, 0, byte(len(attrs))}, attrs...), 24, 192, 0, 2)
}
