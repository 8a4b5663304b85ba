// Package rib chooses, of all sources of routes (connected subnets, static routes, other programs' kernel routes, BGP), the one that forwards
// each prefix of each VRF, and finds the interfaces and neighbours that BGP's next hops lead to.
//
// A next hop of BGP is looked up by longest match among the local routes and those BGP routes whose own next hops local routes lead to: one
// step of recursion, as an iBGP route over a loopback learned by eBGP needs. What a lookup uses never depends on what lookups gave before
// (the nearer of two steps sees local routes only), so the outcome does not depend on the order of events and cannot oscillate. A route
// without any next hop that works is withheld until one does; a change touches the routes that depend on it and no others.
//
// The package has no I/O and no clock. It never decides between BGP paths: that is the speaker's.
package rib
