package sai

import "net/netip"

// AttrID is an attribute's number within its object type (sai_attr_id_t).
type AttrID uint32

// StatID is a counter's number within its object type (sai_stat_id_t).
type StatID uint32

// Attr is one attribute of an object.
type Attr struct {
	ID    AttrID
	Value Value
}

// Object identifies one SAI object. Exactly one of OID and Entry is used:
// object types whose identity is a struct (routes, neighbours, FDB entries)
// have an Entry, all others an OID. Object is comparable and can be a map key.
type Object struct {
	Type  ObjectType
	OID   ObjectID
	Entry Entry
}

// Entry is the identity of an object type that has no object id. The
// implementations are comparable structs held by value.
type Entry interface {
	// EntryType returns the object type that the entry identifies.
	EntryType() ObjectType
}

// RouteEntry identifies a route (sai_route_entry_t).
type RouteEntry struct {
	Switch      ObjectID
	VR          ObjectID
	Destination netip.Prefix
}

// NeighborEntry identifies a neighbour (sai_neighbor_entry_t).
type NeighborEntry struct {
	Switch ObjectID
	RIF    ObjectID
	IP     netip.Addr
}

// FDBEntry identifies a forwarding-database entry (sai_fdb_entry_t). BV is the
// bridge or VLAN object.
type FDBEntry struct {
	Switch ObjectID
	MAC    MAC
	BV     ObjectID
}

// InsegEntry identifies an MPLS in-segment (sai_inseg_entry_t).
type InsegEntry struct {
	Switch ObjectID
	Label  uint32
}

func (RouteEntry) EntryType() ObjectType    { return ObjectTypeRouteEntry }
func (NeighborEntry) EntryType() ObjectType { return ObjectTypeNeighborEntry }
func (FDBEntry) EntryType() ObjectType      { return ObjectTypeFDBEntry }
func (InsegEntry) EntryType() ObjectType    { return ObjectTypeInsegEntry }

// ObjectOf returns the identity of an object that has an object id.
func ObjectOf(t ObjectType, id ObjectID) Object { return Object{Type: t, OID: id} }

// EntryOf returns the identity of an object that is identified by an entry.
func EntryOf(e Entry) Object { return Object{Type: e.EntryType(), Entry: e} }
