package dataplane

import (
	"errors"
	"fmt"
	"math"

	"github.com/cilium/ebpf"
	"github.com/vishvananda/netlink"

	"github.com/heddle-nos/heddle/internal/ethtool"
)

// Flags of struct port in bpf/defs.h.
const (
	portBridge = 1 << iota
	portDropUntagged
	portDropTagged
	portNoLearn
	portCollects
	portDistributes
	portPresent
	portSubports
	portKnownOnly
)

// portRow is a port as it is now.
type portRow struct {
	Port
	member   LAGMember
	device   string // empty: left by an earlier run and not set yet
	ifindex  int
	up       bool
	attached bool // to the programs of this process
}

// devmapValue is the kernel's struct bpf_devmap_val.
type devmapValue struct {
	Ifindex uint32
	Program int32 // file descriptor; 0: none
}

// SetPort makes a port, or changes it to what is given.
func (p *Plane) SetPort(id PortID, port Port) error {
	err := ErrInvalid
	if id >= 1 && id <= MaxPort && port.PVID <= MaxVLAN && port.RIF <= MaxRIF && port.Hostif <= MaxHostif {
		err = p.do(func() error { return p.setPort(id, port) })
	}
	if err != nil {
		return fmt.Errorf("set port %d: %w", id, err)
	}
	return nil
}

func (p *Plane) setPort(id PortID, port Port) error {
	dev, err := p.deviceOf(id, port)
	if err != nil {
		return err
	}
	old := p.ports[id]
	r := &portRow{Port: port, device: dev.Attrs().Name, ifindex: dev.Attrs().Index}
	if old != nil {
		r.member = old.member
	}
	if old != nil && old.ifindex == r.ifindex && old.attached {
		return p.changePort(id, dev, old, r)
	}
	err = p.plugPort(id, dev, old, r)
	if err != nil && old == nil && p.ports[id] != nil {
		return errors.Join(err, p.deletePort(id))
	}
	return err
}

// changePort changes a port. The device first: it is what may refuse.
func (p *Plane) changePort(id PortID, dev netlink.Link, old, r *portRow) error {
	if err := p.adjustDevice(dev, r.Port); err != nil {
		return err
	}
	if err := p.putPort(id, r); err != nil {
		return err
	}
	// A change of the link that this call brings about is told as an event like
	// any other.
	r.up, r.attached = old.up, true
	p.ports[id] = r
	p.confirmPort(id)
	return p.followPort(id)
}

// plugPort puts a device behind a port: of a new port, of one whose device was
// replaced, or of one that an earlier run left.
func (p *Plane) plugPort(id PortID, dev netlink.Link, old, r *portRow) error {
	moved := old == nil || old.ifindex != r.ifindex
	if old != nil && moved {
		if err := p.unplug(id, old); err != nil {
			return err
		}
	}
	if err := p.prepareDevice(dev); err != nil {
		return err
	}
	// The row before the program: a frame never meets a port half made.
	if err := p.putPort(id, r); err != nil {
		return err
	}
	p.ports[id] = r
	if err := p.attachPort(id, r); err != nil {
		return err
	}
	r.attached = true
	p.confirmPort(id)
	// As it is before this call changes it; see changePort.
	r.up = !moved && old.up || moved && p.deviceUp(r.ifindex)
	if err := errors.Join(p.adjustDevice(dev, r.Port), p.cutWire(id, r.Port)); err != nil {
		return err
	}
	if moved {
		if err := errors.Join(p.refloodPort(id), p.followLAG(r.member.LAG)); err != nil {
			return err
		}
	}
	return p.followPort(id)
}

// confirmPort notes that a sync wants a port.
func (p *Plane) confirmPort(id PortID) {
	if p.stale != nil {
		delete(p.stale.ports, id)
	}
}

// prepareDevice sets what a front-panel device needs whatever its configuration.
func (p *Plane) prepareDevice(dev netlink.Link) error {
	name := dev.Attrs().Name
	// Tags and checksums must be in the frame, where XDP sees them.
	err := ethtool.Disable(name, ethtool.RxVLAN, ethtool.TxVLAN, ethtool.TxChecksum, ethtool.TSO)
	if err != nil {
		return err
	}
	if err := silence(name); err != nil {
		return err
	}
	if err := p.spaces.siliconNl.SetPromiscOn(dev); err != nil {
		return fmt.Errorf("promiscuous mode of %s: %w", name, err)
	}
	return nil
}

// adjustDevice sets a front-panel device's MTU and admin state.
func (p *Plane) adjustDevice(dev netlink.Link, port Port) error {
	nl, a := p.spaces.siliconNl, dev.Attrs()
	if port.MTU != 0 && uint32(a.MTU) != port.MTU {
		if err := nl.LinkSetMTU(dev, int(port.MTU)); err != nil {
			return fmt.Errorf("mtu %d of %s: %w", port.MTU, a.Name, err)
		}
	}
	if up := a.RawFlags&iffUp != 0; up == port.AdminUp {
		return nil
	}
	change := nl.LinkSetDown
	if port.AdminUp {
		change = nl.LinkSetUp
	}
	if err := change(dev); err != nil {
		return fmt.Errorf("admin state of %s: %w", a.Name, err)
	}
	return nil
}

// putPort writes a port into the tables.
func (p *Plane) putPort(id PortID, r *portRow) error {
	row := pipelinePort{
		Ifindex: uint32(r.ifindex), Pvid: r.PVID, Rif: uint16(r.RIF), Hostif: uint16(r.Hostif),
		Flags: flags(bit{r.BridgePort, portBridge}, bit{r.DropUntagged, portDropUntagged},
			bit{r.DropTagged, portDropTagged}, bit{r.LearnDisabled, portNoLearn}, bit{r.KnownOnly, portKnownOnly},
			bit{r.member.Collect, portCollects}, bit{r.member.Distribute, portDistributes},
			bit{p.subports[id] > 0, portSubports}),
		Lag: uint16(r.member.LAG),
	}
	if err := p.t.Ports.Put(uint32(id), row); err != nil {
		return fmt.Errorf("write port: %w", err)
	}
	dev := devmapValue{Ifindex: uint32(r.ifindex)}
	if r.BridgePort || r.member.LAG != 0 { // floods leave by it too: see egress_port
		dev.Program = int32(p.t.EgressPort.FD())
	}
	if err := p.t.PortDev.Put(uint32(id), dev); err != nil {
		return fmt.Errorf("write device of port: %w", err)
	}
	if err := p.putStorm(id, r.Storm); err != nil {
		return err
	}
	return p.putIface(r.ifindex, pipelineIface{Port: uint16(id)})
}

func portLink(id PortID, hook string) string { return fmt.Sprintf("port-%d-%s", id, hook) }

// attachPort puts the pipeline in front of a port's device.
func (p *Plane) attachPort(id PortID, r *portRow) error {
	if err := p.attach.tc(portLink(id, "tc"), p.t.SlowFlood, r.ifindex); err != nil {
		return err
	}
	err := p.attach.xdp(portLink(id, "xdp"), p.t.PortIngress, r.ifindex, p.settings.Generic != 0)
	if err == nil || p.settings.Generic != 0 {
		return err
	}
	return p.useGeneric(err)
}

// DeletePort removes a port. Its device stays, without the pipeline and down.
func (p *Plane) DeletePort(id PortID) error {
	err := p.do(func() error { return p.deletePort(id) })
	if err != nil {
		return fmt.Errorf("delete port %d: %w", id, err)
	}
	return nil
}

func (p *Plane) deletePort(id PortID) error {
	r := p.ports[id]
	if r == nil {
		return ErrNotFound
	}
	err := p.leaveVLANs(id)
	if r.member.LAG != 0 {
		err = errors.Join(err, p.deleteLAGMember(id))
	}
	err = errors.Join(err, p.unplug(id, r), p.turnOff(r.ifindex), p.removeWire(id), ignoreMissing(p.t.PortDev.Delete(uint32(id))),
		p.t.Ports.Put(uint32(id), pipelinePort{}), p.putStorm(id, [StormKinds]Meter{}))
	delete(p.ports, id)
	if p.stale != nil {
		delete(p.stale.ports, id)
	}
	return err
}

// turnOff takes the carrier from the partner of a port that is gone.
func (p *Plane) turnOff(ifindex int) error {
	dev, err := p.spaces.siliconNl.LinkByIndex(ifindex)
	if err != nil {
		return nil // the device has gone before
	}
	if err := p.spaces.siliconNl.LinkSetDown(dev); err != nil {
		return fmt.Errorf("turn %s off: %w", dev.Attrs().Name, err)
	}
	return nil
}

// leaveVLANs takes a port or LAG out of all its VLANs.
func (p *Plane) leaveVLANs(id PortID) error {
	var err error
	for vid, v := range p.vlans {
		if _, member := v.members[id]; member {
			err = errors.Join(err, p.deleteMember(vid, id))
		}
	}
	return err
}

// unplug takes the pipeline off a port's device.
func (p *Plane) unplug(id PortID, r *portRow) error {
	return errors.Join(p.attach.detach(portLink(id, "xdp")), p.attach.detachTC(portLink(id, "tc"), r.ifindex),
		p.deleteIface(r.ifindex))
}

// PortState tells whether a port's link is up.
func (p *Plane) PortState(id PortID) bool {
	up := false
	_ = p.do(func() error {
		r := p.ports[id]
		up = r != nil && r.up
		return nil
	})
	return up
}

// ifacesNear is the size of the array of interfaces; others are in a hash.
const ifacesNear = 65536

func (p *Plane) putIface(ifindex int, row pipelineIface) error {
	m := p.t.Ifaces
	if ifindex >= ifacesNear {
		m = p.t.IfacesFar
	}
	if err := m.Put(uint32(ifindex), row); err != nil {
		return fmt.Errorf("write interface %d: %w", ifindex, err)
	}
	return nil
}

func (p *Plane) deleteIface(ifindex int) error {
	if ifindex >= ifacesNear {
		return ignoreMissing(p.t.IfacesFar.Delete(uint32(ifindex)))
	}
	return p.t.Ifaces.Put(uint32(ifindex), pipelineIface{})
}

func ignoreMissing(err error) error {
	if errors.Is(err, ebpf.ErrKeyNotExist) {
		return nil
	}
	return err
}

// bit is a flag and whether it is set.
type bit struct {
	on   bool
	mask uint16
}

func flags(bits ...bit) (f uint16) {
	for _, b := range bits {
		if b.on {
			f |= b.mask
		}
	}
	return f
}

// mtu16 is an MTU for a table; 0 means no limit.
func mtu16(mtu uint32) uint16 {
	if mtu == 0 || mtu > math.MaxUint16 {
		return math.MaxUint16
	}
	return uint16(mtu)
}
