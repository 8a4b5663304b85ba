package main

import (
	"encoding/binary"
	"errors"
	"log/slog"
	"net/netip"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
)

const (
	vlan     = 10
	maxFlows = 1 << 16
	ageing   = 0
)

var (
	flowMAC  = dataplane.MAC{2, 0, 0, 9, 0, 0} // of flow 0
	otherMAC = dataplane.MAC{2, 0, 0, 8, 0, 1}
)

// newCeiling drops at the first hop.
func (t *tournament) newCeiling() (*lane, error) {
	l, err := newLane(t.wire, "drop")
	if err != nil {
		return nil, err
	}
	return l, l.attach(l.dut, "e1", l.traffic.Sink)
}

// open starts a software ASIC on a lane.
func (t *tournament) open(l *lane) (*dataplane.Plane, error) {
	p, err := dataplane.Open(dataplane.Config{
		PinDir: pins(l.name), Netns: path(l.dut),
		Log: slog.Default(), MaxFDB: 2 * maxFlows,
	})
	if err != nil {
		return nil, err
	}
	l.close = append(l.close, p.Destroy)
	return p, nil
}

// newL2 is the pipeline as a bridge.
func (t *tournament) newL2() (*lane, error) {
	l, err := newLane(t.wire, "l2")
	if err != nil {
		return nil, err
	}
	p, err := t.open(l)
	if err != nil {
		return l, err
	}
	port := func(n string) dataplane.Port {
		return dataplane.Port{Netdev: n, AdminUp: true, PVID: vlan, BridgePort: true}
	}
	return l, errors.Join(p.SetVLAN(vlan, dataplane.VLAN{}), p.SetPort(1, port("e1")), p.SetPort(2, port("e2")),
		p.SetVLANMember(vlan, 1, false), p.SetVLANMember(vlan, 2, false), p.SetAgeing(ageing))
}

// newL3 is the pipeline as a router; with tag its next hop is behind a tagged
// member of a VLAN.
func (t *tournament) newL3(name string, routes []netip.Prefix, tag bool) (*lane, error) {
	l, err := newLane(t.wire, name)
	if err != nil {
		return nil, err
	}
	p, err := t.open(l)
	if err != nil {
		return l, err
	}
	mac, err := l.address()
	if err != nil {
		return l, err
	}
	rif := func(port dataplane.PortID) dataplane.RIF {
		return dataplane.RIF{Kind: dataplane.RIFPort, Port: port, MAC: mac, MTU: 1500, AdminV4: true}
	}
	out := dataplane.Port{Netdev: "e2", AdminUp: true, RIF: 2}
	two := rif(2)
	if tag {
		two.Kind, two.Port, two.VLAN = dataplane.RIFVLAN, 0, vlan
		out.RIF, out.BridgePort = 0, true
	}
	err = errors.Join(p.SetRIF(1, rif(1)), p.SetRIF(2, two),
		p.SetPort(1, dataplane.Port{Netdev: "e1", AdminUp: true, RIF: 1}), p.SetPort(2, out),
		p.SetAdj(1, dataplane.Adj{Action: dataplane.AdjForward, RIF: 2, MAC: otherMAC}))
	if tag {
		err = errors.Join(err, p.SetVLAN(vlan, dataplane.VLAN{RIF: 2}), p.SetVLANMember(vlan, 2, true),
			p.SetFDB(vlan, otherMAC, dataplane.FDB{Port: 2, Static: true}))
	}
	return l, errors.Join(err, setRoutes(p, 0, routes))
}

// setRoutes programs routes over adjacency 1 in batches, as the ASIC's server does.
func setRoutes(p *dataplane.Plane, vrf dataplane.VRFID, routes []netip.Prefix) error {
	const batch = 1024
	updates := make([]dataplane.RouteUpdate, 0, batch)
	for i := 0; i < len(routes); i += batch {
		updates = updates[:0]
		for _, r := range routes[i:min(i+batch, len(routes))] {
			updates = append(updates, dataplane.RouteUpdate{Prefix: r, Adj: 1})
		}
		if err := errors.Join(p.UpdateRoutes(vrf, updates)...); err != nil {
			return err
		}
	}
	return nil
}

// bridged orders frames to the flows' addresses.
func bridged(l *lane, flows int) trafficOrder {
	return trafficOrder{Ifindex: uint32(l.in), Mask: uint32(flows - 1), Dst: flowMAC, Src: otherMAC, ByDst: 1}
}

// teach lets a bridge learn the flows' addresses behind its second port.
func (b *bench) teach(l *lane) error {
	o := trafficOrder{Ifindex: uint32(l.out), Mask: maxFlows - 1, InTurn: 1, Dst: otherMAC, Src: flowMAC, BySrc: 1}
	back := trafficOrder{Ifindex: uint32(l.in), Mask: 0, Dst: flowMAC, Src: otherMAC}
	_, err := b.run(l, back, 100)
	_, err2 := b.run(l, o, 4*maxFlows)
	return errors.Join(err, err2)
}

// routed orders packets to addresses of routes, each flow to one.
func routed(l *lane, flows int, routes []netip.Prefix) (trafficOrder, error) {
	mac, err := l.address()
	o := trafficOrder{Ifindex: uint32(l.in), Mask: uint32(flows - 1), Dst: mac, Src: otherMAC}
	for i := range o.Addr {
		a := routes[i*len(routes)/maxFlows].Addr().As4()
		o.Addr[i] = binary.NativeEndian.Uint32(a[:])
	}
	return o, err
}
