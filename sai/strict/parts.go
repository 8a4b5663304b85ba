package strict

import "github.com/heddle-nos/heddle/sai"

// A part is an object that comes and goes with its port: a queue or an ingress
// priority group. Clients can neither create nor remove one, and the port that
// it names is not in use because of it.
type part struct {
	list, count sai.AttrID // of the port
	port, index sai.AttrID // of the part
}

var parts = map[sai.ObjectType]part{
	sai.ObjectTypeQueue: {
		sai.PortAttrQoSQueueList, sai.PortAttrQoSNumberOfQueues, sai.QueueAttrPort, sai.QueueAttrIndex,
	},
	sai.ObjectTypeIngressPriorityGroup: {
		sai.PortAttrIngressPriorityGroupList, sai.PortAttrNumberOfIngressPriorityGroups,
		sai.IngressPriorityGroupAttrPort, sai.IngressPriorityGroupAttrIndex,
	},
}

// partTypes are the types in the order in which parts are made.
var partTypes = []sai.ObjectType{sai.ObjectTypeQueue, sai.ObjectTypeIngressPriorityGroup}

// isPart tells the objects that this switch makes with its ports.
func (s *Store) isPart(t sai.ObjectType) bool { return s.partCount(t) > 0 }

func (s *Store) partCount(t sai.ObjectType) int {
	switch t {
	case sai.ObjectTypeQueue:
		return s.opt.Queues
	case sai.ObjectTypeIngressPriorityGroup:
		return s.opt.PriorityGroups
	}
	return 0
}

// makeParts stores what comes with a port and returns it by type.
func (s *Store) makeParts(port sai.ObjectID) [][]Change {
	var out [][]Change
	for _, t := range partTypes {
		var made []Change
		for i := range s.partCount(t) {
			attrs := []sai.Attr{{ID: parts[t].port, Value: sai.OID(port)}, {ID: parts[t].index, Value: sai.U8(uint8(i))}}
			if t == sai.ObjectTypeQueue {
				attrs = append(attrs, sai.Attr{ID: sai.QueueAttrType, Value: sai.Enum(sai.QueueTypeUnicast)})
			}
			made = append(made, s.make(t, true, attrs...))
		}
		if made != nil {
			out = append(out, made)
		}
	}
	return out
}

// dropParts takes away what came with a port and returns it.
func (s *Store) dropParts(port sai.ObjectID) [][]Change {
	var out [][]Change
	for _, t := range partTypes {
		var gone []Change
		for _, id := range s.partsOf(port, t) {
			obj := sai.ObjectOf(t, id)
			attrs, _ := s.lookup(obj)
			s.erase(obj, attrs)
			s.tables[t].ids.release(id)
			gone = append(gone, Change{Object: obj, Attrs: attrs})
		}
		if gone != nil {
			out = append(out, gone)
		}
	}
	return out
}

// partsOf lists the parts of a port of one type, by index.
func (s *Store) partsOf(port sai.ObjectID, t sai.ObjectType) []sai.ObjectID {
	return s.members(port, member{t, parts[t].port}).OIDs()
}

// partValue computes what a port says of its parts.
func (s *Store) partValue(port sai.ObjectID, id sai.AttrID) (sai.Value, bool) {
	for _, t := range partTypes {
		p := parts[t]
		switch {
		case id == p.list && s.isPart(t):
			return sai.OIDList(s.partsOf(port, t)), true
		case id == p.count:
			return sai.U32(uint32(len(s.partsOf(port, t)))), true
		}
	}
	return sai.Value{}, false
}

// followPorts makes or drops the parts of ports that a call made or removed, and
// reports them as changes of their own.
func (s *Store) followPorts(b *batch) {
	if b.op == OpSet || len(b.changes) == 0 || b.changes[0].Object.Type != sai.ObjectTypePort {
		return
	}
	for k, c := range b.changes {
		if b.status[b.index[k]] != sai.StatusSuccess {
			continue
		}
		groups := s.dropParts(c.Object.OID)
		if b.op == OpCreate {
			groups = s.makeParts(c.Object.OID)
		}
		for _, changes := range groups {
			if s.opt.Commit != nil {
				s.opt.Commit(b.op, changes)
			}
		}
	}
}

// keepParts makes restored parts permanent again.
func (s *Store) keepParts() {
	for _, t := range partTypes {
		if tab := s.tables[t]; tab != nil && s.isPart(t) {
			for _, r := range tab.byOID {
				r.permanent = true
			}
		}
	}
}
