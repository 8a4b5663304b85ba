package text

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"

	"github.com/heddle-nos/heddle/sai"
)

var errEntry = errors.New("not the JSON of that entry")

// fields collects the members of an entry's JSON; the first error sticks.
type fields struct {
	obj map[string]any
	err error
}

func readFields(s string) fields {
	d := json.NewDecoder(strings.NewReader(s))
	f := fields{}
	if err := d.Decode(&f.obj); err != nil || f.obj == nil {
		return fields{err: errEntry}
	}
	if _, err := d.Token(); err != io.EOF {
		f.err = errEntry
	}
	return f
}

func (f *fields) fail(key string, err error) {
	if f.err == nil && err != nil {
		f.err = fmt.Errorf("%s: %w", key, err)
	}
}

// take removes and returns a string member.
func (f *fields) take(key string) string {
	s, ok := f.obj[key].(string)
	if !ok {
		f.fail(key, errEntry)
	}
	delete(f.obj, key)
	return s
}

// done returns the first error; members that nobody took are one.
func (f *fields) done() error {
	for key := range f.obj {
		f.fail(key, errEntry)
	}
	return f.err
}

func (f *fields) oid(key string) sai.ObjectID {
	o, err := ParseOID(f.take(key))
	f.fail(key, err)
	return o
}

func (f *fields) mac(key string) sai.MAC {
	m, err := ParseMAC(f.take(key))
	f.fail(key, err)
	return m
}

func (f *fields) addr(key string, bits int) netip.Addr {
	a, err := parseAddr(f.take(key), bits)
	f.fail(key, err)
	return a
}

func (f *fields) prefix(key string) netip.Prefix {
	p, err := parsePrefix(f.take(key))
	f.fail(key, err)
	return p
}

func (f *fields) uint(key string, bits int) uint64 {
	n, err := parseUint(f.take(key), bits)
	f.fail(key, err)
	return n
}

func (f *fields) enum(key string, e *sai.EnumMeta) int32 {
	n, err := parseEnum(e, f.take(key))
	f.fail(key, err)
	return n
}

// object removes and returns a member that is an object itself.
func (f *fields) object(key string) fields {
	obj, ok := f.obj[key].(map[string]any)
	if !ok {
		f.fail(key, errEntry)
	}
	delete(f.obj, key)
	return fields{obj: obj}
}

func parseEntry(t sai.ObjectType, s string) (sai.Entry, error) {
	f := readFields(s)
	if f.err != nil {
		return nil, f.err
	}
	e := f.entry(t)
	if err := f.done(); err != nil {
		return nil, err
	}
	return e, nil
}

func (f *fields) entry(t sai.ObjectType) sai.Entry {
	sw := f.oid("switch_id")
	switch t {
	case sai.ObjectTypeRouteEntry:
		return sai.RouteEntry{Switch: sw, VR: f.oid("vr"), Destination: f.prefix("dest")}
	case sai.ObjectTypeNeighborEntry:
		return sai.NeighborEntry{Switch: sw, RIF: f.oid("rif"), IP: f.addr("ip", 0)}
	case sai.ObjectTypeFDBEntry:
		return sai.FDBEntry{Switch: sw, BV: f.oid("bvid"), MAC: f.mac("mac")}
	case sai.ObjectTypeInsegEntry:
		return sai.InsegEntry{Switch: sw, Label: uint32(f.uint("label", 32))}
	case sai.ObjectTypeMcastFDBEntry:
		return sai.MCastFDBEntry{Switch: sw, BV: f.oid("bv_id"), MAC: f.mac("mac_address")}
	case sai.ObjectTypeL2MCEntry:
		return sai.L2MCEntry{Switch: sw, BV: f.oid("bv_id"), Type: sai.L2MCEntryType(f.enum("type", sai.L2MCEntryType(0).Meta())),
			Destination: f.addr("destination", 0), Source: f.addr("source", 0)}
	case sai.ObjectTypeIpmcEntry:
		return sai.IPMCEntry{Switch: sw, VR: f.oid("vr_id"), Type: sai.IpmcEntryType(f.enum("type", sai.IpmcEntryType(0).Meta())),
			Destination: f.addr("destination", 0), Source: f.addr("source", 0)}
	case sai.ObjectTypeNATEntry:
		return f.nat(sw)
	case sai.ObjectTypeMySidEntry:
		return sai.MySIDEntry{Switch: sw, VR: f.oid("vr_id"), SID: f.addr("sid", 128),
			LocatorBlockLen: uint8(f.uint("locator_block_len", 8)), LocatorNodeLen: uint8(f.uint("locator_node_len", 8)),
			FunctionLen: uint8(f.uint("function_len", 8)), ArgumentsLen: uint8(f.uint("args_len", 8))}
	case sai.ObjectTypePrefixCompressionEntry:
		return sai.PrefixCompressionEntry{Switch: sw, Table: f.oid("prefix_table_id"), Prefix: f.prefix("prefix")}
	}
	f.fail("type", fmt.Errorf("%s is identified by no entry", t))
	return nil
}

func (f *fields) nat(sw sai.ObjectID) sai.Entry {
	e := sai.NATEntry{Switch: sw, VR: f.oid("vr"), Type: sai.NATType(f.enum("nat_type", sai.NATType(0).Meta()))}
	data := f.object("nat_data")
	for key, t := range map[string]*sai.NATTuple{"key": &e.Key, "mask": &e.Mask} {
		g := data.object(key)
		*t = sai.NATTuple{SrcIP: g.addr("src_ip", 32), DstIP: g.addr("dst_ip", 32), Proto: uint8(g.uint("proto", 8)),
			L4SrcPort: uint16(g.uint("l4_src_port", 16)), L4DstPort: uint16(g.uint("l4_dst_port", 16))}
		f.fail("nat_data", g.done())
	}
	f.fail("nat_data", data.done())
	return e
}

// appendRareEntry writes the entries for which speed does not matter.
// encoding/json sorts the keys of maps.
func appendRareEntry(dst []byte, e sai.Entry) ([]byte, error) {
	var m map[string]any
	switch e := e.(type) {
	case sai.L2MCEntry:
		m = map[string]any{"switch_id": e.Switch.String(), "bv_id": e.BV.String(), "type": e.Type.String(),
			"destination": e.Destination, "source": e.Source}
	case sai.IPMCEntry:
		m = map[string]any{"switch_id": e.Switch.String(), "vr_id": e.VR.String(), "type": e.Type.String(),
			"destination": e.Destination, "source": e.Source}
	case sai.NATEntry:
		m = map[string]any{"switch_id": e.Switch.String(), "vr": e.VR.String(), "nat_type": e.Type.String(),
			"nat_data": map[string]any{"key": natJSON(e.Key), "mask": natJSON(e.Mask)}}
	case sai.MySIDEntry:
		m = map[string]any{"switch_id": e.Switch.String(), "vr_id": e.VR.String(), "sid": e.SID,
			"locator_block_len": fmt.Sprint(e.LocatorBlockLen), "locator_node_len": fmt.Sprint(e.LocatorNodeLen),
			"function_len": fmt.Sprint(e.FunctionLen), "args_len": fmt.Sprint(e.ArgumentsLen)}
	case sai.PrefixCompressionEntry:
		m = map[string]any{"switch_id": e.Switch.String(), "prefix_table_id": e.Table.String(), "prefix": e.Prefix}
	default:
		return dst, fmt.Errorf("no text for an entry of type %T", e)
	}
	out, err := json.Marshal(m)
	return append(dst, out...), err
}

func natJSON(t sai.NATTuple) map[string]any {
	return map[string]any{"src_ip": t.SrcIP, "dst_ip": t.DstIP, "proto": fmt.Sprint(t.Proto),
		"l4_src_port": fmt.Sprint(t.L4SrcPort), "l4_dst_port": fmt.Sprint(t.L4DstPort)}
}
