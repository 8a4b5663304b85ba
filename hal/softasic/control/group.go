package control

import (
	"cmp"
	"slices"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// path is a member of a next hop group.
type path struct {
	id       sai.ObjectID
	sequence uint32 // its place in an ordered group
	index    uint32 // its bucket in a fine-grained group
	dataplane.Path
}

// groupTypes are the kinds of groups that there are. That a group is ordered
// changes nothing for the pipeline: the order of members is part of what every hash
// depends on.
func groupTypes() []int32 {
	return []int32{
		int32(sai.NextHopGroupTypeDynamicUnorderedEcmp), int32(sai.NextHopGroupTypeDynamicOrderedEcmp),
		int32(sai.NextHopGroupTypeFineGrainEcmp),
	}
}

// createGroup makes an empty group.
func (c *Control) createGroup(v strict.View, ch strict.Change) error {
	t := value(v, ch, sai.NextHopGroupAttrType).Enum()
	if !slices.Contains(groupTypes(), t) {
		return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.NextHopGroupAttrType)
	}
	id := ch.Object.OID
	if sai.NextHopGroupType(t) == sai.NextHopGroupTypeFineGrainEcmp {
		size := bucketsOf(v, id)
		if size == 0 {
			return refuse(sai.StatusInvalidAttrValue0, ch.Attrs, sai.NextHopGroupAttrConfiguredSize)
		}
		v.Record(ch.Object, sai.Attr{ID: sai.NextHopGroupAttrRealSize, Value: sai.U32(size)})
	}
	if err := c.putGroup(v, id, c.idx.groups[id]); err != nil {
		return err
	}
	return c.plane.SetAdj(groupAdj(id), dataplane.Adj{Action: dataplane.AdjGroup, Group: groupID(id)})
}

func (c *Control) removeGroup(_ strict.View, ch strict.Change) error {
	if err := c.plane.DeleteAdj(groupAdj(ch.Object.OID)); err != nil {
		return err
	}
	if err := c.plane.DeleteGroup(groupID(ch.Object.OID)); err != nil {
		return err
	}
	cut(c.plane, c.idx.groups, ch.Object.OID)
	delete(c.idx.led, ch.Object.OID)
	return nil
}

func (c *Control) setGroupMember(v strict.View, ch strict.Change) error {
	if nh := value(v, ch, sai.NextHopGroupMemberAttrNextHopID).OID(); !isA(nh, sai.ObjectTypeNextHop) {
		return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.NextHopGroupMemberAttrNextHopID)
	}
	p := pathOf(v, ch)
	if p.Weight == 0 {
		return refuse(sai.StatusInvalidAttrValue0, ch.Attrs, sai.NextHopGroupMemberAttrWeight)
	}
	group := value(v, ch, sai.NextHopGroupMemberAttrNextHopGroupID).OID()
	paths := without(c.idx.groups[group], p.id)
	if err := goodBucket(paths, p, bucketsOf(v, group), ch); err != nil {
		return err
	}
	return c.putGroup(v, group, insert(paths, p))
}

// goodBucket tells whether a member's bucket, in a group of so many, is free.
// Other groups have no buckets, and buckets no weight.
func goodBucket(others []path, p path, size uint32, ch strict.Change) error {
	switch {
	case size == 0 && p.index != 0:
		return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.NextHopGroupMemberAttrIndex)
	case size == 0:
		return nil
	case p.index >= size:
		return refuse(sai.StatusInvalidAttrValue0, ch.Attrs, sai.NextHopGroupMemberAttrIndex)
	case p.Weight != 1:
		return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.NextHopGroupMemberAttrWeight)
	case slices.ContainsFunc(others, func(o path) bool { return o.index == p.index }):
		return sai.StatusItemAlreadyExists
	}
	return nil
}

// bucketsOf is the number of buckets of a fine-grained group; 0 of others.
func bucketsOf(v strict.View, group sai.ObjectID) uint32 {
	o := sai.ObjectOf(sai.ObjectTypeNextHopGroup, group)
	if sai.NextHopGroupType(v.Value(o, sai.NextHopGroupAttrType).Enum()) != sai.NextHopGroupTypeFineGrainEcmp {
		return 0
	}
	return uint32(v.Value(o, sai.NextHopGroupAttrConfiguredSize).Uint())
}

func (c *Control) removeGroupMember(v strict.View, ch strict.Change) error {
	group := value(v, ch, sai.NextHopGroupMemberAttrNextHopGroupID).OID()
	return c.putGroup(v, group, without(c.idx.groups[group], ch.Object.OID))
}

func pathOf(v strict.View, ch strict.Change) path {
	return path{
		id: ch.Object.OID, sequence: uint32(value(v, ch, sai.NextHopGroupMemberAttrSequenceID).Uint()),
		index: uint32(value(v, ch, sai.NextHopGroupMemberAttrIndex).Uint()),
		Path: dataplane.Path{
			Adj:    nextHopAdj(value(v, ch, sai.NextHopGroupMemberAttrNextHopID).OID()),
			Weight: uint32(value(v, ch, sai.NextHopGroupMemberAttrWeight).Uint()),
		},
	}
}

// insert puts a member into its place: by sequence, then by id, so that a restart
// finds the same order.
func insert(paths []path, p path) []path {
	at, _ := slices.BinarySearchFunc(paths, p, func(a, b path) int {
		return cmp.Or(cmp.Compare(a.sequence, b.sequence), cmp.Compare(a.id, b.id))
	})
	return slices.Insert(paths, at, p)
}

// without copies the members but one.
func without(paths []path, id sai.ObjectID) []path {
	out := make([]path, 0, len(paths)+1)
	for _, p := range paths {
		if p.id != id {
			out = append(out, p)
		}
	}
	return out
}

// putGroup states a group's members. Routes point to the group's adjacency and
// need no change.
func (c *Control) putGroup(v strict.View, id sai.ObjectID, paths []path) error {
	row := groupRow(paths, bucketsOf(v, id))
	row.Idle = row.Buckets == nil && !c.idx.led[id]
	if err := c.plane.SetGroup(groupID(id), row); err != nil {
		return err
	}
	put(c.plane, c.idx.groups, id, paths)
	return nil
}

// leadTo readies the group that a route is about to lead to. If it is the first
// route to do so the group takes its slots after the one that the route led to, so
// that flows of next hops in both groups stay where they are.
func (c *Control) leadTo(v strict.View, op strict.Op, ch strict.Change, id sai.ObjectID) error {
	if !isA(id, sai.ObjectTypeNextHopGroup) || c.idx.led[id] {
		return nil
	}
	row := groupRow(c.idx.groups[id], bucketsOf(v, id))
	if op == strict.OpSet {
		if was := nextHopOf(before(v, ch)); isA(was, sai.ObjectTypeNextHopGroup) {
			row.Like = groupID(was)
		}
	}
	if err := c.plane.SetGroup(groupID(id), row); err != nil {
		return err
	}
	c.idx.led[id] = true
	return nil
}

func nextHopOf(attrs []sai.Attr) sai.ObjectID {
	for _, a := range attrs {
		if a.ID == sai.RouteEntryAttrNextHopID {
			return a.Value.OID()
		}
	}
	return sai.NullObjectID
}

func groupRow(paths []path, buckets uint32) (g dataplane.Group) {
	if buckets == 0 {
		for _, p := range paths {
			g.Paths = append(g.Paths, p.Path)
		}
		return g
	}
	g.Buckets = make([]dataplane.AdjID, min(buckets, dataplane.MaxBuckets+1))
	for _, p := range paths {
		g.Buckets[p.index] = p.Adj
	}
	return g
}
