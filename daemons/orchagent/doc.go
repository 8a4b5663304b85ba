// Package orchagent is the daemon that turns intent (APPL_DB) into SAI objects
// (ASIC_DB): it wires the features to the reconcile engine, and the engine to
// the databases.
//
// It never opens a SAI library, never touches the kernel, and never ends
// because SAI refused something.
package orchagent
