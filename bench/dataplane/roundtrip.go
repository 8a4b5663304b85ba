package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"time"

	"github.com/vishvananda/netlink"
	"github.com/vishvananda/netns"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
)

const echoPort = 7000

// station is a device with an address, in a namespace.
type station struct {
	ns     netns.NsHandle
	device string
	addr   netip.Prefix
}

func (s station) up() error {
	return within(s.ns, func() error {
		dev, err := netlink.LinkByName(s.device)
		if err != nil {
			return err
		}
		a, err := netlink.ParseAddr(s.addr.String())
		if err != nil {
			return err
		}
		return errors.Join(netlink.LinkSetUp(dev), netlink.AddrAdd(dev, a))
	})
}

// listen opens the station's UDP socket, which stays in its namespace.
func (s station) listen() (c *net.UDPConn, err error) {
	err = within(s.ns, func() error {
		c, err = net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(s.addr.Addr(), echoPort)))
		return err
	})
	return c, err
}

// pair is two stations and the times of round trips between them.
type pair struct {
	a, b  station
	ca    *net.UDPConn
	cb    *net.UDPConn
	times []time.Duration
}

func (p *pair) open() (err error) {
	if err := errors.Join(p.a.up(), p.b.up()); err != nil {
		return err
	}
	if p.ca, err = p.a.listen(); err != nil {
		return err
	}
	if p.cb, err = p.b.listen(); err != nil {
		return err
	}
	go func() { // ends when the socket closes
		buf := make([]byte, 64)
		for {
			n, from, err := p.cb.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			_, _ = p.cb.WriteToUDPAddrPort(buf[:n], from)
		}
	}()
	return nil
}

// ping measures n round trips. The first ones, which resolve addresses, do not
// count.
func (p *pair) ping(n int) error {
	to := netip.AddrPortFrom(p.b.addr.Addr(), echoPort)
	buf := make([]byte, 64)
	for range n {
		start := time.Now()
		if _, err := p.ca.WriteToUDPAddrPort(buf[:32], to); err != nil {
			return err
		}
		if err := p.ca.SetReadDeadline(start.Add(5 * time.Second)); err != nil {
			return err
		}
		if _, _, err := p.ca.ReadFromUDPAddrPort(buf); err != nil {
			return err
		}
		p.times = append(p.times, time.Since(start))
	}
	return nil
}

func (p *pair) close() error {
	var err error
	for _, c := range []*net.UDPConn{p.ca, p.cb} {
		if c != nil {
			err = errors.Join(err, c.Close())
		}
	}
	return err
}

// roundTrips compares a host interface, through the pipeline to a host at a
// port, with a bare veth between two namespaces.
func (t *tournament) roundTrips() (err error) {
	host, err := newSpace()
	if err != nil {
		return err
	}
	defer host.Close()
	l, err := newLane(t.wire, "rtt")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.end()) }()
	if err := t.hostif(l, host); err != nil {
		return err
	}
	if err := bareVeth(t.wire, host); err != nil {
		return err
	}
	through := &pair{a: station{host, "Ethernet0", netip.MustParsePrefix("10.9.0.1/24")},
		b: station{t.wire, "far", netip.MustParsePrefix("10.9.0.2/24")}}
	direct := &pair{a: station{host, "direct", netip.MustParsePrefix("10.8.0.1/24")},
		b: station{t.wire, "direct", netip.MustParsePrefix("10.8.0.2/24")}}
	for _, p := range []*pair{through, direct} {
		defer func() { err = errors.Join(err, p.close()) }()
		if err := p.open(); err != nil {
			return err
		}
		if err := p.ping(20); err != nil {
			return err
		}
		p.times = nil
	}
	for range t.pings / 50 {
		if err := errors.Join(through.ping(50), direct.ping(50)); err != nil {
			return err
		}
	}
	a, b := medianTime(through.times), medianTime(direct.times)
	fmt.Fprintf(t.out, "Round trip of the CPU, UDP, median of %d: host interface and port %v, bare veth %v, ratio %.2f\n",
		t.pings, a, b, float64(a)/float64(b))
	return nil
}

func medianTime(v []time.Duration) time.Duration {
	slices.Sort(v)
	return v[len(v)/2]
}

// hostif makes a routed port with a host interface. The far end of the port has
// no sink.
func (t *tournament) hostif(l *lane, host netns.NsHandle) error {
	if _, err := l.plug("e3", "far"); err != nil {
		return err
	}
	p, err := dataplane.Open(dataplane.Config{PinDir: pins("rtt"), Netns: path(l.dut), HostNetns: path(host)})
	if err != nil {
		return err
	}
	l.close = append(l.close, p.Destroy)
	mac := dataplane.MAC{2, 0, 0, 7, 0, 1}
	rif := dataplane.RIF{Kind: dataplane.RIFPort, Port: 1, MAC: mac, MTU: 1500, AdminV4: true}
	return errors.Join(p.SetRIF(1, rif),
		p.SetPort(1, dataplane.Port{Netdev: "e3", AdminUp: true, RIF: 1, Hostif: 1}),
		p.SetHostif(1, dataplane.Hostif{Name: "Ethernet0", MAC: mac, Port: 1, AdminUp: true}),
		p.SetTrap(dataplane.TrapARPRequest, dataplane.Trap{Action: dataplane.TrapCopy}), p.SetTrap(dataplane.TrapARPResponse, dataplane.Trap{Action: dataplane.TrapCopy}),
		p.SetTrap(dataplane.TrapIP2ME, dataplane.Trap{Action: dataplane.TrapTrap}), p.SetAdj(1, dataplane.Adj{Action: dataplane.AdjLocal}),
		setRoutes(p, 0, []netip.Prefix{netip.MustParsePrefix("10.9.0.1/32")}))
}

func bareVeth(a, b netns.NsHandle) error {
	return within(a, func() error {
		return netlink.LinkAdd(&netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: "direct"},
			PeerName: "direct", PeerNamespace: netlink.NsFd(int(b))})
	})
}
