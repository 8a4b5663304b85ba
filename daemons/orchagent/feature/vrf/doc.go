// Package vrf renders virtual routers beside the default one, and the routes
// that every virtual router has without any interface.
//
// It never says which interface is in which VRF: package intf does.
package vrf
