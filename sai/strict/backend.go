package strict

import "github.com/heddle-nos/heddle/sai"

// Backend carries validated changes into hardware. All its methods run under
// the store's lock: they must not call the store except through the View.
type Backend interface {
	// Apply performs changes of one op and one object type and returns one
	// status each. Created objects and new values are already visible in the
	// View, removed objects still are; what fails is rolled back by the store.
	// With stopOnError everything after the first failure must be left undone
	// and report StatusNotExecuted.
	Apply(v View, op Op, changes []Change, stopOnError bool) []sai.Status
	// Stats reads counters, clearing them if mode says so.
	Stats(v View, obj sai.Object, ids []sai.StatID, mode sai.StatsMode) ([]uint64, sai.Status)
	// ClearStats sets counters to zero.
	ClearStats(v View, obj sai.Object, ids []sai.StatID) sai.Status
	// Flush forgets FDB entries that match; the store forgets its own after it.
	Flush(v View, f Flush) sai.Status
}

// Change is one validated operation.
type Change struct {
	Object sai.Object
	Attrs  []sai.Attr // create: as given, by id; set: the one attribute; remove: all explicit ones
	Old    sai.Value  // set: the value before, its default if it had none
	unset  bool       // set: there was no explicit value before
}

// Flush selects FDB entries. A null id matches everything.
type Flush struct {
	BridgePort sai.ObjectID
	BV         sai.ObjectID // VLAN or bridge
	Dynamic    bool
	Static     bool
}

// View reads the store while its lock is held.
type View struct{ s *Store }

// Switch returns the id of the switch, null if none was created.
func (v View) Switch() sai.ObjectID { return v.s.sw }

// Exists reports whether the object exists.
func (v View) Exists(obj sai.Object) bool {
	_, ok := v.s.lookup(obj)
	return ok
}

// Attrs returns the explicit attributes of an object in order of id. They must
// not be changed.
func (v View) Attrs(obj sai.Object) ([]sai.Attr, bool) { return v.s.lookup(obj) }

// Value returns an attribute's value, explicit, computed or default; the zero
// Value if the object does not exist or the attribute has no value.
func (v View) Value(obj sai.Object, id sai.AttrID) sai.Value {
	val, _ := v.s.value(obj, id)
	return val
}

// Record stores a value that the hardware determines, such as a port's
// operational status, whatever the metadata says about writing it.
func (v View) Record(obj sai.Object, attrs ...sai.Attr) { v.s.recordState(obj, attrs) }

// Each calls f for every object of a type, in no particular order.
func (v View) Each(t sai.ObjectType, f func(sai.Object)) {
	if tab := v.s.tables[t]; tab != nil {
		tab.each(func(o sai.Object, _ []sai.Attr) { f(o) })
	}
}

// Learned reports whether an FDB entry was learned by hardware.
func (v View) Learned(obj sai.Object) bool { return v.s.isLearned(obj) }

// Count returns how many objects of a type exist.
func (v View) Count(t sai.ObjectType) int {
	if tab := v.s.tables[t]; tab != nil {
		return tab.len()
	}
	return 0
}
