// Package syncd serves the sairedis protocol: it takes operations from the
// ASIC_STATE queue of ASIC_DB, performs them on one sai.Driver, records what
// the ASIC holds in ASIC_DB and answers through GETRESPONSE. It is the only
// daemon that loads a SAI library.
//
// It works in virtual object ids (VIDs) towards the database and in real ids
// (RIDs) towards the driver, and owns the mapping between them. One goroutine
// owns all of that state; the queue reader, the notifications of the driver
// and the counter pollers only feed it or read copies.
//
// It never decides what the ASIC should hold (orchagent does), never knows
// what a VLAN or a route means beyond SAI metadata, and never gives up on a bad
// request: whatever cannot be executed is answered with a SAI status.
package syncd
