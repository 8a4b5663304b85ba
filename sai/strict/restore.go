package strict

import (
	"slices"

	"github.com/heddle-nos/heddle/sai"
)

// Restorer rebuilds a store from what Options.Commit once reported. Its methods
// report whether that made sense at all; beyond that nothing is validated, and
// the backend hears nothing.
type Restorer struct {
	s    *Store
	gens map[sai.ObjectType]uint16
}

// Restore empties the store and lets f rebuild it. References, unique keys and
// free ids are worked out afterwards.
func (s *Store) Restore(f func(*Restorer) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	r := &Restorer{s: s, gens: map[sai.ObjectType]uint16{}}
	if err := f(r); err != nil {
		s.clear()
		return err
	}
	r.finish()
	return nil
}

// Put stores an object with all its explicit attributes.
func (r *Restorer) Put(obj sai.Object, attrs []sai.Attr) bool {
	sc := r.s.schemaOf(obj.Type)
	if sc == nil || !wellFormed(sc, attrs) {
		return false
	}
	if sc.meta.HasOID {
		if t, ok := TypeOf(obj.OID); !ok || t != obj.Type || Index(obj.OID) == 0 {
			return false
		}
		r.Generation(obj.Type, generation(obj.OID))
	} else if obj.Entry == nil || obj.Entry.EntryType() != obj.Type {
		return false
	}
	r.s.table(sc).put(obj, sorted(attrs))
	return true
}

// Set stores one attribute of an object.
func (r *Restorer) Set(obj sai.Object, attr sai.Attr) bool {
	attrs, ok := r.s.lookup(obj)
	if ok = ok && wellFormed(r.s.schemaOf(obj.Type), []sai.Attr{attr}); ok {
		r.s.tables[obj.Type].put(obj, with(attrs, attr))
	}
	return ok
}

// wellFormed reports whether attributes exist and have values of their kind.
func wellFormed(sc *schema, attrs []sai.Attr) bool {
	for _, a := range attrs {
		if m := sc.meta.Attr(a.ID); m == nil || m.Kind != a.Value.Kind() {
			return false
		}
	}
	return true
}

// Remove drops an object; dropping the switch drops everything.
func (r *Restorer) Remove(obj sai.Object) bool {
	if obj.Type == sai.ObjectTypeSwitch {
		r.s.clear()
		return true
	}
	_, ok := r.s.lookup(obj)
	if ok {
		r.s.tables[obj.Type].drop(obj)
	}
	return ok
}

// Generation makes ids of a type continue after that generation.
func (r *Restorer) Generation(t sai.ObjectType, gen uint16) {
	r.gens[t] = max(r.gens[t], gen)
}

func (r *Restorer) finish() {
	s := r.s
	for t, tab := range s.tables {
		if tab.ids != nil {
			tab.ids.rebuild(tab.byOID, r.gens[t])
		}
	}
	s.findDefaults()
	s.keepParts()
	for t, tab := range s.tables {
		sc := s.schemaOf(t)
		tab.each(func(obj sai.Object, attrs []sai.Attr) {
			s.addRefs(sc, obj, attrs, 1)
			for _, k := range sc.uniqueKeys(attrs) {
				s.unique[k] = obj.OID
			}
		})
	}
}

// rebuild works out the free indexes from the used ones.
func (a *allocator) rebuild(used map[sai.ObjectID]*record, gen uint16) {
	indexes := make([]uint32, 0, len(used))
	for id := range used {
		indexes = append(indexes, Index(id))
	}
	slices.Sort(indexes)
	a.next, a.free, a.gen = 1, nil, gen
	for _, idx := range indexes {
		for ; a.next < idx; a.next++ {
			a.free = append(a.free, a.next) // ascending, hence a heap
		}
		a.next = idx + 1
	}
}

// findDefaults recognises the objects that came with the switch: of each type
// the very first, and the CPU port by its type.
func (s *Store) findDefaults() {
	if tab := s.tables[sai.ObjectTypeSwitch]; tab != nil {
		for id := range tab.byOID {
			s.sw = id
		}
	}
	s.def = defaults{
		router: s.firstOf(sai.ObjectTypeVirtualRouter), stp: s.firstOf(sai.ObjectTypeSTP),
		trapGroup: s.firstOf(sai.ObjectTypeHostifTrapGroup), bridge: s.firstOf(sai.ObjectTypeBridge),
		vlan:     s.firstOf(sai.ObjectTypeVLAN),
		ecmpHash: s.nthOf(sai.ObjectTypeHash, 1), lagHash: s.nthOf(sai.ObjectTypeHash, 2),
	}
	if tab := s.tables[sai.ObjectTypePort]; tab != nil {
		for id, r := range tab.byOID {
			if t, ok := find(r.attrs, sai.PortAttrType); ok && sai.PortType(t.Enum()) == sai.PortTypeCPU {
				s.def.cpu = id
			}
		}
	}
	for _, id := range []sai.ObjectID{s.sw, s.def.router, s.def.stp, s.def.trapGroup, s.def.bridge, s.def.vlan, s.def.cpu, s.def.ecmpHash, s.def.lagHash} {
		if t, ok := TypeOf(id); ok {
			s.tables[t].byOID[id].permanent = true
		}
	}
}

func (s *Store) firstOf(t sai.ObjectType) sai.ObjectID { return s.nthOf(t, 1) }

func (s *Store) nthOf(t sai.ObjectType, n uint32) sai.ObjectID {
	id := newAllocator(t).id(n, 0)
	if !s.hasOID(t, id) {
		return sai.NullObjectID
	}
	return id
}

// Save reports the whole state in the form that Restore takes: id generations,
// then objects. Learned FDB entries are left out.
func (s *Store) Save(generation func(sai.ObjectType, uint16), object func(sai.Object, []sai.Attr)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t, tab := range s.tables {
		if tab.ids != nil && tab.ids.gen > 0 {
			generation(t, tab.ids.gen)
		}
		tab.each(func(o sai.Object, attrs []sai.Attr) {
			if !s.isLearned(o) {
				object(o, attrs)
			}
		})
	}
}

// SetBackend connects a store that was restored without its hardware.
func (s *Store) SetBackend(b Backend) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opt.Backend = b
}
