// Package stp renders spanning tree as stpd wants it: an STP instance for each that a VLAN or a port is in, the VLANs' instances, the
// state of each port in each instance, and the traps of the protocol's frames, as long as any VLAN is in an instance. It tells what is to
// be forgotten when the topology changes.
//
// It knows nothing of the protocol: who is root, and which port forwards, is decided elsewhere.
package stp
