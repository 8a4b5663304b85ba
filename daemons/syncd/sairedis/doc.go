// Package sairedis decodes the requests that a SAI client queues in ASIC_DB
// and encodes the answers that go back through GETRESPONSE.
//
// A request either decodes whole or is refused whole with an error that names
// the field to blame. The package keeps no state and does no I/O; ids stay
// virtual.
package sairedis
