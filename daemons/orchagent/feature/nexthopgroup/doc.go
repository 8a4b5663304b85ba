// Package nexthopgroup renders groups of next hops, over which routes with
// several next hops spread packets.
//
// It never decides which routes use a group, nor which next hops exist: a
// member whose next hop is absent waits, and the group works with the rest.
package nexthopgroup
