// Package wire sends and receives the datagrams of BFD: UDP over IPv4 and IPv6, with what counts besides the payload, namely the TTL, the
// interface, the address and the moment of arrival as the kernel saw it.
//
// It never looks into a datagram, and keeps none that nobody takes: the kernel's buffer is the only queue.
package wire
