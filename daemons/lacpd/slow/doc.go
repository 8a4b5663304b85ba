// Package slow sends and receives the frames of the slow protocols (IEEE 802.3 annex 57A: EtherType 0x8809 to 01:80:C2:00:00:02) on the
// network devices of a namespace.
//
// It never looks into a frame, and keeps no frame that nobody takes: the kernel's buffer is the only queue.
package slow
