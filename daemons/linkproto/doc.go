// Package linkproto is what the daemons that speak a protocol of the link layer have in common (lacpd, stpd, mcsnoopd): the network devices of
// ports and port channels as the kernel has them, one packet socket for all of them, the loop that lets a protocol have what happens in the
// order in which it comes, and an outbox that writes tables without making the protocol wait for Redis.
//
// It knows no protocol: frames and rows pass through as they are.
package linkproto
