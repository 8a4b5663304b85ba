// Package rstp is the Rapid Spanning Tree Protocol of IEEE 802.1D-2004 clause 17 for one tree, without any I/O: the coding of BPDUs, and
// the machines of all ports of one bridge. Where a neighbour speaks the older Spanning Tree Protocol, a port falls back to it. The caller
// hands in events with the time they happened, gets back what to send and what has changed, and asks when it should come next. A switch
// with a tree for each VLAN has a Bridge for each.
//
// What the standard leaves open is decided thus. A port's forwarding is taken away in the same step in which the need for it is seen, and
// an agreement is sent no earlier. A port that hears itself discards as one that is in dispute does. A port with root guard that hears
// of a better root discards until nothing of the kind has been heard for the guard's time.
//
// It never reads a clock, never blocks, starts no goroutine, and keeps no more than one record per configured port, whatever is received.
package rstp
