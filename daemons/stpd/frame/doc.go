// Package frame codes the Ethernet frames that carry BPDUs, those of IEEE 802.1D to 01:80:C2:00:00:00 and Cisco's, one for each VLAN, to
// 01:00:0C:CC:CC:CD, and sends and receives them on the network devices of a namespace.
//
// It does not look into a BPDU, and keeps no frame that nobody takes: the kernel's buffer is the only queue.
package frame
