// Package asicdb is orchagent's end of the sairedis protocol in synchronous
// mode: requests go into the queue of ASIC_DB, many at a time, and syncd's
// answers come back in order. It owns virtual object ids: it allocates them,
// remembers which belongs to which object key (in ASIC_DB, so that a restart
// finds them again), finds the objects that the switch made by itself and
// loads what the ASIC holds.
//
// It never decides what should exist, and never talks to a SAI library.
package asicdb
