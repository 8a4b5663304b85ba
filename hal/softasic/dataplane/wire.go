package dataplane

import (
	"errors"
	"fmt"
	"strings"

	"github.com/vishvananda/netlink"

	"github.com/heddle-nos/heddle/internal/ethtool"
)

// A wire is a device pair of the plane's own: it stands in for the netdev of a
// port that has none, and then has no carrier, or of a port in loopback, and
// then leads back what the port sends.

const (
	wireNear = "wire-" // the port's end
	wireFar  = "loop-"
)

func nearEnd(id PortID) string { return fmt.Sprint(wireNear, id) }
func farEnd(id PortID) string  { return fmt.Sprint(wireFar, id) }

func loopLink(id PortID) string { return portLink(id, "loop") }

// deviceOf finds the device behind a port.
func (p *Plane) deviceOf(id PortID, port Port) (netlink.Link, error) {
	if port.Loopback && p.settings.Generic != 0 {
		// Generic XDP passes over frames that were redirected before.
		return nil, fmt.Errorf("loopback with generic XDP: %w", ErrUnsupported)
	}
	if port.Loopback || port.Netdev == "" {
		dev, err := p.wire(id, port)
		if err != nil {
			return nil, fmt.Errorf("wire: %w", err)
		}
		return dev, nil
	}
	dev, err := p.spaces.siliconNl.LinkByName(port.Netdev)
	if err != nil {
		return nil, fmt.Errorf("device %q: %w", port.Netdev, err)
	}
	return dev, nil
}

// wire makes a port's wire, or brings it to what is wanted.
func (p *Plane) wire(id PortID, port Port) (netlink.Link, error) {
	near, err := p.spaces.siliconNl.LinkByName(nearEnd(id))
	if isNotFound(err) {
		near, err = p.makeWire(id)
	}
	if err != nil {
		return nil, err
	}
	far, err := p.spaces.siliconNl.LinkByName(farEnd(id))
	if err != nil {
		return nil, err
	}
	if !port.Loopback {
		return near, errors.Join(p.spaces.siliconNl.LinkSetDown(far), p.attach.detach(loopLink(id)))
	}
	if err := p.attach.xdp(loopLink(id), p.t.WireBack, far.Attrs().Index, false); err != nil {
		return nil, err
	}
	return near, p.spaces.siliconNl.LinkSetUp(far)
}

func (p *Plane) makeWire(id PortID) (netlink.Link, error) {
	nl := p.spaces.siliconNl
	pair := &netlink.Veth{LinkAttrs: netlink.LinkAttrs{Name: nearEnd(id), MTU: hiddenMTU}, PeerName: farEnd(id), PeerMTU: hiddenMTU}
	if err := nl.LinkAdd(pair); err != nil {
		return nil, fmt.Errorf("make device pair: %w", err)
	}
	dev, err := nl.LinkByName(nearEnd(id))
	if err != nil {
		return nil, err
	}
	// See hostOffloads; tags and checksums must be in the frame on both ends.
	for _, end := range []string{nearEnd(id), farEnd(id)} {
		err = errors.Join(err, silence(end), ethtool.Enable(end, ethtool.GRO),
			ethtool.Disable(end, ethtool.RxVLAN, ethtool.TxVLAN, ethtool.TxChecksum, ethtool.TSO))
	}
	if err != nil {
		return nil, errors.Join(err, nl.LinkDel(dev))
	}
	return dev, nil
}

// cutWire removes a port's wire, if there is one that the port does not use.
func (p *Plane) cutWire(id PortID, port Port) error {
	nl := p.spaces.siliconNl
	if port.Loopback { // the partner sees nothing of the port
		if dev, err := nl.LinkByName(port.Netdev); err == nil && port.Netdev != "" {
			return nl.LinkSetDown(dev)
		}
		return nil
	}
	if port.Netdev == "" {
		return nil
	}
	return p.removeWire(id)
}

func (p *Plane) removeWire(id PortID) error {
	dev, err := p.spaces.siliconNl.LinkByName(nearEnd(id))
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find wire: %w", err)
	}
	return errors.Join(p.attach.detach(loopLink(id)), p.spaces.siliconNl.LinkDel(dev))
}

// sweepWires removes all wires, also those of a run whose tables are gone.
func (p *Plane) sweepWires() error {
	devices, err := p.spaces.siliconNl.LinkList()
	if err != nil {
		return fmt.Errorf("list devices: %w", err)
	}
	for _, d := range devices {
		if strings.HasPrefix(d.Attrs().Name, wireNear) && d.Type() == "veth" {
			err = errors.Join(err, p.spaces.siliconNl.LinkDel(d))
		}
	}
	return err
}
