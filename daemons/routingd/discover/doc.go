// Package discover finds the routers at the other end of links, for BGP peers that are configured by interface (RFC 5549 style,
// "unnumbered"): it sends router advertisements (RFC 4861) on the links that it is told, so that the others find this switch, and takes
// the address of who advertises there.
//
// It configures no address and no route, and advertises no prefix.
package discover
