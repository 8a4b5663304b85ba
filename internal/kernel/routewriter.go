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
	answer []byte         // where refusals are read
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
	return &RouteWriter{socket: s, failed: failed, answer: make([]byte, 64<<10)}, nil
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
	at := len(w.buf)
	w.buf = appendRoute(w.buf, r, kind, flags, w.seq+uint32(len(w.routes)))
	binary.NativeEndian.PutUint32(w.buf[at:], uint32(len(w.buf)-at))
	w.routes = append(w.routes, r.Prefix)
	if len(w.routes) == routesAtOnce {
		return w.Flush()
	}
	return nil
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
	w.seq += uint32(len(w.routes))
	w.buf, w.routes = w.buf[:0], w.routes[:0]
	if err != nil {
		return fmt.Errorf("write routes: %w", err)
	}
	return nil
}

// answers reads the refusals: there is no other answer.
func (w *RouteWriter) answers() error {
	for {
		n, _, err := unix.Recvfrom(w.socket.GetFd(), w.answer, unix.MSG_DONTWAIT)
		if errors.Is(err, unix.EAGAIN) {
			return nil
		}
		if err != nil {
			return err
		}
		list, err := netlinkMessages(w.answer[:n])
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
