package executor

import (
	"cmp"
	"slices"

	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/sai"
)

// succeed finds, on an ASIC that was started anew, the successors of the
// objects that came with the old one. Ports are told by their lanes, what the
// switch names by the attribute, and the rest by order: the walk finds them as
// it found their predecessors, whose virtual ids ascend in that order.
func (s *starter) succeed() {
	byRID := make(map[sai.ObjectID]sai.ObjectID, len(s.snap.RIDs))
	for v, r := range s.snap.RIDs {
		byRID[r] = v
	}
	lanes := s.wantedLanes(byRID)
	used := map[sai.ObjectID]bool{}
	bind := func(v, rid sai.ObjectID) {
		if v != sai.NullObjectID && !used[v] && !s.isBound(rid) {
			used[v] = true
			s.ids.Bind(v, rid)
			s.renote(v, rid)
		}
	}
	for _, f := range s.list {
		if f.from == sai.ObjectTypeSwitch && f.attr.Kind == sai.KindOID {
			if old, ok := s.snap.Hidden[f.attr.Name]; ok {
				s.w.SetHidden(f.attr.Name, f.rid)
				bind(byRID[old], f.rid)
			}
		}
		if f.typ == sai.ObjectTypePort {
			bind(lanes[firstLane(s.Executor.lanes(f.rid))], f.rid)
		}
	}
	s.succeedInOrder(used, bind)
}

// renote records the lanes of a port under its new real id.
func (s *starter) renote(v, rid sai.ObjectID) {
	if vid.TypeOf(v) != sai.ObjectTypePort {
		return
	}
	for _, lane := range s.Executor.lanes(rid) {
		s.w.SetLane(lane, rid)
	}
}

// wantedLanes maps the first lane of every port that should exist to its
// virtual id.
func (s *starter) wantedLanes(byRID map[sai.ObjectID]sai.ObjectID) map[uint32]sai.ObjectID {
	lanes := make(map[uint32]sai.ObjectID, len(s.snap.Lanes))
	for lane, rid := range s.snap.Lanes {
		if v, ok := byRID[rid]; ok {
			lanes[lane] = v
		}
	}
	for _, o := range s.want.All() {
		if o.ID.Type != sai.ObjectTypePort {
			continue
		}
		if v, ok := o.Attr(sai.PortAttrHwLaneList); ok && len(v.Uints()) > 0 {
			lanes[v.Uints()[0]] = o.ID.OID
		}
	}
	return lanes
}

func firstLane(lanes []uint32) uint32 {
	if len(lanes) == 0 {
		return ^uint32(0)
	}
	return lanes[0]
}

// succeedInOrder pairs what is left of each type, in order.
func (s *starter) succeedInOrder(used map[sai.ObjectID]bool, bind func(v, rid sai.ObjectID)) {
	left := map[sai.ObjectType][]sai.ObjectID{}
	for v, t := range s.snap.Cold {
		if !used[v] && t != sai.ObjectTypePort {
			left[t] = append(left[t], v)
		}
	}
	for _, ids := range left {
		slices.SortFunc(ids, func(a, b sai.ObjectID) int { return cmp.Compare(vid.Index(a), vid.Index(b)) })
	}
	for _, f := range s.list {
		if ids := left[f.typ]; len(ids) > 0 && !s.isBound(f.rid) {
			bind(ids[0], f.rid)
			left[f.typ] = ids[1:]
		}
	}
}
