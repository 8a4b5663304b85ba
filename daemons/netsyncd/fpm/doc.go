// Package fpm is the listening side of FRR's forwarding plane manager, as zebra's module dplane_fpm_nl speaks it: a TCP connection over which
// zebra sends every route and next hop group that it selects, as netlink messages in frames of four octets and a length.
//
// It reads frames and messages and keeps no state; what becomes of a route is decided by who listens. Nothing that a peer sends makes it
// allocate more than one frame's 64 KiB, or stop.
package fpm
