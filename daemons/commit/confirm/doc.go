// Package confirm takes a commit back that nobody confirmed in time. What waits
// is in the journal, so the work survives the end of the process that does it,
// and a reboot.
//
// It never decides what is committed, and never confirms.
package confirm
