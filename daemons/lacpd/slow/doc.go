// Package slow has the frames of the slow protocols (IEEE 802.3 annex 57A: EtherType 0x8809 to 01:80:C2:00:00:02).
//
// It never looks into what they hold.
package slow
