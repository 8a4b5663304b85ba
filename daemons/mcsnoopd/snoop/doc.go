// Package snoop is IGMP and MLD snooping of one VLAN (RFC 4541) without I/O:
// who listens to which group behind which port, and behind which ports the
// multicast routers are. It reads IGMPv1 to v3 (RFC 1112, RFC 2236, RFC 3376) and
// MLDv1 and v2 (RFC 2710, RFC 3810).
//
// It never forwards a frame, never tracks groups of link scope, which go to
// everybody, and takes no notice of sources: who listens to one sender of a group
// listens to the group.
package snoop
