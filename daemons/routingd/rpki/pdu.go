package rpki

import (
	"encoding/binary"
	"fmt"
	"io"
	"net/netip"
	"time"
)

// Types of PDUs (RFC 8210 section 5).
const (
	serialNotify  = 0
	serialQuery   = 1
	resetQuery    = 2
	cacheResponse = 3
	prefix4       = 4
	prefix6       = 6
	endOfData     = 7
	cacheReset    = 8
	routerKey     = 9
	errorReport   = 10
)

// Codes of errors (RFC 8210 section 12).
const (
	codeCorrupt     = 0
	codeInvalid     = 3
	codeVersion     = 4
	codeType        = 5
	codeUnknown     = 6
	codeDuplicate   = 7
	codeUnexpectedV = 8
)

const (
	headLength = 8
	maxLength  = 64 << 10 // of a PDU: those of router keys and errors are as long as what they hold
)

// pdu is what one of the types that are of interest holds.
type pdu struct {
	version uint8
	kind    uint8
	session uint16 // of an error its code
	serial  uint32
	added   bool // a prefix: it is announced, not withdrawn
	vrp     VRP
	timers  timers // of an End of Data of version 1
	text    string // of an error
}

// timers are how often a cache wants to be asked, and how long what it said is good without a further word.
type timers struct{ refresh, retry, expire time.Duration }

// fault is what is wrong with what a cache sends, with the code that it is told.
type fault struct {
	code uint16
	err  error
}

func (f *fault) Error() string { return f.err.Error() }
func (f *fault) Unwrap() error { return f.err }

func faulty(code uint16, format string, args ...any) error {
	return &fault{code, fmt.Errorf(format, args...)}
}

// readPDU reads one. It takes no more memory than a PDU of its type can need.
func readPDU(r io.Reader) (pdu, error) {
	head := make([]byte, headLength)
	if _, err := io.ReadFull(r, head); err != nil {
		return pdu{}, err
	}
	p := pdu{version: head[0], kind: head[1], session: binary.BigEndian.Uint16(head[2:])}
	if p.version > 1 {
		return p, faulty(codeUnexpectedV, "version %d is not one of 0, 1", p.version)
	}
	length := binary.BigEndian.Uint32(head[4:])
	least, most, known := lengths(p.version, p.kind)
	if !known {
		return p, faulty(codeType, "type %d of version %d is not known", p.kind, p.version)
	}
	if length < least || length > most {
		return p, faulty(codeCorrupt, "type %d has %d bytes, want %d to %d", p.kind, length, least, most)
	}
	body := make([]byte, length-headLength)
	if _, err := io.ReadFull(r, body); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return p, err
	}
	return p, p.decode(body)
}

// lengths bounds a PDU, its head included.
func lengths(version, kind uint8) (least, most uint32, known bool) {
	switch kind {
	case serialNotify, serialQuery:
		return 12, 12, true
	case resetQuery, cacheResponse, cacheReset:
		return 8, 8, true
	case prefix4:
		return 20, 20, true
	case prefix6:
		return 32, 32, true
	case endOfData:
		if version == 0 {
			return 12, 12, true
		}
		return 24, 24, true
	case routerKey:
		return 32, maxLength, version > 0
	case errorReport:
		return 16, maxLength, true
	}
	return 0, 0, false
}

// decode reads what comes after the head, of a length that is right.
func (p *pdu) decode(b []byte) (err error) {
	switch p.kind {
	case serialNotify, serialQuery, endOfData:
		p.serial = binary.BigEndian.Uint32(b)
		if len(b) > 4 {
			p.timers = timers{inSeconds(b[4:]), inSeconds(b[8:]), inSeconds(b[12:])}
		}
	case prefix4, prefix6:
		n := len(b) - 4
		addr, _ := netip.AddrFromSlice(b[4:n]) // of 4 or 16 bytes
		p.added = b[0]&1 != 0
		if p.vrp, err = NewVRP(netip.PrefixFrom(addr, int(b[1])), b[2], binary.BigEndian.Uint32(b[n:])); err != nil {
			return &fault{codeCorrupt, err}
		}
	case errorReport:
		n := uint64(binary.BigEndian.Uint32(b)) // of the PDU that it is about
		if n+8 > uint64(len(b)) {
			return faulty(codeCorrupt, "an error about a PDU of %d bytes has %d bytes", n, len(b))
		}
		text := b[n+4:]
		if m := uint64(binary.BigEndian.Uint32(text)); m+4 <= uint64(len(text)) {
			p.text = string(text[4 : 4+m])
		}
	}
	return nil
}

func inSeconds(b []byte) time.Duration {
	return time.Duration(binary.BigEndian.Uint32(b)) * time.Second
}

// append writes a PDU of any type but those of keys and, in version 1, of the end of data.
func (p pdu) append(to []byte) []byte {
	least, _, _ := lengths(0, p.kind)
	start := len(to)
	to = append(to, p.version, p.kind)
	to = binary.BigEndian.AppendUint16(to, p.session)
	to = binary.BigEndian.AppendUint32(to, least)
	switch p.kind {
	case serialNotify, serialQuery, endOfData:
		to = binary.BigEndian.AppendUint32(to, p.serial)
	case prefix4, prefix6:
		flags := byte(0)
		if p.added {
			flags = 1
		}
		to = append(to, flags, p.vrp.bits, p.vrp.MaxLength, 0)
		to = append(to, p.vrp.Prefix().Addr().AsSlice()...)
		to = binary.BigEndian.AppendUint32(to, p.vrp.ASN)
	case errorReport: // about no PDU in particular
		to = binary.BigEndian.AppendUint32(to, 0)
		to = binary.BigEndian.AppendUint32(to, uint32(len(p.text)))
		to = append(to, p.text...)
		binary.BigEndian.PutUint32(to[start+4:], uint32(len(to)-start))
	}
	return to
}

// prefixPDU tells of a VRP in version 0.
func prefixPDU(v VRP, added bool) pdu {
	kind := uint8(prefix4)
	if v.six {
		kind = prefix6
	}
	return pdu{kind: kind, vrp: v, added: added}
}
