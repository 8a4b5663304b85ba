package strict

import (
	"slices"
	"sync"

	"github.com/heddle-nos/heddle/sai"
)

// Store is a SAI of one switch. It implements sai.Driver.
type Store struct {
	opt Options

	mu       sync.Mutex
	sw       sai.ObjectID
	tables   map[sai.ObjectType]*table
	schemas  map[sai.ObjectType]*schema
	unique   map[string]sai.ObjectID
	def      defaults
	counters map[sai.Object]map[sai.StatID]uint64
}

var _ sai.Driver = (*Store)(nil)

// New returns a store without a switch; creating one makes its ports and
// default objects.
func New(opt Options) *Store {
	s := &Store{opt: opt, schemas: map[sai.ObjectType]*schema{}}
	s.clear()
	return s
}

func (s *Store) clear() {
	s.sw = sai.NullObjectID
	s.tables = map[sai.ObjectType]*table{}
	s.unique = map[string]sai.ObjectID{}
	s.counters = map[sai.Object]map[sai.StatID]uint64{}
	s.def = defaults{}
}

// Create implements sai.Driver. Creating the switch a second time connects to
// the one that exists, as SAI_SWITCH_ATTR_INIT_SWITCH = false does: it returns
// the same id and sets the settable attributes.
func (s *Store) Create(t sai.ObjectType, switchID sai.ObjectID, objs []sai.NewObject, stopOnError bool) []sai.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t == sai.ObjectTypeSwitch {
		return s.createSwitches(objs, stopOnError)
	}
	b := newBatch(OpCreate, len(objs))
	for i := range objs {
		objs[i].Type = t
		st := s.fault(OpCreate, objs[i].Object, objs[i].Attrs)
		if st == sai.StatusSuccess {
			st = s.stageCreate(b, i, switchID, &objs[i])
		}
		if !b.record(i, st, stopOnError) {
			break
		}
	}
	s.apply(b, stopOnError)
	return b.status
}

// Remove implements sai.Driver.
func (s *Store) Remove(objs []sai.Object, stopOnError bool) []sai.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := newBatch(OpRemove, len(objs))
	for i, obj := range objs {
		st := s.fault(OpRemove, obj, nil)
		if st == sai.StatusSuccess {
			st = s.stageRemove(b, i, obj)
		}
		if !b.record(i, st, stopOnError) {
			break
		}
	}
	s.apply(b, stopOnError)
	return b.status
}

// Set implements sai.Driver.
func (s *Store) Set(objs []sai.Object, attrs []sai.Attr, stopOnError bool) []sai.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := newBatch(OpSet, len(objs))
	for i, obj := range objs {
		st := sai.StatusInvalidParameter
		if i < len(attrs) {
			st = s.fault(OpSet, obj, attrs[i:i+1])
		}
		if st == sai.StatusSuccess {
			st = s.stageSet(b, i, obj, attrs[i])
		}
		if !b.record(i, st, stopOnError) {
			break
		}
	}
	s.apply(b, stopOnError)
	return b.status
}

// Get implements sai.Driver. The status blames the first attribute that has no
// value; the others are read all the same.
func (s *Store) Get(obj sai.Object, attrs []sai.Attr) sai.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st := s.fault(OpGet, obj, attrs); st != sai.StatusSuccess {
		return st
	}
	if st := s.checkExists(obj); st != sai.StatusSuccess {
		return st
	}
	result := sai.StatusSuccess
	for i := range attrs {
		v, st := s.value(obj, attrs[i].ID)
		if st == sai.StatusSuccess {
			attrs[i].Value = v
		} else if result == sai.StatusSuccess {
			result = st - sai.Status(i)
		}
	}
	return result
}

// Keys lists the objects of a type in a stable order.
func (s *Store) Keys(t sai.ObjectType) []sai.Object {
	s.mu.Lock()
	defer s.mu.Unlock()
	tab := s.tables[t]
	if tab == nil {
		return nil
	}
	keys := make([]sai.Object, 0, tab.len())
	tab.each(func(o sai.Object, _ []sai.Attr) { keys = append(keys, o) })
	slices.SortFunc(keys, compareObjects)
	return keys
}

// Read calls f with a view of the store under its lock.
func (s *Store) Read(f func(View)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(View{s})
}

func (s *Store) fault(op Op, obj sai.Object, attrs []sai.Attr) sai.Status {
	if s.opt.Fault == nil {
		return sai.StatusSuccess
	}
	return s.opt.Fault(op, obj, attrs)
}

func (s *Store) lookup(obj sai.Object) ([]sai.Attr, bool) {
	tab := s.tables[obj.Type]
	if tab == nil {
		return nil, false
	}
	return tab.attrs(obj)
}

// checkExists says why an object cannot be operated on.
func (s *Store) checkExists(obj sai.Object) sai.Status {
	sc := s.schemaOf(obj.Type)
	switch {
	case sc == nil:
		return sai.StatusInvalidObjectType
	case sc.meta.HasOID:
		if t, ok := TypeOf(obj.OID); ok && t != obj.Type {
			return sai.StatusInvalidObjectType
		}
	case obj.Entry == nil || obj.Entry.EntryType() != obj.Type:
		return sai.StatusInvalidParameter
	}
	if _, ok := s.lookup(obj); !ok {
		return sai.StatusItemNotFound
	}
	return sai.StatusSuccess
}

func (s *Store) table(sc *schema) *table {
	t := s.tables[sc.meta.Type]
	if t == nil {
		t = newTable(sc.meta.Type, sc.meta.HasOID)
		s.tables[sc.meta.Type] = t
	}
	return t
}
