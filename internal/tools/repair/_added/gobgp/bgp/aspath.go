package bgp

import (
	"encoding/binary"
	"fmt"
)

// segments are those of an AS_PATH or AS4_PATH.
type segments []*As4PathParam

// readSegments reads a path whose AS have a size of 2 or 4 bytes (RFC 7606 section 7.2, RFC 7607 section 2).
func readSegments(value []byte, size int) (segments, error) {
	var out segments
	for len(value) > 0 {
		if len(value) < 2 || value[1] == 0 || len(value) < 2+int(value[1])*size {
			return nil, fmt.Errorf("a segment is empty or cut off")
		}
		kind, list := value[0], make([]uint32, value[1])
		if kind < BGP_ASPATH_ATTR_TYPE_SET || kind > BGP_ASPATH_ATTR_TYPE_CONFED_SET {
			return nil, fmt.Errorf("a segment of type %d", kind)
		}
		value = value[2:]
		for i := range list {
			if list[i] = uint32(binary.BigEndian.Uint16(value)); size == 4 {
				list[i] = binary.BigEndian.Uint32(value)
			}
			if list[i] == 0 {
				return nil, fmt.Errorf("AS 0")
			}
			value = value[size:]
		}
		out = append(out, NewAs4PathParam(kind, list))
	}
	return out, nil
}

func isConfed(s *As4PathParam) bool {
	return s.Type == BGP_ASPATH_ATTR_TYPE_CONFED_SEQ || s.Type == BGP_ASPATH_ATTR_TYPE_CONFED_SET
}

// length is that which counts in the choice of paths.
func (s segments) length() (n int) {
	for _, p := range s {
		n += p.ASLen()
	}
	return n
}

func (s segments) attribute() *PathAttributeAsPath {
	params := make([]AsPathParamInterface, 0, len(s))
	for _, p := range s {
		params = append(params, p)
	}
	return NewPathAttributeAsPath(params)
}

func (r *updateReader) sizeOfAS() int {
	if r.FourOctetAS {
		return 4
	}
	return 2
}

// asPath reads AS_PATH. Segments of a confederation come from within alone (RFC 5065 section 5).
func (r *updateReader) asPath(value []byte) (PathAttributeInterface, error) {
	list, err := readSegments(value, r.sizeOfAS())
	bad := err != nil || r.Confederation && (len(list) == 0 || list[0].Type != BGP_ASPATH_ATTR_TYPE_CONFED_SEQ)
	for _, s := range list {
		bad = bad || r.External && isConfed(s)
	}
	if bad && err == nil {
		err = fmt.Errorf("segments of a confederation where there are none, or none where there are")
	}
	if bad {
		return nil, NewMessageError(BGP_ERROR_UPDATE_MESSAGE_ERROR, BGP_ERROR_SUB_MALFORMED_AS_PATH, nil, err.Error())
	}
	return list.attribute(), nil
}

// fourOctetAS puts together what a neighbour with AS of two bytes says in two attributes (RFC 6793 section 4.2.3).
func (r *updateReader) fourOctetAS() {
	var aggregator *PathAttributeAggregator
	attrs := r.msg.PathAttributes
	for _, a := range attrs {
		if a, ok := a.(*PathAttributeAggregator); ok {
			aggregator = a
		}
	}
	theirs := aggregator == nil || aggregator.Value.AS == AS_TRANS // the aggregating router knew nothing of four bytes otherwise
	kept := attrs[:0]
	for _, a := range attrs {
		switch path := a.(type) {
		case *PathAttributeAs4Aggregator:
			if aggregator == nil || !theirs {
				continue
			}
		case *PathAttributeAsPath:
			if r.as4 != nil && theirs {
				a = merge(path, *r.as4)
			}
		}
		kept = append(kept, a)
	}
	r.msg.PathAttributes = kept
}

// merge puts the leading part of AS_PATH before AS4_PATH.
func merge(path *PathAttributeAsPath, as4 segments) *PathAttributeAsPath {
	var old, tail, out segments
	for _, p := range path.Value {
		old = append(old, p.(*As4PathParam))
	}
	for _, s := range as4 {
		if !isConfed(s) { // RFC 6793 section 6
			tail = append(tail, s)
		}
	}
	keep := old.length() - tail.length()
	if keep < 0 || len(tail) == 0 {
		return path
	}
	for _, s := range old {
		if n := s.ASLen(); n > keep {
			s = NewAs4PathParam(s.Type, s.AS[:keep:keep])
		}
		if keep == 0 && !isConfed(s) {
			break
		}
		keep -= s.ASLen()
		out = append(out, s)
	}
	return append(out, tail...).attribute()
}
