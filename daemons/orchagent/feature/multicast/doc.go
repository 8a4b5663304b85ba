// Package multicast renders snooped multicast as mcsnoopd wants it: for each stream of a VLAN that somebody listens to an entry and a group
// of its ports, how the VLAN looks streams up, where its unknown groups go, and the traps of the messages about groups.
//
// A stream goes to more ports than rows name for it: a router gets all, and who listens to all senders of a group listens to each. Spread
// remembers rows and works that out; its rows are rendered like others.
//
// It knows nothing of IGMP and MLD: who listens is decided elsewhere.
package multicast
