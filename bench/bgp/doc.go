// Bgp measures how fast a switch takes a table from a BGP peer: until it is accepted in the RIB, until its rows are in APPL_DB, until the ASIC has
// acknowledged every route, and until the kernel has them; and what FRR (bgpd, zebra) and BIRD need for the same table, RIB and kernel, in the
// same run on the same machine. Each runs in a lab of its own, one after the other, fed by the same sender.
//
// It needs root, the programs in bin/, and Debian's frr and bird2.
package main
