// Package routingd computes the switch's routes: connected subnets, the static routes of CONFIG_DB, and what BGP's peers tell. Of all sources of
// a prefix package rib chooses one and finds its next hops. The daemon writes routes to APPL_DB for the ASIC and, those that are not connected, to
// the kernel for the switch's own traffic, and has the kernel keep the static next hops resolved.
//
// Static and connected routes are computed anew at every change, by a function without I/O; BGP's come as changes of single prefixes. Both
// ways lead to writing what differs.
//
// It never looks at kernel routes other than its own (netsyncd passes those on), and never configures a device.
package routingd
