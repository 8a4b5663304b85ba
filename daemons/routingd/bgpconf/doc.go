// Package bgpconf turns the BGP tables of CONFIG_DB into what the switch's BGP speakers shall be: one Instance per VRF, with every
// inheritance (device, VRF, peer group, neighbour) resolved, and a Problem for each row that cannot be used as it stands.
//
// It is a function of the rows: no I/O, no clock, no memory of the past, and the order of the rows does not matter. It knows what
// GoBGP cannot do only so far as to say so in a Problem; it never calls GoBGP.
package bgpconf
