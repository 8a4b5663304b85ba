// Package lacp is the Link Aggregation Control Protocol of IEEE 802.1AX-2014 clause 6.4 without any I/O: the coding of LACPDUs, and the
// receive, periodic transmission, selection and (coupled) mux machines of all ports of one system. The caller hands in events with the
// time they happened, gets back what to send and what has changed, and asks when it should come next.
//
// What the standard leaves open is decided thus. A port belongs to the LAG that it is configured for, and no other. Of the links of a
// LAG that lead to different partners, those of the partner with the most of them are used. A port attaches when its own wait is over,
// whether or not others of the LAG still wait: so a flapping link holds up none. There is no standby: every link that can be used is.
//
// It never reads a clock, never blocks, starts no goroutine, and keeps no more than one record per configured port, whatever is received.
package lacp
