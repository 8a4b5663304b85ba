// Package namespace makes, enters and removes named network namespaces, the
// way iproute2 does, so that `ip netns` sees them.
//
// It never leaves a thread of the program in a foreign namespace.
package namespace
