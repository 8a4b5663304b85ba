// Package bridging is what features of ports and of port channels say of their
// bridge ports.
//
// It never makes a bridge port: that is for the VLAN's members.
package bridging
