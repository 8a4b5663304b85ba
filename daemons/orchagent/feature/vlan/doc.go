// Package vlan renders VLANs, their members and the netdev through which the
// CPU takes part in a VLAN.
//
// It never renders ports or a VLAN's router interface.
package vlan
