// Package snoop is IGMP and MLD snooping of one family of one VLAN (RFC 4541) without I/O: who listens to which group behind which port, behind
// which ports the multicast routers are, and what a querier asks in their place. It reads IGMPv1 to v3 (RFC 1112, RFC 2236, RFC 3376), MLDv1
// and v2 (RFC 2710, RFC 3810) and the hellos of PIM (RFC 7761), and writes the queries of all versions.
//
// It never forwards a frame, never tracks groups of link scope, which go to everybody, and takes no notice of sources: who listens to one
// sender of a group listens to the group.
package snoop
