package strict

import (
	"slices"

	"github.com/heddle-nos/heddle/sai"
)

// batch is one call on its way through the backend.
type batch struct {
	op      Op
	status  []sai.Status
	changes []Change
	index   []int               // changes[k] is the call's operation index[k]
	orders  [][]sai.Attr        // create: the attributes of changes[k] in the caller's order
	seen    map[sai.Object]bool // removals of this call
}

func newBatch(op Op, n int) *batch {
	b := &batch{op: op, status: make([]sai.Status, n), changes: make([]Change, 0, n), index: make([]int, 0, n)}
	for i := range b.status {
		b.status[i] = sai.StatusNotExecuted
	}
	if op == OpRemove && n > 1 {
		b.seen = make(map[sai.Object]bool, n)
	}
	return b
}

func (b *batch) add(i int, c Change) sai.Status {
	b.changes = append(b.changes, c)
	b.index = append(b.index, i)
	return sai.StatusSuccess
}

// record stores an operation's status and tells whether to go on.
func (b *batch) record(i int, st sai.Status, stopOnError bool) bool {
	b.status[i] = st
	return st == sai.StatusSuccess || !stopOnError
}

// stageCreate checks one new object and puts it into the store.
func (s *Store) stageCreate(b *batch, i int, switchID sai.ObjectID, n *sai.NewObject) sai.Status {
	sc := s.schemaOf(n.Type)
	switch {
	case sc == nil:
		return sai.StatusInvalidObjectType
	case s.isPart(n.Type):
		return sai.StatusNotSupported
	}
	if st := s.checkIdentity(sc, switchID, n); st != sai.StatusSuccess {
		return st
	}
	if st := s.checkCreate(sc, n.Attrs); st != sai.StatusSuccess {
		return st
	}
	attrs := sorted(n.Attrs)
	keys := sc.uniqueKeys(attrs)
	for _, k := range keys {
		if _, taken := s.unique[k]; taken {
			return sai.StatusItemAlreadyExists
		}
	}
	tab := s.table(sc)
	if st := s.checkLimit(sc, tab); st != sai.StatusSuccess {
		return st
	}
	if sc.meta.HasOID {
		n.OID = tab.ids.alloc()
	}
	s.insert(sc, n.Object, attrs, keys)
	b.orders = append(b.orders, n.Attrs)
	return b.add(i, Change{Object: n.Object, Attrs: attrs})
}

// checkIdentity checks the switch, or the entry that identifies the object.
func (s *Store) checkIdentity(sc *schema, switchID sai.ObjectID, n *sai.NewObject) sai.Status {
	if sc.meta.HasOID {
		if switchID != s.sw || s.sw == sai.NullObjectID {
			return sai.StatusInvalidObjectID
		}
		n.Entry = nil
		return sai.StatusSuccess
	}
	n.OID = sai.NullObjectID
	if n.Entry == nil || n.Entry.EntryType() != n.Type {
		return sai.StatusInvalidParameter
	}
	if st := s.checkEntry(n.Entry); st != sai.StatusSuccess {
		return st
	}
	if _, exists := s.lookup(n.Object); exists {
		if !s.supersedeLearned(n.Object) {
			return sai.StatusItemAlreadyExists
		}
	}
	return sai.StatusSuccess
}

func (s *Store) checkLimit(sc *schema, tab *table) sai.Status {
	limit, ok := s.opt.Limits[sc.meta.Type]
	if !ok {
		limit = DefaultLimit
	}
	switch {
	case tab.len() < limit:
		return sai.StatusSuccess
	case limit == 0:
		return sai.StatusNotSupported
	case sc.meta.HasOID:
		return sai.StatusInsufficientResources
	}
	return sai.StatusTableFull
}

// insert stores an object that passed all checks.
func (s *Store) insert(sc *schema, obj sai.Object, attrs []sai.Attr, keys []string) {
	s.table(sc).put(obj, attrs)
	s.addRefs(sc, obj, attrs, 1)
	for _, k := range keys {
		s.unique[k] = obj.OID
	}
}

// erase takes an object out of the store.
func (s *Store) erase(obj sai.Object, attrs []sai.Attr) {
	sc := s.schemaOf(obj.Type)
	if !s.isLearned(obj) {
		s.addRefs(sc, obj, attrs, -1)
	}
	for _, k := range sc.uniqueKeys(attrs) {
		delete(s.unique, k)
	}
	s.tables[obj.Type].drop(obj)
	delete(s.counters, obj)
}

// stageRemove checks that an object may go; it stays until the backend agrees.
func (s *Store) stageRemove(b *batch, i int, obj sai.Object) sai.Status {
	if st := s.checkExists(obj); st != sai.StatusSuccess {
		return st
	}
	if b.seen[obj] {
		return sai.StatusItemNotFound
	}
	if obj.Type == sai.ObjectTypeSwitch && s.staysUp(obj) {
		return sai.StatusSuccess
	}
	if r := s.tables[obj.Type].record(obj); r != nil && (r.refs > 0 || r.permanent) {
		if obj.Type != sai.ObjectTypeSwitch {
			return sai.StatusObjectInUse
		}
	}
	if b.seen != nil {
		b.seen[obj] = true
	}
	attrs, _ := s.lookup(obj)
	return b.add(i, Change{Object: obj, Attrs: attrs})
}

// stageSet checks one new value and puts it into the store.
func (s *Store) stageSet(b *batch, i int, obj sai.Object, attr sai.Attr) sai.Status {
	if st := s.checkExists(obj); st != sai.StatusSuccess {
		return st
	}
	sc := s.schemaOf(obj.Type)
	if st := s.checkSet(sc, attr); st != sai.StatusSuccess {
		return st
	}
	before, _ := s.lookup(obj)
	old, set := find(before, attr.ID)
	if !set {
		old, _ = s.value(obj, attr.ID)
	}
	s.replace(obj, attr)
	return b.add(i, Change{Object: obj, Attrs: []sai.Attr{attr}, Old: old, unset: !set})
}

// replace stores a value and moves the references from the old one to it.
func (s *Store) replace(obj sai.Object, attr sai.Attr) {
	attrs, _ := s.lookup(obj)
	if old, ok := find(attrs, attr.ID); ok {
		s.addValueRefs(old, -1)
	}
	s.addValueRefs(attr.Value, 1)
	s.tables[obj.Type].put(obj, with(attrs, attr))
}

// apply hands the staged changes to the backend, then completes what it
// accepted and takes back, newest first, what it refused.
func (s *Store) apply(b *batch, stopOnError bool) {
	if len(b.changes) == 0 {
		return
	}
	if s.opt.Backend != nil {
		for k, st := range s.opt.Backend.Apply(View{s}, b.op, b.changes, stopOnError) {
			b.status[b.index[k]] = b.blame(k, st)
		}
	}
	for k := len(b.changes) - 1; k >= 0; k-- {
		done := b.status[b.index[k]] == sai.StatusSuccess
		switch {
		case b.op == OpRemove && done:
			s.finishRemove(b.changes[k])
		case b.op != OpRemove && !done:
			s.takeBack(b.op, b.changes[k])
		}
	}
	s.commit(b)
	s.followPorts(b)
}

// blame turns a status that blames attribute n of a change, which is in order of
// id, into one that blames the caller's attribute.
func (b *batch) blame(k int, st sai.Status) sai.Status {
	n, ok := st.AttrIndex()
	if !ok || b.op != OpCreate || n >= len(b.changes[k].Attrs) {
		return st
	}
	for i, a := range b.orders[k] {
		if a.ID == b.changes[k].Attrs[n].ID {
			return st + sai.Status(n-i)
		}
	}
	return st
}

// commit reports what took effect.
func (s *Store) commit(b *batch) {
	if s.opt.Commit == nil {
		return
	}
	done := b.changes[:0:0]
	for k, c := range b.changes {
		if b.status[b.index[k]] != sai.StatusSuccess {
			continue
		}
		if b.op == OpCreate && c.Object.Type != sai.ObjectTypeRouteEntry {
			c.Attrs, _ = s.lookup(c.Object) // with what the backend recorded
		}
		done = append(done, c)
	}
	if len(done) > 0 {
		s.opt.Commit(b.op, done)
	}
}

func (s *Store) finishRemove(c Change) {
	if c.Object.Type == sai.ObjectTypeSwitch {
		s.clear()
		return
	}
	s.forgetLearnedOn(c.Object)
	s.erase(c.Object, c.Attrs)
	if tab := s.tables[c.Object.Type]; tab.ids != nil {
		tab.ids.release(c.Object.OID)
	}
}

func (s *Store) takeBack(op Op, c Change) {
	if op == OpSet {
		s.takeBackSet(c)
		return
	}
	s.erase(c.Object, c.Attrs)
	if tab := s.tables[c.Object.Type]; tab.ids != nil {
		tab.ids.undo(c.Object.OID)
	}
}

// takeBackSet restores the value before, unless a later operation of the same
// call has replaced the refused one.
func (s *Store) takeBackSet(c Change) {
	attrs, _ := s.lookup(c.Object)
	if now, _ := find(attrs, c.Attrs[0].ID); !now.Equal(c.Attrs[0].Value) {
		return
	}
	if !c.unset {
		s.replace(c.Object, sai.Attr{ID: c.Attrs[0].ID, Value: c.Old})
		return
	}
	s.addValueRefs(c.Attrs[0].Value, -1)
	s.tables[c.Object.Type].put(c.Object, without(attrs, c.Attrs[0].ID))
}

// sorted returns a copy of attributes in order of id.
func sorted(attrs []sai.Attr) []sai.Attr {
	out := slices.Clone(attrs)
	slices.SortFunc(out, func(a, b sai.Attr) int { return int(a.ID) - int(b.ID) })
	return out
}

// with returns a copy of sorted attributes with one value replaced or added.
func with(attrs []sai.Attr, attr sai.Attr) []sai.Attr {
	return sorted(append(without(attrs, attr.ID), attr))
}

// without returns a copy of attributes with one left out.
func without(attrs []sai.Attr, id sai.AttrID) []sai.Attr {
	out := make([]sai.Attr, 0, len(attrs)+1)
	for _, a := range attrs {
		if a.ID != id {
			out = append(out, a)
		}
	}
	return out
}
