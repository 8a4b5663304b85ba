package cabi

import (
	"fmt"
	"net/netip"

	"github.com/heddle-nos/heddle/sai"
)

// EntrySize returns the size in bytes of the struct that identifies objects of
// type t, 0 if they have an object id.
func EntrySize(t sai.ObjectType) int {
	switch t {
	case sai.ObjectTypeRouteEntry, sai.ObjectTypeNATEntry, sai.ObjectTypePrefixCompressionEntry:
		return 56
	case sai.ObjectTypeNeighborEntry, sai.ObjectTypeMySidEntry:
		return 40
	case sai.ObjectTypeFDBEntry, sai.ObjectTypeMcastFDBEntry:
		return 24
	case sai.ObjectTypeInsegEntry:
		return 16
	case sai.ObjectTypeL2MCEntry, sai.ObjectTypeIpmcEntry:
		return 64
	}
	return 0
}

// EncodeEntry writes the struct of an entry into dst, zeroed bytes.
func EncodeEntry(dst []byte, e sai.Entry) error {
	if len(dst) < EntrySize(e.EntryType()) {
		return errSize
	}
	var err error
	switch e := e.(type) {
	case sai.RouteEntry:
		putOIDs(dst, e.Switch, e.VR)
		err = putPrefix(dst[16:], e.Destination)
	case sai.NeighborEntry:
		putOIDs(dst, e.Switch, e.RIF)
		err = putIP(dst[16:], e.IP)
	case sai.FDBEntry:
		putMACEntry(dst, e.Switch, e.MAC, e.BV)
	case sai.MCastFDBEntry:
		putMACEntry(dst, e.Switch, e.MAC, e.BV)
	case sai.InsegEntry:
		putOIDs(dst, e.Switch)
		native.PutUint32(dst[8:], e.Label)
	case sai.L2MCEntry:
		err = putGroup(dst, e.Switch, e.BV, int32(e.Type), e.Destination, e.Source)
	case sai.IPMCEntry:
		err = putGroup(dst, e.Switch, e.VR, int32(e.Type), e.Destination, e.Source)
	case sai.NATEntry:
		err = putNAT(dst, e)
	case sai.MySIDEntry:
		putOIDs(dst, e.Switch, e.VR)
		dst[16], dst[17], dst[18], dst[19] = e.LocatorBlockLen, e.LocatorNodeLen, e.FunctionLen, e.ArgumentsLen
		err = putAddr(dst[20:], e.SID, e.SID.Is6())
	case sai.PrefixCompressionEntry:
		putOIDs(dst, e.Switch, e.Table)
		err = putPrefix(dst[16:], e.Prefix)
	default:
		err = errKind
	}
	if err != nil {
		return fmt.Errorf("%s: %w", e.EntryType(), err)
	}
	return nil
}

func putOIDs(dst []byte, oids ...sai.ObjectID) {
	for i, o := range oids {
		native.PutUint64(dst[8*i:], uint64(o))
	}
}

func putMACEntry(dst []byte, sw sai.ObjectID, mac sai.MAC, bv sai.ObjectID) {
	putOIDs(dst, sw)
	copy(dst[8:14], mac[:])
	putOIDs(dst[16:], bv)
}

func putGroup(dst []byte, sw, in sai.ObjectID, kind int32, dest, source netip.Addr) error {
	putOIDs(dst, sw, in)
	native.PutUint32(dst[16:], uint32(kind))
	if err := putIP(dst[20:], dest); err != nil {
		return err
	}
	return putIP(dst[40:], source)
}

func putNAT(dst []byte, e sai.NATEntry) error {
	putOIDs(dst, e.Switch, e.VR)
	native.PutUint32(dst[16:], uint32(e.Type))
	if err := putTuple(dst[20:], e.Key); err != nil {
		return err
	}
	return putTuple(dst[36:], e.Mask)
}

func putTuple(dst []byte, t sai.NATTuple) error {
	if err := putAddr(dst, t.SrcIP, t.SrcIP.Is4()); err != nil {
		return err
	}
	if err := putAddr(dst[4:], t.DstIP, t.DstIP.Is4()); err != nil {
		return err
	}
	dst[8] = t.Proto
	native.PutUint16(dst[10:], t.L4SrcPort)
	native.PutUint16(dst[12:], t.L4DstPort)
	return nil
}

// DecodeEntry reads the struct that identifies an object of type t.
func DecodeEntry(src []byte, t sai.ObjectType) (sai.Entry, error) {
	size := EntrySize(t)
	if size == 0 || len(src) < size {
		return nil, fmt.Errorf("%s: %w", t, errSize)
	}
	e, err := decodeEntry(src, t)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", t, err)
	}
	return e, nil
}

func decodeEntry(src []byte, t sai.ObjectType) (sai.Entry, error) {
	sw, second := oidAt(src, 0), oidAt(src, 8)
	switch t {
	case sai.ObjectTypeRouteEntry:
		p, err := getPrefix(src[16:])
		return sai.RouteEntry{Switch: sw, VR: second, Destination: p}, err
	case sai.ObjectTypeNeighborEntry:
		ip, err := getIP(src[16:])
		return sai.NeighborEntry{Switch: sw, RIF: second, IP: ip}, err
	case sai.ObjectTypeFDBEntry:
		return sai.FDBEntry{Switch: sw, MAC: sai.MAC(src[8:14]), BV: oidAt(src, 16)}, nil
	case sai.ObjectTypeMcastFDBEntry:
		return sai.MCastFDBEntry{Switch: sw, MAC: sai.MAC(src[8:14]), BV: oidAt(src, 16)}, nil
	case sai.ObjectTypeInsegEntry:
		return sai.InsegEntry{Switch: sw, Label: native.Uint32(src[8:])}, nil
	case sai.ObjectTypeL2MCEntry:
		dest, source, err := getGroup(src)
		return sai.L2MCEntry{Switch: sw, BV: second, Type: sai.L2MCEntryType(int32At(src[16:])), Destination: dest, Source: source}, err
	case sai.ObjectTypeIpmcEntry:
		dest, source, err := getGroup(src)
		return sai.IPMCEntry{Switch: sw, VR: second, Type: sai.IpmcEntryType(int32At(src[16:])), Destination: dest, Source: source}, err
	case sai.ObjectTypeNATEntry:
		return sai.NATEntry{Switch: sw, VR: second, Type: sai.NATType(int32At(src[16:])), Key: getTuple(src[20:]), Mask: getTuple(src[36:])}, nil
	case sai.ObjectTypeMySidEntry:
		return sai.MySIDEntry{Switch: sw, VR: second, LocatorBlockLen: src[16], LocatorNodeLen: src[17], FunctionLen: src[18],
			ArgumentsLen: src[19], SID: netip.AddrFrom16([16]byte(src[20:36]))}, nil
	}
	p, err := getPrefix(src[16:])
	return sai.PrefixCompressionEntry{Switch: sw, Table: second, Prefix: p}, err
}

func oidAt(src []byte, offset int) sai.ObjectID { return sai.ObjectID(native.Uint64(src[offset:])) }

func getGroup(src []byte) (dest, source netip.Addr, err error) {
	if dest, err = getIP(src[20:]); err != nil {
		return dest, source, err
	}
	source, err = getIP(src[40:])
	return dest, source, err
}

func getTuple(src []byte) sai.NATTuple {
	return sai.NATTuple{SrcIP: netip.AddrFrom4([4]byte(src[:4])), DstIP: netip.AddrFrom4([4]byte(src[4:8])), Proto: src[8],
		L4SrcPort: native.Uint16(src[10:]), L4DstPort: native.Uint16(src[12:])}
}
