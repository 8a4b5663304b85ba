// Package lacpd aggregates links: for every PORTCHANNEL of CONFIG_DB it speaks LACP (IEEE 802.1AX) on the host interfaces of its members,
// and tells in APPL_DB's LAG_TABLE and LAG_MEMBER_TABLE which of them may carry packets; orchagent programs the ASIC from there. STATE_DB
// has the details, with the field names of SONiC's teamd.
//
// What a partner said is kept in STATE_DB, so that a daemon that starts again goes on where it left off: neither the partner nor APPL_DB
// sees a break. A Redis that is away delays what is told, not what is spoken.
//
// It never creates or configures a network device, and forwards no packet: the protocol's frames are all that it handles.
package lacpd
