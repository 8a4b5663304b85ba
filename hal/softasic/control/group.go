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
	dataplane.Path
}

// createGroup makes an empty group. That a group is ordered changes nothing for
// the pipeline: the order of members is part of what every hash depends on.
func (c *Control) createGroup(v strict.View, ch strict.Change) error {
	switch sai.NextHopGroupType(value(v, ch, sai.NextHopGroupAttrType).Enum()) {
	case sai.NextHopGroupTypeDynamicUnorderedEcmp, sai.NextHopGroupTypeDynamicOrderedEcmp:
	default:
		return refuse(sai.StatusAttrNotSupported0, ch.Attrs, sai.NextHopGroupAttrType)
	}
	id := ch.Object.OID
	if err := c.putGroup(id, c.idx.groups[id]); err != nil {
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
	return c.putGroup(group, insert(paths, p))
}

func (c *Control) removeGroupMember(v strict.View, ch strict.Change) error {
	group := value(v, ch, sai.NextHopGroupMemberAttrNextHopGroupID).OID()
	return c.putGroup(group, without(c.idx.groups[group], ch.Object.OID))
}

func pathOf(v strict.View, ch strict.Change) path {
	return path{
		id: ch.Object.OID, sequence: uint32(value(v, ch, sai.NextHopGroupMemberAttrSequenceID).Uint()),
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
func (c *Control) putGroup(id sai.ObjectID, paths []path) error {
	rows := make([]dataplane.Path, len(paths))
	for i, p := range paths {
		rows[i] = p.Path
	}
	if err := c.plane.SetGroup(groupID(id), rows); err != nil {
		return err
	}
	put(c.plane, c.idx.groups, id, paths)
	return nil
}
