// Package frame codes the Ethernet frames that carry BPDUs, those of IEEE 802.1D to 01:80:C2:00:00:00 and Cisco's, one for each VLAN, to
// 01:00:0C:CC:CC:CD.
//
// It does not look into a BPDU.
package frame
