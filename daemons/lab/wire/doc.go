// Package wire lays the cables of a lab: virtual Ethernet pairs between
// namespaces with the offloads that a switch on the other side cannot see
// through switched off, the addresses and routes of hosts, and VLAN tags on
// links of hosts whose kernel has no VLAN devices.
//
// It never starts a process, and never touches the namespace it was called from.
package wire
