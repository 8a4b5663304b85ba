package strict

import (
	"net/netip"

	"github.com/heddle-nos/heddle/sai"
)

// routeTable keeps routes in 50 to 100 bytes each, out of the garbage
// collector's sight: a key without pointers and the number of an attribute set
// that all routes with equal attributes share.
type routeTable struct {
	sw     sai.ObjectID // the switch of all routes
	routes map[routeKey]uint32
	sets   []attrSet
	byKey  map[setKey]uint32
	free   []uint32
}

type routeKey struct {
	vr   sai.ObjectID
	addr [16]byte
	bits uint8
	v6   bool
}

// maxRouteAttrs is the number of writable attributes of a route entry in SAI
// 1.16; sets with more, or with values that are not scalars, are not shared.
const maxRouteAttrs = 6

type setKey [maxRouteAttrs]struct {
	id   sai.AttrID
	kind sai.Kind
	num  uint64
}

type attrSet struct {
	attrs  []sai.Attr
	key    setKey
	shared bool
	users  int
}

func newRouteTable() *routeTable {
	return &routeTable{routes: map[routeKey]uint32{}, byKey: map[setKey]uint32{}}
}

func (r *routeTable) len() int { return len(r.routes) }

func keyOf(e sai.Entry) (routeKey, bool) {
	re, ok := e.(sai.RouteEntry)
	if !ok {
		return routeKey{}, false
	}
	a := re.Destination.Addr()
	return routeKey{vr: re.VR, addr: a.As16(), bits: uint8(re.Destination.Bits()), v6: a.Is6()}, true
}

func (k routeKey) entry(sw sai.ObjectID) sai.RouteEntry {
	a := netip.AddrFrom16(k.addr)
	if !k.v6 {
		a = a.Unmap()
	}
	return sai.RouteEntry{Switch: sw, VR: k.vr, Destination: netip.PrefixFrom(a, int(k.bits))}
}

func (r *routeTable) get(e sai.Entry) ([]sai.Attr, bool) {
	k, ok := keyOf(e)
	if !ok {
		return nil, false
	}
	n, ok := r.routes[k]
	if !ok {
		return nil, false
	}
	return r.sets[n].attrs, true
}

func (r *routeTable) put(e sai.Entry, attrs []sai.Attr) {
	k, ok := keyOf(e)
	if !ok {
		return
	}
	r.sw = e.(sai.RouteEntry).Switch
	n := r.intern(attrs)
	if old, ok := r.routes[k]; ok {
		r.unuse(old)
	}
	r.routes[k] = n
}

func (r *routeTable) drop(e sai.Entry) {
	k, ok := keyOf(e)
	if !ok {
		return
	}
	if n, ok := r.routes[k]; ok {
		r.unuse(n)
		delete(r.routes, k)
	}
}

func (r *routeTable) each(f func(sai.RouteEntry, []sai.Attr)) {
	for k, n := range r.routes {
		f(k.entry(r.sw), r.sets[n].attrs)
	}
}

// intern returns the number of the set with these attributes, one user more.
func (r *routeTable) intern(attrs []sai.Attr) uint32 {
	key, shared := setKeyOf(attrs)
	if shared {
		if n, ok := r.byKey[key]; ok {
			r.sets[n].users++
			return n
		}
	}
	set := attrSet{attrs: append([]sai.Attr(nil), attrs...), key: key, shared: shared, users: 1}
	n := uint32(len(r.sets))
	if l := len(r.free); l > 0 {
		n, r.free = r.free[l-1], r.free[:l-1]
		r.sets[n] = set
	} else {
		r.sets = append(r.sets, set)
	}
	if shared {
		r.byKey[key] = n
	}
	return n
}

func (r *routeTable) unuse(n uint32) {
	s := &r.sets[n]
	if s.users--; s.users > 0 {
		return
	}
	if s.shared {
		delete(r.byKey, s.key)
	}
	*s = attrSet{}
	r.free = append(r.free, n)
}

func setKeyOf(attrs []sai.Attr) (setKey, bool) {
	var k setKey
	if len(attrs) > maxRouteAttrs {
		return k, false
	}
	for i, a := range attrs {
		if a.Value.Ref() != nil {
			return k, false
		}
		// Ids are stored plus one, so that an absent attribute differs from attribute 0 = 0.
		k[i].id, k[i].kind, k[i].num = a.ID+1, a.Value.Kind(), a.Value.Uint()
	}
	return k, true
}
