package control

import (
	"net/netip"
	"slices"
	"testing"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
)

func (r *rig) nextHop(rif sai.ObjectID, ip string) sai.ObjectID {
	r.Helper()
	return r.create(sai.ObjectTypeNextHop, attr(sai.NextHopAttrType, sai.Enum(sai.NextHopTypeIP)),
		attr(sai.NextHopAttrIP, sai.IPAddr(netip.MustParseAddr(ip))), attr(sai.NextHopAttrRouterInterfaceID, sai.OID(rif)))
}

func (r *rig) tryGroupMember(group, hop sai.ObjectID, more ...sai.Attr) (sai.Object, sai.Status) {
	r.Helper()
	id, st := r.try(sai.ObjectTypeNextHopGroupMember, append([]sai.Attr{attr(sai.NextHopGroupMemberAttrNextHopGroupID, sai.OID(group)),
		attr(sai.NextHopGroupMemberAttrNextHopID, sai.OID(hop))}, more...)...)
	return sai.ObjectOf(sai.ObjectTypeNextHopGroupMember, id), st
}

func (r *rig) paths(want ...dataplane.Path) {
	r.Helper()
	if got := r.plane.Group(1).Paths; !slices.Equal(got, want) {
		r.Errorf("group 1: got %v, want %v", got, want)
	}
}

func TestNextHopGroup(t *testing.T) {
	r := newRig(t)
	a, b := r.nextHop(r.portRIF(0), "10.0.0.2"), r.nextHop(r.portRIF(1), "10.0.1.2")
	hopA, hopB := nextHopAdj(a), nextHopAdj(b)
	group := r.create(sai.ObjectTypeNextHopGroup, attr(sai.NextHopGroupAttrType, sai.Enum(sai.NextHopGroupTypeDynamicUnorderedEcmp)))
	route := r.route("192.0.2.0/24", group)
	r.adj("192.0.2.1", dataplane.Adj{Action: dataplane.AdjGroup, Group: 1})
	r.paths()
	first, st := r.tryGroupMember(group, a)
	r.want("first member", st, sai.StatusSuccess)
	second, st := r.tryGroupMember(group, b, attr(sai.NextHopGroupMemberAttrWeight, sai.U32(3)))
	r.want("second member", st, sai.StatusSuccess)
	r.paths(dataplane.Path{Adj: hopA, Weight: 1}, dataplane.Path{Adj: hopB, Weight: 3})
	if n := r.get(sai.ObjectOf(sai.ObjectTypeNextHopGroup, group), sai.NextHopGroupAttrNextHopCount).Uint(); n != 2 {
		t.Errorf("%d members", n)
	}
	r.set(second, sai.NextHopGroupMemberAttrWeight, sai.U32(2))
	r.paths(dataplane.Path{Adj: hopA, Weight: 1}, dataplane.Path{Adj: hopB, Weight: 2})
	r.want("weight 0", r.store.Set([]sai.Object{second}, []sai.Attr{attr(sai.NextHopGroupMemberAttrWeight, sai.U32(0))}, false)[0], sai.StatusInvalidAttrValue0)
	r.want("remove a next hop in use", r.store.Remove([]sai.Object{sai.ObjectOf(sai.ObjectTypeNextHop, a)}, false)[0], sai.StatusObjectInUse)
	r.remove(first)
	r.paths(dataplane.Path{Adj: hopB, Weight: 2})
	r.remove(second)
	r.remove(sai.EntryOf(route))
	r.remove(sai.ObjectOf(sai.ObjectTypeNextHopGroup, group))
	r.remove(sai.ObjectOf(sai.ObjectTypeNextHop, a))
}

func TestOrderedGroup(t *testing.T) {
	r := newRig(t)
	a, b := r.nextHop(r.portRIF(0), "10.0.0.2"), r.nextHop(r.portRIF(1), "10.0.1.2")
	group := r.create(sai.ObjectTypeNextHopGroup, attr(sai.NextHopGroupAttrType, sai.Enum(sai.NextHopGroupTypeDynamicOrderedEcmp)))
	_, st := r.tryGroupMember(group, a, attr(sai.NextHopGroupMemberAttrSequenceID, sai.U32(2)))
	r.want("second", st, sai.StatusSuccess)
	_, st = r.tryGroupMember(group, b, attr(sai.NextHopGroupMemberAttrSequenceID, sai.U32(1)))
	r.want("first", st, sai.StatusSuccess)
	r.paths(dataplane.Path{Adj: nextHopAdj(b), Weight: 1}, dataplane.Path{Adj: nextHopAdj(a), Weight: 1})
}

func TestGroupLimits(t *testing.T) {
	r := newRig(t)
	_, st := r.try(sai.ObjectTypeNextHopGroup, attr(sai.NextHopGroupAttrType, sai.Enum(sai.NextHopGroupTypeProtection)))
	r.want("protection group", st, sai.StatusAttrNotSupported0)
	group := r.create(sai.ObjectTypeNextHopGroup, attr(sai.NextHopGroupAttrType, sai.Enum(sai.NextHopGroupTypeDynamicUnorderedEcmp)))
	hop := r.nextHop(r.portRIF(0), "10.0.0.2")
	for range dataplane.MaxPaths {
		if _, st := r.tryGroupMember(group, hop); st != sai.StatusSuccess {
			t.Fatal(st)
		}
	}
	_, st = r.tryGroupMember(group, hop)
	r.want("one too many", st, sai.StatusTableFull)
	sw := sai.ObjectOf(sai.ObjectTypeSwitch, r.sw)
	if n := r.get(sw, sai.SwitchAttrMaxEcmpMemberCount).Uint(); n != dataplane.MaxPaths {
		t.Errorf("members allowed: %d", n)
	}
}

// TestFineGrainedGroup: members are buckets, which may lead to any next hop.
func TestFineGrainedGroup(t *testing.T) {
	r := newRig(t)
	a, b := r.nextHop(r.portRIF(0), "10.0.0.2"), r.nextHop(r.portRIF(1), "10.0.1.2")
	hopA, hopB := nextHopAdj(a), nextHopAdj(b)
	fine := attr(sai.NextHopGroupAttrType, sai.Enum(sai.NextHopGroupTypeFineGrainEcmp))
	_, st := r.try(sai.ObjectTypeNextHopGroup, fine)
	r.want("no size", st, sai.StatusInvalidAttrValue0)
	_, st = r.try(sai.ObjectTypeNextHopGroup, fine, attr(sai.NextHopGroupAttrConfiguredSize, sai.U32(dataplane.MaxBuckets+1)))
	r.want("too large", st, sai.StatusTableFull)
	group := r.create(sai.ObjectTypeNextHopGroup, fine, attr(sai.NextHopGroupAttrConfiguredSize, sai.U32(4)))
	if n := r.get(sai.ObjectOf(sai.ObjectTypeNextHopGroup, group), sai.NextHopGroupAttrRealSize).Uint(); n != 4 {
		t.Errorf("real size %d", n)
	}
	buckets := func(want ...dataplane.AdjID) {
		t.Helper()
		if got := r.plane.Group(1).Buckets; !slices.Equal(got, want) {
			t.Errorf("buckets %v, want %v", got, want)
		}
	}
	buckets(0, 0, 0, 0)
	index := func(i uint32) sai.Attr { return attr(sai.NextHopGroupMemberAttrIndex, sai.U32(i)) }
	var members []sai.Object
	for i, hop := range []sai.ObjectID{a, b, a, b} {
		o, st := r.tryGroupMember(group, hop, index(uint32(i)))
		r.want("bucket", st, sai.StatusSuccess)
		members = append(members, o)
	}
	buckets(hopA, hopB, hopA, hopB)
	_, st = r.tryGroupMember(group, a, index(4))
	r.want("beyond the size", st, sai.StatusInvalidAttrValue0-2)
	_, st = r.tryGroupMember(group, a, index(1))
	r.want("taken", st, sai.StatusItemAlreadyExists)
	r.set(members[1], sai.NextHopGroupMemberAttrNextHopID, sai.OID(a))
	buckets(hopA, hopA, hopA, hopB)
	r.remove(members[3])
	buckets(hopA, hopA, hopA, 0)
	_, st = r.tryGroupMember(group, b, index(3), attr(sai.NextHopGroupMemberAttrWeight, sai.U32(2)))
	r.want("a bucket with a weight", st, sai.StatusAttrNotSupported0-3)
	plain := r.create(sai.ObjectTypeNextHopGroup, attr(sai.NextHopGroupAttrType, sai.Enum(sai.NextHopGroupTypeDynamicUnorderedEcmp)))
	_, st = r.tryGroupMember(plain, b, index(1))
	r.want("a bucket of a group without", st, sai.StatusAttrNotSupported0-2)
}

// TestGroupTakesAfter: a group takes its slots when the first route leads to it,
// after the group that the route led to.
func TestGroupTakesAfter(t *testing.T) {
	r := newRig(t)
	a, b := r.nextHop(r.portRIF(0), "10.0.0.2"), r.nextHop(r.portRIF(1), "10.0.1.2")
	group := func(hops ...sai.ObjectID) sai.ObjectID {
		t.Helper()
		id := r.create(sai.ObjectTypeNextHopGroup, attr(sai.NextHopGroupAttrType, sai.Enum(sai.NextHopGroupTypeDynamicUnorderedEcmp)))
		for _, hop := range hops {
			_, st := r.tryGroupMember(id, hop)
			r.want("member", st, sai.StatusSuccess)
		}
		return id
	}
	both := group(a, b)
	route := sai.EntryOf(r.route("192.0.2.0/24", both))
	one := group(a)
	r.set(route, sai.RouteEntryAttrNextHopID, sai.OID(one))
	if got := r.plane.Like(groupID(one)); got != groupID(both) {
		t.Errorf("taken after group %d, not %d", got, groupID(both))
	}
	r.set(route, sai.RouteEntryAttrNextHopID, sai.OID(both))
	if got := r.plane.Like(groupID(both)); got != 0 {
		t.Errorf("a group that forwarded already was made like group %d", got)
	}
	counted := group(b)
	r.enter(sai.RouteEntry{Switch: r.sw, VR: r.vr, Destination: netip.MustParsePrefix("198.51.100.0/24")},
		attr(sai.RouteEntryAttrNextHopID, sai.OID(counted)), attr(sai.RouteEntryAttrCounterID, sai.OID(r.counter())))
}
