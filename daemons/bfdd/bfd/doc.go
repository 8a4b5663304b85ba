// Package bfd is Bidirectional Forwarding Detection (RFC 5880) over one hop (RFC 5881) or several (RFC 5883) without I/O: an Engine is given
// what happens and when, and gives what to send and what has changed. So whole networks of engines run in a test in virtual time.
//
// It is asynchronous mode alone: it never asks for demand mode and never echoes, but leaves a peer that asks for demand mode in peace. It
// knows no authentication: a packet with an authentication section is refused, as RFC 5880 section 6.8.6 wants it of a session without.
package bfd
