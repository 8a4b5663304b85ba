package device

import (
	"fmt"
	"math"
	"net/netip"
	"strconv"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Tables returns the tables whose rows Render takes.
func Tables() []string { return []string{schema.AppTableSwitch} }

// notify stands for the address of a callback. SAI only asks that it is not
// null; syncd puts its own in the place.
const notify = 1

// Base renders what a switch with the given MAC address needs without any row.
func Base(mac sai.MAC) object.Rendering {
	var r object.Rendering
	r.Add(object.Fragment{
		Key: object.Switch, Type: sai.ObjectTypeSwitch,
		Attrs: []object.Attr{
			object.Val(sai.SwitchAttrInitSwitch, sai.Bool(true)),
			object.Val(sai.SwitchAttrSrcMACAddress, sai.MACValue(mac)),
			object.Val(sai.SwitchAttrPortStateChangeNotify, sai.Pointer(notify)),
			object.Val(sai.SwitchAttrFDBEventNotify, sai.Pointer(notify)),
			object.Val(sai.SwitchAttrSwitchShutdownRequestNotify, sai.Pointer(notify)),
		},
	})
	r.Routes = []object.Route{
		{Prefix: netip.MustParsePrefix("0.0.0.0/0"), Action: object.ActionDrop, Fallback: true},
		{Prefix: netip.MustParsePrefix("::/0"), Action: object.ActionDrop, Fallback: true},
		// RFC 4291 section 2.5.6: link-local unicast never leaves the link.
		{Prefix: netip.MustParsePrefix("fe80::/10"), Action: object.ActionCPU},
		{Prefix: netip.PrefixFrom(linkLocal(mac), 128), Action: object.ActionCPU},
	}
	return r
}

// linkLocal is the address that every interface with this MAC address has
// (RFC 4291 appendix A).
func linkLocal(m sai.MAC) netip.Addr {
	return netip.AddrFrom16([16]byte{0: 0xfe, 1: 0x80, 8: m[0] ^ 2, 9: m[1], 10: m[2], 11: 0xff, 12: 0xfe, 13: m[3], 14: m[4], 15: m[5]})
}

// maxAgeing is the largest ageing time that IEEE 802.1Q-2022 table 8-6 allows,
// in seconds.
const maxAgeing = 1000000

// Render renders the row SWITCH_TABLE:switch.
func Render(row object.Row) (object.Rendering, error) {
	var r object.Rendering
	var s schema.AppSwitch
	if err := statedb.Decode(row.Fields, &s); err != nil {
		return r, err
	}
	var attrs []object.Attr
	for _, f := range []struct {
		name, text string
		max        uint64
		attr       func(uint64) object.Attr
	}{
		{"fdb_aging_time", s.FDBAgingTime, maxAgeing, number32(sai.SwitchAttrFDBAgingTime)},
		{"ecmp_hash_seed", s.ECMPHashSeed, math.MaxUint32, number32(sai.SwitchAttrEcmpDefaultHashSeed)},
		{"lag_hash_seed", s.LAGHashSeed, math.MaxUint32, number32(sai.SwitchAttrLAGDefaultHashSeed)},
		{"ecmp_hash_offset", s.ECMPHashOffset, math.MaxUint8, number8(sai.SwitchAttrEcmpDefaultHashOffset)},
		{"lag_hash_offset", s.LAGHashOffset, math.MaxUint8, number8(sai.SwitchAttrLAGDefaultHashOffset)},
	} {
		if f.text == "" {
			continue
		}
		n, err := strconv.ParseUint(f.text, 10, 64)
		if err != nil || n > f.max {
			return r, fmt.Errorf("%s %q is not a number up to %d", f.name, f.text, f.max)
		}
		attrs = append(attrs, f.attr(n))
	}
	if attrs != nil {
		r.Add(object.Fragment{Key: object.Switch, Type: sai.ObjectTypeSwitch, Partial: true, Attrs: attrs})
	}
	return r, nil
}

func number32(id sai.AttrID) func(uint64) object.Attr {
	return func(n uint64) object.Attr { return object.Val(id, sai.U32(uint32(n))) }
}

func number8(id sai.AttrID) func(uint64) object.Attr {
	return func(n uint64) object.Attr { return object.Val(id, sai.U8(uint8(n))) }
}
