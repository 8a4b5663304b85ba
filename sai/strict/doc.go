// Package strict is a SAI implementation in memory that knows nothing but the
// metadata of package sai and refuses everything that metadata forbids:
// missing mandatory attributes, changes to create-only or read-only ones,
// wrong kinds, unknown enum values, dangling or ill-typed references, removal
// of objects in use, duplicate keys.
//
// Alone it backs unit tests of everything that drives SAI. With a Backend it is
// the object store of the software ASIC: a change that the backend refuses
// leaves the store as it was and reports the backend's status.
//
// It never forwards a packet, never performs I/O and never starts a goroutine.
package strict
