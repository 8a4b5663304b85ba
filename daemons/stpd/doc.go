// Package stpd keeps the switch's VLANs free of loops: for the STP tables of CONFIG_DB it speaks the rapid spanning tree protocol (IEEE
// 802.1D-2004) on the host interfaces of ports and port channels, one tree for each VLAN with Cisco's frames (mode pvst), or one for all
// (mode mst), and tells in APPL_DB which port does what in which instance; orchagent programs the ASIC from there. The tables that `show`
// reads have the names and fields of SONiC's stpd.
//
// What is known of each port is kept in STATE_DB, so that a daemon that starts again goes on where it left off. A Redis that is away
// delays what is told, not what is spoken.
//
// It never creates or configures a network device, and forwards no packet: the protocol's frames are all that it handles. The only row
// of CONFIG_DB that it changes is that of a port which BPDU guard shuts down.
package stpd
