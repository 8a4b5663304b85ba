package object

import "slices"

// Store holds the desired state: every row's fragments, by object.
type Store struct {
	byKey   map[Key]map[Owner]Fragment
	byOwner map[Owner][]Key
}

// NewStore returns an empty store.
func NewStore() *Store {
	return &Store{byKey: make(map[Key]map[Owner]Fragment), byOwner: make(map[Owner][]Key)}
}

// Replace makes frags all that an owner contributes and returns the keys of
// the objects it may have changed.
func (s *Store) Replace(o Owner, frags []Fragment) []Key {
	dirty := s.byOwner[o]
	for _, k := range dirty {
		delete(s.byKey[k], o)
	}
	keys := make([]Key, 0, len(frags))
	for _, f := range frags {
		m := s.byKey[f.Key]
		if m == nil {
			m = make(map[Owner]Fragment, 1)
			s.byKey[f.Key] = m
		}
		m[o] = f
		keys = append(keys, f.Key)
		if !slices.Contains(dirty, f.Key) {
			dirty = append(dirty, f.Key)
		}
	}
	for _, k := range dirty {
		if len(s.byKey[k]) == 0 {
			delete(s.byKey, k)
		}
	}
	if len(keys) == 0 {
		delete(s.byOwner, o)
	} else {
		s.byOwner[o] = keys
	}
	return dirty
}

// Get returns the object with a key as all fragments describe it; nil when no
// row wants it.
func (s *Store) Get(k Key) (*Object, error) {
	frags := s.byKey[k]
	if len(frags) == 0 {
		return nil, nil
	}
	return Merge(k, frags)
}

// Owners returns who contributes to an object, sorted.
func (s *Store) Owners(k Key) []Owner {
	var out []Owner
	for o := range s.byKey[k] {
		out = append(out, o)
	}
	slices.Sort(out)
	return out
}

// Keys calls yield with the key of every object that any row contributes to.
func (s *Store) Keys(yield func(Key) bool) {
	for k := range s.byKey {
		if !yield(k) {
			return
		}
	}
}
