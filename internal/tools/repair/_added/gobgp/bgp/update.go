package bgp

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// updateReader reads an UPDATE as RFC 7606 has it. What is wrong with an attribute is of no consequence but for the routes of the UPDATE, as long
// as it can be told which these are.
type updateReader struct {
	*Session
	msg     *BGPUpdate
	options []*MarshallingOption
	seen    map[BGPAttrType]bool
	reaches bool          // there are routes, in whatever family
	as4     *segments     // AS4_PATH
	worst   *MessageError // what decides about the UPDATE (section 3 h)
}

// readUpdate reads the body of an UPDATE.
func (s *Session) readUpdate(msg *BGPUpdate, data []byte, options []*MarshallingOption) error {
	r := &updateReader{Session: s, msg: msg, options: options, seen: make(map[BGPAttrType]bool)}
	msg.PathAttributes = []PathAttributeInterface{}
	if withdrawn, attributes, nlri, ok := r.split(data); ok {
		msg.WithdrawnRoutes, msg.NLRI = r.prefixes(withdrawn), r.prefixes(nlri)
		r.reaches = len(msg.NLRI) > 0
		r.attributes(attributes)
		r.finish()
	}
	if r.worst == nil {
		return nil
	}
	r.worst.Message += fmt.Sprintf("; UPDATE %x", data) // section 6
	return r.worst
}

// fail notes an error, unless a worse one is known.
func (r *updateReader) fail(how ErrorHandling, subcode uint8, data []byte, format string, args ...any) {
	if r.worst == nil || r.worst.ErrorHandling < how {
		r.worst = &MessageError{BGP_ERROR_UPDATE_MESSAGE_ERROR, subcode, data, fmt.Sprintf(format, args...), how, nil}
	}
}

// split finds the parts of an UPDATE (RFC 4271 section 4.3, RFC 7606 section 3 b).
func (r *updateReader) split(data []byte) (withdrawn, attributes, nlri []byte, ok bool) {
	part := func() []byte {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			r.fail(ERROR_HANDLING_SESSION_RESET, BGP_ERROR_SUB_MALFORMED_ATTRIBUTE_LIST, nil, "withdrawn routes and attributes are longer than the message")
			return nil
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		out := data[2:end:end]
		data = data[end:]
		return out
	}
	if withdrawn = part(); r.worst == nil {
		attributes = part()
	}
	r.msg.WithdrawnRoutesLen, r.msg.TotalPathAttributeLen = uint16(len(withdrawn)), uint16(len(attributes))
	return withdrawn, attributes, data, r.worst == nil
}

// prefixes reads prefixes of IPv4. If they cannot be told apart the session ends (sections 3 i, 3 j and 5.3).
func (r *updateReader) prefixes(data []byte) []*IPAddrPrefix {
	skip := 0
	if IsAddPathEnabled(true, RF_IPv4_UC, r.options) {
		skip = 4
	}
	out := make([]*IPAddrPrefix, 0, len(data)/4)
	for len(data) > 0 {
		p := &IPAddrPrefix{}
		if err := p.DecodeFromBytes(data, r.options...); err != nil {
			r.fail(ERROR_HANDLING_SESSION_RESET, BGP_ERROR_SUB_INVALID_NETWORK_FIELD, nil, "%v", err)
			return nil
		}
		data = data[skip+p.Len():]
		out = append(out, p)
	}
	return out
}

// attributes reads all of them, as far as their lengths allow (section 4).
func (r *updateReader) attributes(data []byte) {
	for len(data) > 0 {
		n, ok := attributeLength(data)
		if !ok {
			how := ERROR_HANDLING_TREAT_AS_WITHDRAW
			if len(data) > 1 && isMP(BGPAttrType(data[1])) {
				how = ERROR_HANDLING_SESSION_RESET
			}
			r.fail(how, BGP_ERROR_SUB_ATTRIBUTE_LENGTH_ERROR, data, "attribute is longer than all attributes together")
			return
		}
		r.attribute(data[:n:n])
		data = data[n:]
	}
}

// attributeLength is that of the first attribute, with its header.
func attributeLength(data []byte) (n int, ok bool) {
	switch {
	case len(data) < 3:
		return 0, false
	case BGPAttrFlag(data[0])&BGP_ATTR_FLAG_EXTENDED_LENGTH == 0:
		n = 3 + int(data[2])
	case len(data) < 4:
		return 0, false
	default:
		n = 4 + int(binary.BigEndian.Uint16(data[2:]))
	}
	return n, n <= len(data)
}

func isMP(t BGPAttrType) bool {
	return t == BGP_ATTR_TYPE_MP_REACH_NLRI || t == BGP_ATTR_TYPE_MP_UNREACH_NLRI
}

// attribute reads one and keeps it, if it is good enough.
func (r *updateReader) attribute(raw []byte) {
	t, flags := BGPAttrType(raw[1]), BGPAttrFlag(raw[0])
	if r.seen[t] { // section 3 g
		how := ERROR_HANDLING_ATTRIBUTE_DISCARD
		if isMP(t) {
			how = ERROR_HANDLING_SESSION_RESET
		}
		r.fail(how, BGP_ERROR_SUB_MALFORMED_ATTRIBUTE_LIST, nil, "%s is there twice", t)
		return
	}
	r.seen[t] = true
	want, known := PathAttrFlags[t]
	const kinds = BGP_ATTR_FLAG_OPTIONAL | BGP_ATTR_FLAG_TRANSITIVE
	switch {
	case !known && flags&BGP_ATTR_FLAG_OPTIONAL == 0: // RFC 4271 section 6.3
		r.fail(ERROR_HANDLING_SESSION_RESET, BGP_ERROR_SUB_UNRECOGNIZED_WELL_KNOWN_ATTRIBUTE, raw, "unrecognized well-known attribute %d", t)
		return
	case !known && flags&BGP_ATTR_FLAG_TRANSITIVE == 0, r.ignores(t): // RFC 4271 section 9
		return
	case !known: // RFC 4271 section 5
		want = kinds | BGP_ATTR_FLAG_PARTIAL
	case (flags^want)&kinds != 0: // section 3 c; the routes are still to be known
		r.fail(ERROR_HANDLING_TREAT_AS_WITHDRAW, BGP_ERROR_SUB_ATTRIBUTE_FLAGS_ERROR, raw, "%s has flags %s", t, flags)
	case want == kinds:
		want |= flags & BGP_ATTR_FLAG_PARTIAL
	}
	a, err := r.decode(t, withFlags(raw, want))
	switch {
	case err != nil:
		r.malformed(t, raw, err)
	case a != nil:
		r.msg.PathAttributes = append(r.msg.PathAttributes, a)
	}
}

// withFlags gives an attribute other flags, and leaves the message as it is.
func withFlags(raw []byte, flags BGPAttrFlag) []byte {
	if flags |= BGPAttrFlag(raw[0]) & BGP_ATTR_FLAG_EXTENDED_LENGTH; byte(flags) != raw[0] {
		raw = slices.Clone(raw)
		raw[0] = byte(flags)
	}
	return raw
}

// ignores says whether an attribute is of no account, well or badly formed.
func (r *updateReader) ignores(t BGPAttrType) bool {
	switch t {
	case BGP_ATTR_TYPE_LOCAL_PREF, BGP_ATTR_TYPE_ORIGINATOR_ID, BGP_ATTR_TYPE_CLUSTER_LIST: // sections 7.5, 7.9 and 7.10
		return r.External
	case BGP_ATTR_TYPE_AS4_PATH, BGP_ATTR_TYPE_AS4_AGGREGATOR: // RFC 6793 section 4.1
		return r.FourOctetAS
	case BGP_ATTR_TYPE_NEXT_HOP: // RFC 4760 section 3: MP_REACH_NLRI has its own
		return len(r.msg.NLRI) == 0
	}
	return false
}

// malformed notes an attribute that cannot be used, by section 7 and by the standards of later attributes.
func (r *updateReader) malformed(t BGPAttrType, raw []byte, err error) {
	how, subcode := getErrorHandlingFromPathAttribute(t), uint8(BGP_ERROR_SUB_ATTRIBUTE_LENGTH_ERROR)
	switch {
	case isMP(t): // sections 7.11 and 7.12
		how, subcode, raw = ERROR_HANDLING_SESSION_RESET, BGP_ERROR_SUB_OPTIONAL_ATTRIBUTE_ERROR, nil
	case t == BGP_ATTR_TYPE_AS4_PATH, t == BGP_ATTR_TYPE_AS4_AGGREGATOR: // RFC 6793 section 6
		how = ERROR_HANDLING_ATTRIBUTE_DISCARD
	}
	if e, ok := err.(*MessageError); ok {
		subcode = e.SubTypeCode
	}
	r.fail(how, subcode, raw, "%s: %v", t, err)
}

// finish looks at all attributes together.
func (r *updateReader) finish() {
	r.fourOctetAS()
	if len(r.msg.NLRI)+len(r.msg.WithdrawnRoutes) > 0 && !r.speaks(RF_IPv4_UC) {
		r.fail(ERROR_HANDLING_ATTRIBUTE_DISCARD, BGP_ERROR_SUB_OPTIONAL_ATTRIBUTE_ERROR, nil, "routes of %s, which is not spoken here", RF_IPv4_UC)
		r.msg.NLRI, r.msg.WithdrawnRoutes = nil, nil
	}
	needed := []BGPAttrType{BGP_ATTR_TYPE_ORIGIN, BGP_ATTR_TYPE_AS_PATH}
	if len(r.msg.NLRI) > 0 {
		needed = append(needed, BGP_ATTR_TYPE_NEXT_HOP)
	}
	for _, t := range needed { // section 3 d
		if r.reaches && !r.seen[t] {
			r.fail(ERROR_HANDLING_TREAT_AS_WITHDRAW, BGP_ERROR_SUB_MISSING_WELL_KNOWN_ATTRIBUTE, []byte{byte(t)}, "%s is missing", t)
		}
	}
	if r.worst != nil && r.worst.ErrorHandling == ERROR_HANDLING_TREAT_AS_WITHDRAW && !r.reaches { // section 5.2
		r.worst.ErrorHandling = ERROR_HANDLING_SESSION_RESET
	}
}

// speaks says whether both ends agreed upon a family.
func (r *updateReader) speaks(f RouteFamily) bool {
	_, ok := r.Families[f]
	return ok
}
