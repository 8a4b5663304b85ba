// Package damping keeps ports whose links flap from telling every flap. Each loss
// of link adds to a penalty that decays exponentially; while it is high, changes
// are withheld (as RFC 2439 does with routes).
//
// It has no clock and does no I/O: times are given, and what is to be told is
// returned.
package damping
