// Package mcsnoopd keeps multicast off the ports behind which nobody listens: in the VLANs that the tables of IGMP and MLD snooping of CONFIG_DB
// name, it hears what hosts and routers say to each other about groups (RFC 4541), and tells in APPL_DB which ports each group goes to;
// orchagent programs the ASIC from there. Where no router does, it asks for listeners itself.
//
// The ASIC hands all such frames of a snooped VLAN to the CPU, by the host interface that they came by, and forwards none: mcsnoopd sends queries
// and PIM on to all other ports of the VLAN, and the words of listeners to those with routers.
//
// A daemon that starts again takes over what APPL_DB holds, and forgets what it does not hear again in time. A Redis that is away delays what is
// told, not what is spoken.
//
// It never creates or configures a network device, and handles no other frames.
package mcsnoopd
