// Package hashing renders how flows are spread over next hops and over members of
// port channels: which fields of a packet count, and by which algorithm. It also
// says which of them the ASIC is able to use.
//
// It never renders a group; seeds are package device's.
package hashing
