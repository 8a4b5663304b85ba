// Package device renders what the switch needs as a whole: its own creation,
// the notifications it is to send, the ageing of learned addresses, the seeds of
// hashes, the routes
// that exist before any interface, and which groups of counters are polled.
//
// It never renders a port or anything a port carries.
package device
