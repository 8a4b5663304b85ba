// Package dataplane is the forwarding pipeline of the software ASIC: eBPF
// programs at XDP on every front-panel netdev, the tables they read, and the
// host interfaces through which the CPU sends and receives.
//
// The tables and the attachments are pinned in a BPF file system, so frames are
// forwarded while nobody runs this code. Open adopts what it finds there;
// between BeginSync and EndSync the caller states again what it wants, and what
// it did not state is removed.
//
// The package speaks of ports, VLANs, router interfaces and adjacencies by small
// numbers which the caller chooses and keeps. It never knows SAI: object ids,
// attributes, reference counts and the order in which objects may be created or
// removed are the caller's.
package dataplane
