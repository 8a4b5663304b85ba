package main

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
)

// paths is how many ways a LAG or a route leads, out of e2 and what follows.
const paths = 4

// widen makes the ways of a lane: cables e3 and so on beside e2.
func (l *lane) widen(n int) error {
	for i := 3; i < n+2; i++ {
		far := fmt.Sprintf("%s%d", l.name, i)
		if _, err := l.plug(fmt.Sprintf("e%d", i), far); err != nil {
			return err
		}
		if err := l.attach(l.wire, far, l.traffic.Sink); err != nil {
			return err
		}
	}
	return nil
}

// newLAG is the pipeline as a bridge that sends by a LAG.
func (t *tournament) newLAG() (*lane, error) {
	l, p, err := t.wide("lag")
	if err != nil {
		return l, err
	}
	const lag = dataplane.FirstLAG
	err = errors.Join(p.SetVLAN(vlan, dataplane.VLAN{}), p.SetAgeing(ageing),
		p.SetPort(1, dataplane.Port{Netdev: "e1", AdminUp: true, PVID: vlan, BridgePort: true}),
		p.SetLAG(lag, dataplane.LAG{PVID: vlan, BridgePort: true}),
		p.SetVLANMember(vlan, 1, false), p.SetVLANMember(vlan, lag, false))
	for id := dataplane.PortID(2); id < paths+2; id++ {
		err = errors.Join(err, p.SetPort(id, dataplane.Port{Netdev: fmt.Sprintf("e%d", id), AdminUp: true}),
			p.SetLAGMember(id, dataplane.LAGMember{LAG: lag, Collect: true, Distribute: true}))
	}
	return l, err
}

// newECMP is the pipeline as a router with all routes over one group.
func (t *tournament) newECMP(routes []netip.Prefix) (*lane, error) {
	l, p, err := t.wide("ecmp")
	if err != nil {
		return l, err
	}
	mac, err := l.address()
	var group []dataplane.Path
	for id := dataplane.PortID(1); id < paths+2; id++ {
		err = errors.Join(err, setRouted(p, id, 0, mac))
		if adj := 100 + dataplane.AdjID(id); id > 1 {
			err = errors.Join(err, p.SetAdj(adj, dataplane.Adj{Action: dataplane.AdjForward, RIF: dataplane.RIFID(id), MAC: otherMAC}))
			group = append(group, dataplane.Path{Adj: adj, Weight: 1})
		}
	}
	return l, errors.Join(err, p.SetGroup(1, dataplane.Group{Paths: group}),
		p.SetAdj(1, dataplane.Adj{Action: dataplane.AdjGroup, Group: 1}), setRoutes(p, 0, routes))
}

// newVRF is the pipeline as a router in a VRF of its own.
func (t *tournament) newVRF(routes []netip.Prefix) (*lane, error) {
	const vrf = 1
	l, err := newLane(t.wire, "vrf")
	if err != nil {
		return nil, err
	}
	p, err := t.open(l)
	if err != nil {
		return l, err
	}
	mac, err := l.address()
	return l, errors.Join(err, setRouted(p, 1, vrf, mac), setRouted(p, 2, vrf, mac),
		p.SetAdj(1, dataplane.Adj{Action: dataplane.AdjForward, RIF: 2, MAC: otherMAC}), setRoutes(p, vrf, routes))
}

// wide is a lane with several ways and a pipeline.
func (t *tournament) wide(name string) (*lane, *dataplane.Plane, error) {
	l, err := newLane(t.wire, name)
	if err != nil {
		return nil, nil, err
	}
	if err := l.widen(paths); err != nil {
		return l, nil, err
	}
	p, err := t.open(l)
	return l, p, err
}

// setRouted makes device e<id> a routed port with a router interface of the same number.
func setRouted(p *dataplane.Plane, id dataplane.PortID, vrf dataplane.VRFID, mac dataplane.MAC) error {
	rif := dataplane.RIF{Kind: dataplane.RIFPort, Port: id, VRF: vrf, MAC: mac, MTU: 1500, AdminV4: true}
	return errors.Join(p.SetRIF(dataplane.RIFID(id), rif),
		p.SetPort(id, dataplane.Port{Netdev: fmt.Sprintf("e%d", id), AdminUp: true, RIF: dataplane.RIFID(id)}))
}
