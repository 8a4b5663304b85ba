package strict

import "github.com/heddle-nos/heddle/sai"

// Learn stores an FDB entry that hardware learned or moved. It reports false if
// the VLAN or the bridge port is gone or the entry is static. Learned entries
// hold no reference: whoever removes their port cannot know of them in time.
func (s *Store) Learn(e sai.FDBEntry, bridgePort sai.ObjectID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	obj := sai.EntryOf(e)
	if s.checkEntry(e) != sai.StatusSuccess || !s.hasOID(sai.ObjectTypeBridgePort, bridgePort) {
		return false
	}
	tab := s.table(s.schemaOf(sai.ObjectTypeFDBEntry))
	if r := tab.byKey[e]; r != nil && !r.learned {
		return false
	}
	tab.put(obj, []sai.Attr{
		{ID: sai.FDBEntryAttrType, Value: sai.Enum(sai.FDBEntryTypeDynamic)},
		{ID: sai.FDBEntryAttrBridgePortID, Value: sai.OID(bridgePort)},
	})
	tab.byKey[e].learned = true
	return true
}

// Forget removes an FDB entry that hardware aged out. It reports whether there
// was a learned one.
func (s *Store) Forget(e sai.FDBEntry) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	obj := sai.EntryOf(e)
	if !s.isLearned(obj) {
		return false
	}
	s.tables[sai.ObjectTypeFDBEntry].drop(obj)
	return true
}

func (s *Store) isLearned(obj sai.Object) bool {
	if obj.Type != sai.ObjectTypeFDBEntry || s.tables[obj.Type] == nil {
		return false
	}
	r := s.tables[obj.Type].byKey[obj.Entry]
	return r != nil && r.learned
}

// supersedeLearned makes room for the creation of an entry that hardware has
// learned meanwhile.
func (s *Store) supersedeLearned(obj sai.Object) bool {
	if !s.isLearned(obj) {
		return false
	}
	s.tables[obj.Type].drop(obj)
	return true
}

// forgetLearnedOn drops the learned entries of a bridge port or VLAN that goes.
func (s *Store) forgetLearnedOn(obj sai.Object) {
	f := Flush{Dynamic: true}
	switch obj.Type {
	case sai.ObjectTypeBridgePort:
		f.BridgePort = obj.OID
	case sai.ObjectTypeVLAN, sai.ObjectTypeBridge:
		f.BV = obj.OID
	default:
		return
	}
	tab := s.tables[sai.ObjectTypeFDBEntry]
	if tab == nil {
		return
	}
	for e, r := range tab.byKey {
		if r.learned && f.matches(e, r) {
			delete(tab.byKey, e)
		}
	}
}

// FlushFDB implements sai.Driver.
func (s *Store) FlushFDB(switchID sai.ObjectID, attrs []sai.Attr) sai.Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	if switchID != s.sw || s.sw == sai.NullObjectID {
		return sai.StatusInvalidObjectID
	}
	f, st := s.flushOf(attrs)
	if st != sai.StatusSuccess {
		return st
	}
	if s.opt.Backend != nil {
		if st := s.opt.Backend.Flush(View{s}, f); st != sai.StatusSuccess {
			return st
		}
	}
	s.forget(f)
	return sai.StatusSuccess
}

// forget drops the entries that match and reports those that a client made.
func (s *Store) forget(f Flush) {
	tab := s.tables[sai.ObjectTypeFDBEntry]
	if tab == nil {
		return
	}
	var made []Change
	for e, r := range tab.byKey {
		if !f.matches(e, r) {
			continue
		}
		if !r.learned {
			made = append(made, Change{Object: sai.EntryOf(e), Attrs: r.attrs})
		}
		s.erase(sai.EntryOf(e), r.attrs)
	}
	if s.opt.Commit != nil && len(made) > 0 {
		s.opt.Commit(OpRemove, made)
	}
}

// flushOf reads SAI_FDB_FLUSH_ATTR_*; the default is all dynamic entries.
func (s *Store) flushOf(attrs []sai.Attr) (Flush, sai.Status) {
	sc := s.schemaOf(sai.ObjectTypeFDBFlush)
	if st := s.checkCreate(sc, attrs); st != sai.StatusSuccess {
		return Flush{}, st
	}
	f := Flush{Dynamic: true}
	for _, a := range attrs {
		switch a.ID {
		case sai.FDBFlushAttrBridgePortID:
			f.BridgePort = a.Value.OID()
		case sai.FDBFlushAttrBvID:
			f.BV = a.Value.OID()
		case sai.FDBFlushAttrEntryType:
			t := sai.FDBFlushEntryType(a.Value.Enum())
			f.Static = t != sai.FDBFlushEntryTypeDynamic
			f.Dynamic = t != sai.FDBFlushEntryTypeStatic
		}
	}
	return f, sai.StatusSuccess
}

func (f Flush) matches(e sai.Entry, r *record) bool {
	fe, ok := e.(sai.FDBEntry)
	if !ok || f.BV != sai.NullObjectID && f.BV != fe.BV {
		return false
	}
	if f.BridgePort != sai.NullObjectID {
		if v, _ := find(r.attrs, sai.FDBEntryAttrBridgePortID); v.OID() != f.BridgePort {
			return false
		}
	}
	t, _ := find(r.attrs, sai.FDBEntryAttrType)
	if sai.FDBEntryType(t.Enum()) == sai.FDBEntryTypeStatic {
		return f.Static
	}
	return f.Dynamic
}
