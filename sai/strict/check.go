package strict

import "github.com/heddle-nos/heddle/sai"

// checkCreate validates the attributes of a new object; attrs are in the
// caller's order, which indexed statuses refer to.
func (s *Store) checkCreate(sc *schema, attrs []sai.Attr) sai.Status {
	for i := range attrs {
		a := sc.meta.Attr(attrs[i].ID)
		switch {
		case a == nil:
			return sai.StatusUnknownAttribute0 - sai.Status(i)
		case a.ReadOnly:
			return sai.StatusInvalidAttribute0 - sai.Status(i)
		}
		if _, dup := find(attrs[:i], attrs[i].ID); dup {
			return sai.StatusInvalidAttribute0 - sai.Status(i)
		}
		if st := s.checkValue(a, attrs[i].Value); st != sai.StatusSuccess {
			return st - sai.Status(i)
		}
	}
	for _, r := range sc.mandatory {
		if _, ok := find(attrs, r.attr.ID); !ok && r.when.holds(attrs) {
			return sai.StatusMandatoryAttributeMissing
		}
	}
	return sai.StatusSuccess
}

// checkSet validates a new value of an existing object's attribute.
func (s *Store) checkSet(sc *schema, attr sai.Attr) sai.Status {
	a := sc.meta.Attr(attr.ID)
	switch {
	case a == nil:
		return sai.StatusUnknownAttribute0
	case a.ReadOnly || a.CreateOnly || !a.Settable:
		return sai.StatusInvalidAttribute0
	}
	return s.checkValue(a, attr.Value)
}

// checkValue returns StatusSuccess or StatusInvalidAttrValue0.
func (s *Store) checkValue(a *sai.AttrMeta, v sai.Value) sai.Status {
	if v.Kind() != a.Kind || !inRange(a, v) || !s.refsValid(a, v) {
		return sai.StatusInvalidAttrValue0
	}
	if a.Kind == sai.KindOther && !s.structuredValid(a, v) {
		return sai.StatusInvalidAttrValue0
	}
	return sai.StatusSuccess
}

// inRange checks what a value of the right kind may hold.
func inRange(a *sai.AttrMeta, v sai.Value) bool {
	switch a.Kind {
	case sai.KindEnum:
		return known(a.Enum, v.Enum())
	case sai.KindEnumList:
		for _, e := range v.Ints() {
			if !known(a.Enum, e) {
				return false
			}
		}
	case sai.KindU16:
		// IEEE 802.1Q section 9.6: 0 and 4095 name no VLAN.
		return !a.IsVLAN || v.Uint() >= 1 && v.Uint() <= 4094
	case sai.KindChardata:
		return len(v.Text()) <= maxChardata
	}
	return true
}

const maxChardata = 31

func known(e *sai.EnumMeta, v int32) bool {
	if e == nil {
		return true
	}
	_, ok := e.Text(v)
	return ok
}

// refsValid checks that referenced objects exist and have an allowed type.
func (s *Store) refsValid(a *sai.AttrMeta, v sai.Value) bool {
	switch a.Kind {
	case sai.KindOID:
		return s.refValid(a, v.OID())
	case sai.KindOIDList:
		for _, id := range v.OIDs() {
			if !s.refValid(a, id) {
				return false
			}
		}
	}
	return true
}

func (s *Store) refValid(a *sai.AttrMeta, id sai.ObjectID) bool {
	if id == sai.NullObjectID {
		return a.AllowNull
	}
	t, ok := TypeOf(id)
	if !ok || !allowed(a.Objects, t) {
		return false
	}
	return s.hasOID(t, id)
}

func allowed(types []sai.ObjectType, t sai.ObjectType) bool {
	for _, want := range types {
		if want == t {
			return true
		}
	}
	return len(types) == 0
}

func (s *Store) hasOID(t sai.ObjectType, id sai.ObjectID) bool {
	tab := s.tables[t]
	return tab != nil && tab.byOID[id] != nil
}

// checkEntry validates the ids inside an entry's identity.
func (s *Store) checkEntry(e sai.Entry) sai.Status {
	switch e := e.(type) {
	case sai.RouteEntry:
		if !e.Destination.IsValid() || e.Destination != e.Destination.Masked() || e.Destination.Addr().Is4In6() {
			return sai.StatusInvalidParameter
		}
		return s.checkIDs(e.Switch, e.VR, sai.ObjectTypeVirtualRouter)
	case sai.NeighborEntry:
		if !e.IP.IsValid() || e.IP.Is4In6() || e.IP.IsUnspecified() || e.IP.IsMulticast() {
			return sai.StatusInvalidParameter
		}
		return s.checkIDs(e.Switch, e.RIF, sai.ObjectTypeRouterInterface)
	case sai.FDBEntry:
		// IEEE 802.1Q section 8.8: group addresses are not learned or set here.
		if e.MAC[0]&1 != 0 || e.MAC == (sai.MAC{}) {
			return sai.StatusInvalidParameter
		}
		return s.checkIDs(e.Switch, e.BV, sai.ObjectTypeVLAN, sai.ObjectTypeBridge)
	case sai.L2MCEntry:
		if !goodStream(e) {
			return sai.StatusInvalidParameter
		}
		return s.checkIDs(e.Switch, e.BV, sai.ObjectTypeVLAN, sai.ObjectTypeBridge)
	case nil:
		return sai.StatusInvalidParameter
	}
	return sai.StatusSuccess
}

// goodStream tells whether an entry names a group, and a sender exactly if it is of one.
func goodStream(e sai.L2MCEntry) bool {
	if !e.Destination.IsMulticast() || e.Destination.Is4In6() {
		return false
	}
	if e.Type == sai.L2MCEntryTypeXg {
		return !e.Source.IsValid() || e.Source.IsUnspecified()
	}
	return e.Type == sai.L2MCEntryTypeSg && e.Source.BitLen() == e.Destination.BitLen() &&
		!e.Source.IsMulticast() && !e.Source.IsUnspecified() && !e.Source.Is4In6()
}

func (s *Store) checkIDs(sw, id sai.ObjectID, types ...sai.ObjectType) sai.Status {
	if sw != s.sw || s.sw == sai.NullObjectID {
		return sai.StatusInvalidObjectID
	}
	t, ok := TypeOf(id)
	if !ok || !allowed(types, t) || !s.hasOID(t, id) {
		return sai.StatusInvalidObjectID
	}
	return sai.StatusSuccess
}
