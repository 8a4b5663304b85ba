package kernel

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"

	"github.com/vishvananda/netlink/nl"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// routesAtOnce is how many routes one system call hands over. Should all be refused, the answers fit the socket's buffer.
const routesAtOnce = 256

// RouteWriter installs and deletes many routes with few system calls. It is used by one goroutine.
type RouteWriter struct {
	socket *nl.NetlinkSocket
	seq    uint32 // of the first route in buf
	buf    []byte
	routes []netip.Prefix // in buf
	failed func(prefix netip.Prefix, err error)
}

// RouteHop is a way of a route.
type RouteHop struct {
	Index  int        // of the interface
	Via    netip.Addr // invalid: directly on it
	Weight uint32     // share of the traffic, 1 to 256
}

// Route is what RouteWriter installs.
type Route struct {
	Prefix    netip.Prefix
	Table     int
	Protocol  uint8
	Metric    uint32
	Blackhole bool
	Hops      []RouteHop
}

// NewRouteWriter opens one. failed is told of each route that the kernel refuses, by Flush or by the calls that fill a batch.
func (k *Kernel) NewRouteWriter(failed func(prefix netip.Prefix, err error)) (*RouteWriter, error) {
	s, err := nl.GetNetlinkSocketAt(k.ns, netns.None(), unix.NETLINK_ROUTE)
	if err != nil {
		return nil, fmt.Errorf("open netlink: %w", err)
	}
	if err := unix.SetsockoptInt(s.GetFd(), unix.SOL_NETLINK, unix.NETLINK_CAP_ACK, 1); err != nil {
		s.Close()
		return nil, fmt.Errorf("netlink without copies of requests: %w", err)
	}
	return &RouteWriter{socket: s, failed: failed}, nil
}

// Close ends it; what was not flushed is lost.
func (w *RouteWriter) Close() { w.socket.Close() }

// Replace installs a route, in place of one with the same prefix, table and metric.
func (w *RouteWriter) Replace(r Route) error {
	return w.add(r, unix.RTM_NEWROUTE, unix.NLM_F_CREATE|unix.NLM_F_REPLACE)
}

// Delete removes the route of a protocol with this prefix, table and metric; that there is none is reported as unix.ESRCH.
func (w *RouteWriter) Delete(r Route) error {
	r.Hops, r.Blackhole = nil, false
	return w.add(r, unix.RTM_DELROUTE, 0)
}

func (w *RouteWriter) add(r Route, kind uint16, flags int) error {
	req := nl.NewNetlinkRequest(int(kind), flags)
	if len(w.routes) == 0 {
		w.seq = req.Seq
	}
	req.Flags &^= unix.NLM_F_ACK
	req.Seq = w.seq + uint32(len(w.routes))
	msg := &nl.RtMsg{RtMsg: unix.RtMsg{
		Family: nl.FAMILY_V4, Dst_len: uint8(r.Prefix.Bits()), Table: unix.RT_TABLE_COMPAT, Protocol: r.Protocol, Type: unix.RTN_UNICAST,
	}}
	if r.Prefix.Addr().Is6() {
		msg.Family = nl.FAMILY_V6
	}
	if kind == unix.RTM_DELROUTE {
		msg.Type, msg.Scope = unix.RTN_UNSPEC, unix.RT_SCOPE_NOWHERE // whatever it is
	}
	if r.Blackhole {
		msg.Type = unix.RTN_BLACKHOLE
	}
	if len(r.Hops) == 1 && !r.Hops[0].Via.IsValid() && r.Prefix.Addr().Is4() {
		msg.Scope = unix.RT_SCOPE_LINK
	}
	req.AddData(msg)
	req.AddData(nl.NewRtAttr(unix.RTA_DST, r.Prefix.Addr().AsSlice()))
	req.AddData(nl.NewRtAttr(unix.RTA_TABLE, nl.Uint32Attr(uint32(r.Table))))
	req.AddData(nl.NewRtAttr(unix.RTA_PRIORITY, nl.Uint32Attr(r.Metric)))
	switch {
	case len(r.Hops) == 1:
		req.AddData(nl.NewRtAttr(unix.RTA_OIF, nl.Uint32Attr(uint32(r.Hops[0].Index))))
		if gw := gateway(r.Prefix, r.Hops[0].Via); gw != nil {
			req.AddData(gw)
		}
	case len(r.Hops) > 1:
		req.AddData(nl.NewRtAttr(unix.RTA_MULTIPATH, multipath(r)))
	}
	w.buf = append(w.buf, req.Serialize()...)
	w.routes = append(w.routes, r.Prefix)
	if len(w.routes) == routesAtOnce {
		return w.Flush()
	}
	return nil
}

func gateway(prefix netip.Prefix, via netip.Addr) *nl.RtAttr {
	gw, other := Gateway(prefix, via)
	switch {
	case other != nil:
		encoded, _ := other.Encode() // family and address: nothing that could fail
		return nl.NewRtAttr(unix.RTA_VIA, encoded)
	case gw != nil:
		return nl.NewRtAttr(unix.RTA_GATEWAY, []byte(gw))
	}
	return nil
}

// multipath writes the hops of a route (rtnexthop of rtnetlink(7)).
func multipath(r Route) []byte {
	var list []byte
	for _, h := range r.Hops {
		hop := make([]byte, unix.SizeofRtNexthop)
		if gw := gateway(r.Prefix, h.Via); gw != nil {
			hop = append(hop, gw.Serialize()...)
		}
		binary.NativeEndian.PutUint16(hop, uint16(len(hop)))
		hop[3] = uint8(min(max(h.Weight, 1), 256) - 1)
		binary.NativeEndian.PutUint32(hop[4:], uint32(h.Index))
		list = append(list, hop...)
	}
	return list
}

// Flush hands over what is gathered. The kernel works on it before the call returns.
func (w *RouteWriter) Flush() error {
	if len(w.routes) == 0 {
		return nil
	}
	err := unix.Sendto(w.socket.GetFd(), w.buf, 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK})
	if err == nil {
		err = w.answers()
	}
	w.buf, w.routes = w.buf[:0], w.routes[:0]
	if err != nil {
		return fmt.Errorf("write routes: %w", err)
	}
	return nil
}

// answers reads the refusals: there is no other answer.
func (w *RouteWriter) answers() error {
	buf := make([]byte, 64<<10)
	for {
		n, _, err := unix.Recvfrom(w.socket.GetFd(), buf, unix.MSG_DONTWAIT)
		if errors.Is(err, unix.EAGAIN) {
			return nil
		}
		if err != nil {
			return err
		}
		list, err := netlinkMessages(buf[:n])
		if err != nil {
			return err
		}
		for _, m := range list {
			i := m.seq - w.seq
			if m.kind == unix.NLMSG_ERROR && len(m.data) >= 4 && int(i) < len(w.routes) {
				if code := int32(binary.NativeEndian.Uint32(m.data)); code != 0 {
					w.failed(w.routes[i], unix.Errno(-code))
				}
			}
		}
	}
}

type netlinkMessage struct {
	kind  uint16
	flags uint16
	seq   uint32
	data  []byte
}

func netlinkMessages(b []byte) ([]netlinkMessage, error) {
	var list []netlinkMessage
	for len(b) >= unix.SizeofNlMsghdr {
		n := int(binary.NativeEndian.Uint32(b))
		if n < unix.SizeofNlMsghdr || n > len(b) {
			return nil, fmt.Errorf("netlink message of %d bytes in %d", n, len(b))
		}
		list = append(list, netlinkMessage{
			kind: binary.NativeEndian.Uint16(b[4:]), flags: binary.NativeEndian.Uint16(b[6:]), seq: binary.NativeEndian.Uint32(b[8:]),
			data: b[unix.SizeofNlMsghdr:n],
		})
		b = b[min(aligned(n), len(b)):]
	}
	return list, nil
}

// RoutesOf lists the routes of a protocol in all tables, with what Replace needs.
func (k *Kernel) RoutesOf(protocol uint8, table func(int) bool, f func(prefix netip.Prefix, table int)) error {
	for _, family := range []int{nl.FAMILY_V4, nl.FAMILY_V6} {
		list, err := k.Routes(family)
		if err != nil {
			return err
		}
		for i := range list {
			if r := &list[i]; uint8(r.Protocol) == protocol && table(r.Table) {
				f(prefixOf(family, r.Dst), r.Table)
			}
		}
	}
	return nil
}

// prefixOf reads a destination; the default route has none.
func prefixOf(family int, dst *net.IPNet) netip.Prefix {
	zero := netip.IPv4Unspecified()
	if family == nl.FAMILY_V6 {
		zero = netip.IPv6Unspecified()
	}
	if dst == nil {
		return netip.PrefixFrom(zero, 0)
	}
	a, _ := netip.AddrFromSlice(dst.IP)
	if family == nl.FAMILY_V4 {
		a = a.Unmap()
	}
	bits, _ := dst.Mask.Size()
	return netip.PrefixFrom(a, bits)
}
