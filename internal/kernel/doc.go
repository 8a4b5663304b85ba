// Package kernel is one network namespace's links, addresses, neighbours and routes: read whole, followed without gaps, and changed.
//
// It never decides what should be there: callers compare what they want with what they read. It never runs a program, and touches
// only the namespace it was opened for.
package kernel
