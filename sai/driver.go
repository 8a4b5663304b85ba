package sai

// Driver is one SAI implementation: a libsai.so (sai/libsai), the validating
// store in memory (sai/strict), or a test's own.
//
// Calls are bulk by nature; an implementation whose library lacks the bulk form
// falls back to single calls. All objects of one call have the same type. One
// result is returned for each object, in order; after the first failure the
// remaining objects are still tried unless stopOnError is set, in which case
// they report StatusNotExecuted. A Driver is safe for concurrent use.
type Driver interface {
	// Create makes objects. For object types with an id, objs[i].OID is
	// ignored on entry and set on success.
	Create(t ObjectType, switchID ObjectID, objs []NewObject, stopOnError bool) []Status
	// Remove deletes objects.
	Remove(objs []Object, stopOnError bool) []Status
	// Set changes one attribute of each object: attrs[i] of objs[i].
	Set(objs []Object, attrs []Attr, stopOnError bool) []Status
	// Get reads attributes of one object into attrs, whose values need only
	// carry ids on entry. A list is read whole, whatever its length.
	Get(obj Object, attrs []Attr) Status
	// Stats reads counters of one object, optionally clearing them.
	Stats(obj Object, ids []StatID, mode StatsMode) ([]uint64, Status)
	// ClearStats sets counters of one object to zero.
	ClearStats(obj Object, ids []StatID) Status
	// FlushFDB removes the FDB entries that match all attributes
	// (SAI_FDB_FLUSH_ATTR_*).
	FlushFDB(switchID ObjectID, attrs []Attr) Status
}

// NewObject is an object to create. Its Object.Entry is set for entry types.
type NewObject struct {
	Object
	Attrs []Attr
}

// AttrCapability says what an implementation can do with an attribute.
type AttrCapability struct{ Create, Set, Get bool }

// StatCapability says in which modes (bits of StatsMode) a counter can be read.
type StatCapability struct {
	ID    StatID
	Modes uint32
}
