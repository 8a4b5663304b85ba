package bgp

import (
	"encoding/binary"
	"fmt"
	"net"
	"slices"
)

// decode reads an attribute with good flags. One that is nil without an error is kept elsewhere.
func (r *updateReader) decode(t BGPAttrType, raw []byte) (PathAttributeInterface, error) {
	value := raw[3:]
	if BGPAttrFlag(raw[0])&BGP_ATTR_FLAG_EXTENDED_LENGTH != 0 {
		value = raw[4:]
	}
	if _, known := PathAttrFlags[t]; len(value) == 0 && known && t != BGP_ATTR_TYPE_AS_PATH && t != BGP_ATTR_TYPE_ATOMIC_AGGREGATE { // section 4
		return nil, fmt.Errorf("no value")
	}
	switch t {
	case BGP_ATTR_TYPE_AS_PATH:
		return r.asPath(value)
	case BGP_ATTR_TYPE_AS4_PATH:
		list, err := readSegments(value, 4)
		if err == nil {
			r.as4 = &list
		}
		return nil, err
	case BGP_ATTR_TYPE_MP_REACH_NLRI:
		return r.reach(raw, value)
	case BGP_ATTR_TYPE_MP_UNREACH_NLRI:
		return r.unreach(raw, value)
	}
	a, err := r.decodeSafely(raw)
	if err != nil {
		return nil, err
	}
	return a, r.check(a, len(value))
}

// decodeSafely has GoBGP read an attribute. What it trips over is malformed.
func (r *updateReader) decodeSafely(raw []byte) (a PathAttributeInterface, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	if a, err = GetPathAttribute(raw); err != nil {
		return nil, err
	}
	return a, a.DecodeFromBytes(raw, r.options...)
}

// check looks at what an attribute means (section 7, RFC 7607).
func (r *updateReader) check(a PathAttributeInterface, length int) error {
	switch a := a.(type) {
	case *PathAttributeOrigin:
		if a.Value > BGP_ORIGIN_ATTR_TYPE_INCOMPLETE {
			return NewMessageError(BGP_ERROR_UPDATE_MESSAGE_ERROR, BGP_ERROR_SUB_INVALID_ORIGIN_ATTRIBUTE, nil, fmt.Sprintf("value %d", a.Value))
		}
	case *PathAttributeNextHop:
		if length != net.IPv4len {
			return fmt.Errorf("length %d", length)
		}
		return r.nextHop(a.Value)
	case *PathAttributeAggregator:
		if length != net.IPv4len+r.sizeOfAS() {
			return fmt.Errorf("length %d", length)
		}
		if a.Value.AS == 0 {
			return fmt.Errorf("AS 0")
		}
	case *PathAttributeAs4Aggregator:
		if a.Value.AS == 0 {
			return fmt.Errorf("AS 0")
		}
	case *PathAttributeLargeCommunities: // RFC 8092 section 5
		var once []*LargeCommunity
		for _, c := range a.Values {
			if !slices.ContainsFunc(once, c.Eq) {
				once = append(once, c)
			}
		}
		a.Values = once
	}
	return nil
}

// nextHop says what is wrong with the address of a router to send packets to (RFC 4271 sections 5.1.3 and 6.3).
func (r *updateReader) nextHop(hop net.IP) error {
	v4 := hop.To4()
	if hop.IsUnspecified() || hop.IsMulticast() || v4 != nil && (v4[0] == 0 || v4[0] >= 224) || hop.IsLoopback() && !r.LoopbackNextHop || hop.Equal(r.Local) {
		return NewMessageError(BGP_ERROR_UPDATE_MESSAGE_ERROR, BGP_ERROR_SUB_INVALID_NEXT_HOP_ATTRIBUTE, nil, fmt.Sprintf("next hop %s", hop))
	}
	return nil
}

// nextHopLengths are those that a family can have (RFC 4760, RFC 2545, RFC 8950). GoBGP knows those of others.
var nextHopLengths = map[RouteFamily][]int{RF_IPv4_UC: {4, 16, 32}, RF_IPv6_UC: {16, 32}, RF_EVPN: {4, 16}}

// reach reads MP_REACH_NLRI.
func (r *updateReader) reach(raw, value []byte) (PathAttributeInterface, error) {
	if len(value) < 5 || len(value) < 5+int(value[3]) {
		return nil, fmt.Errorf("length %d", len(value))
	}
	f, hop := familyOf(value), int(value[3])
	r.reaches = r.reaches || len(value) > 5+hop
	if !r.speaks(f) {
		r.unspoken(f)
		return &PathAttributeMpReachNLRI{PathAttribute: headerOf(raw), AFI: binary.BigEndian.Uint16(value), SAFI: value[2]}, nil
	}
	if lengths := nextHopLengths[f]; lengths != nil && !slices.Contains(lengths, hop) {
		return nil, fmt.Errorf("next hop of %d bytes", hop)
	}
	a, err := r.decodeSafely(r.withoutUnknown(f, raw, 5+hop))
	if err != nil {
		return nil, err
	}
	reach := a.(*PathAttributeMpReachNLRI)
	if hop == 0 || reach.Nexthop.IsUnspecified() && reach.LinkLocalNexthop != nil {
		return a, nil // of families without, or there is the link-local one
	}
	if err := r.nextHop(reach.Nexthop); err != nil {
		r.fail(ERROR_HANDLING_TREAT_AS_WITHDRAW, BGP_ERROR_SUB_INVALID_NEXT_HOP_ATTRIBUTE, nil, "%s: %v", a.GetType(), err)
	}
	return a, nil
}

// unreach reads MP_UNREACH_NLRI.
func (r *updateReader) unreach(raw, value []byte) (PathAttributeInterface, error) {
	if len(value) < 3 {
		return nil, fmt.Errorf("length %d", len(value))
	}
	f := familyOf(value)
	if !r.speaks(f) {
		r.unspoken(f)
		return &PathAttributeMpUnreachNLRI{PathAttribute: headerOf(raw), AFI: binary.BigEndian.Uint16(value), SAFI: value[2]}, nil
	}
	return r.decodeSafely(r.withoutUnknown(f, raw, 3))
}

func familyOf(value []byte) RouteFamily {
	return AfiSafiToRouteFamily(binary.BigEndian.Uint16(value), value[2])
}

func headerOf(raw []byte) PathAttribute {
	return PathAttribute{Flags: BGPAttrFlag(raw[0]), Type: BGPAttrType(raw[1])}
}

// unspoken notes routes of a family that was not agreed upon. They are left out.
func (r *updateReader) unspoken(f RouteFamily) {
	r.fail(ERROR_HANDLING_ATTRIBUTE_DISCARD, BGP_ERROR_SUB_OPTIONAL_ATTRIBUTE_ERROR, nil, "routes of %s, which is not spoken here", f)
}

// withoutUnknown takes routes of types out of EVPN that GoBGP does not know (section 5.4); they begin at a place of the value.
func (r *updateReader) withoutUnknown(f RouteFamily, raw []byte, at int) []byte {
	if f != RF_EVPN {
		return raw
	}
	id := 0
	if IsAddPathEnabled(true, f, r.options) {
		id = 4
	}
	head := 3
	if BGPAttrFlag(raw[0])&BGP_ATTR_FLAG_EXTENDED_LENGTH != 0 {
		head = 4
	}
	out, rest := slices.Clone(raw[:head+at]), raw[head+at:]
	for len(rest) >= id+2 && len(rest) >= id+2+int(rest[id+1]) {
		n := id + 2 + int(rest[id+1])
		if _, err := getEVPNRouteType(rest[id]); err == nil {
			out = append(out, rest[:n]...)
		}
		rest = rest[n:]
	}
	out = append(out, rest...) // what cannot be read is for GoBGP to refuse
	if head == 3 {
		out[2] = byte(len(out) - head)
	} else {
		binary.BigEndian.PutUint16(out[2:], uint16(len(out)-head))
	}
	return out
}
