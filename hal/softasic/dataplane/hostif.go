package dataplane

import (
	"errors"
	"fmt"
	"net"

	"github.com/vishvananda/netlink"

	"github.com/heddle-nos/heddle/internal/ethtool"
)

// hiddenMTU lets the silicon's end of a host interface pass every frame; the
// CPU's end keeps the real limit.
const hiddenMTU = 9500

// hostifRow is a host interface as it is now.
type hostifRow struct {
	Hostif
	ifindex  int // of the silicon's end
	attached bool
}

func hiddenName(id HostifID) string           { return fmt.Sprintf("h-%d", id) }
func hostifLink(id HostifID, h string) string { return fmt.Sprintf("hostif-%d-%s", id, h) }

// SetHostif makes a host interface, or changes it to what is given. A device
// that an earlier run made is taken over.
func (p *Plane) SetHostif(id HostifID, h Hostif) error {
	err := ErrInvalid
	if id >= 1 && id <= MaxHostif && h.Port <= LastLAG && h.VLAN <= MaxVLAN && (h.Port == 0) != (h.VLAN == 0) &&
		len(h.Name) > 0 && len(h.Name) <= 15 {
		err = p.do(func() error { return p.setHostif(id, h) })
	}
	if err != nil {
		return fmt.Errorf("set host interface %d %q: %w", id, h.Name, err)
	}
	return nil
}

func (p *Plane) setHostif(id HostifID, h Hostif) error {
	old := p.hostifs[id]
	hidden, err := p.hiddenEnd(id, h)
	if err != nil {
		return err
	}
	r := &hostifRow{Hostif: h, ifindex: hidden.Attrs().Index}
	if old != nil && old.attached && old.ifindex == r.ifindex && old.Port == h.Port && old.VLAN == h.VLAN {
		r.attached = true
	}
	if err := p.plugHostif(id, hidden, r); err != nil {
		if old == nil {
			p.hostifs[id] = r
			return errors.Join(err, p.deleteHostif(id))
		}
		return err
	}
	p.hostifs[id] = r
	if p.stale != nil {
		delete(p.stale.hostifs, id)
	}
	for vid, v := range p.vlans {
		if v.Hostif == id {
			err = errors.Join(err, p.putVLAN(vid, v))
		}
	}
	return errors.Join(err, p.followHostif(r))
}

// hiddenEnd finds the silicon's end of a host interface, or makes the pair.
func (p *Plane) hiddenEnd(id HostifID, h Hostif) (netlink.Link, error) {
	dev, err := p.spaces.siliconNl.LinkByName(hiddenName(id))
	if err == nil {
		return dev, nil
	}
	if !isNotFound(err) {
		return nil, fmt.Errorf("find device: %w", err)
	}
	draft := fmt.Sprintf("hdl%d", id)
	pair := &netlink.Veth{
		LinkAttrs: netlink.LinkAttrs{Name: hiddenName(id), MTU: hiddenMTU},
		PeerName:  draft, PeerNamespace: netlink.NsFd(int(p.spaces.host)),
		PeerHardwareAddr: net.HardwareAddr(h.MAC[:]), PeerMTU: 1500,
	}
	if err := p.spaces.siliconNl.LinkAdd(pair); err != nil {
		return nil, fmt.Errorf("make device pair: %w", err)
	}
	dev, err = p.spaces.siliconNl.LinkByName(hiddenName(id))
	if err != nil {
		return nil, fmt.Errorf("find device: %w", err)
	}
	if err := silence(hiddenName(id)); err != nil {
		return nil, err
	}
	if err := p.spaces.onHost(func() error { return hostOffloads(draft, h.VLAN != 0) }); err != nil {
		return nil, errors.Join(err, p.spaces.siliconNl.LinkDel(dev))
	}
	return dev, nil
}

// hostOffloads sets the offloads of the CPU's end of a host interface.
func hostOffloads(device string, vlan bool) error {
	// A redirected frame enters a veth only where the receiving end has NAPI,
	// which GRO turns on.
	if err := ethtool.Enable(device, ethtool.GRO); err != nil {
		return err
	}
	if !vlan {
		return nil // the stack completes what goes straight to a port
	}
	return ethtool.Disable(device, ethtool.TxChecksum, ethtool.TSO, ethtool.TxVLAN)
}

// plugHostif brings both ends of a host interface to what is wanted. The name
// comes last: what waits for it finds the device complete.
func (p *Plane) plugHostif(id HostifID, hidden netlink.Link, r *hostifRow) error {
	dev, err := p.spaces.hostNl.LinkByIndex(hidden.Attrs().ParentIndex)
	if err != nil {
		return fmt.Errorf("find the host's end: %w", err)
	}
	if old := p.hostifs[id]; old == nil || old.MAC != r.MAC {
		if err := p.setHostMAC(dev, r.MAC); err != nil {
			return err
		}
	}
	if err := p.adjustHost(dev, r.Hostif); err != nil {
		return err
	}
	if !r.attached {
		if err := p.bindHostif(id, r); err != nil {
			return err
		}
		r.attached = true
	}
	if dev.Attrs().Name == r.Name {
		return nil
	}
	if err := p.spaces.hostNl.LinkSetName(dev, r.Name); err != nil {
		return fmt.Errorf("rename %s: %w", dev.Attrs().Name, err)
	}
	return nil
}

// bindHostif binds a host interface to its port or VLAN.
func (p *Plane) bindHostif(id HostifID, r *hostifRow) error {
	if err := p.putIface(r.ifindex, pipelineIface{Port: uint16(r.Port), Vlan: r.VLAN}); err != nil {
		return err
	}
	if err := p.attachHostif(id, r); err != nil {
		return err
	}
	if err := p.t.HostifDev.Put(uint32(id), devmapValue{uint32(r.ifindex), int32(p.t.EgressCpu.FD())}); err != nil {
		return fmt.Errorf("write device of host interface: %w", err)
	}
	if err := p.t.HostifIndex.Put(uint32(id), uint32(r.ifindex)); err != nil {
		return fmt.Errorf("write index of host interface: %w", err)
	}
	return nil
}

// attachHostif puts the programs in front of what the CPU sends.
func (p *Plane) attachHostif(id HostifID, r *hostifRow) error {
	if r.Port != 0 {
		return errors.Join(p.attach.detach(hostifLink(id, "xdp")),
			p.attach.tc(hostifLink(id, "tc"), p.t.PortOutput, r.ifindex))
	}
	if err := p.attach.tc(hostifLink(id, "tc"), p.t.SlowFlood, r.ifindex); err != nil {
		return err
	}
	return p.attach.xdp(hostifLink(id, "xdp"), p.t.CpuIngress, r.ifindex, p.settings.Generic != 0)
}

// setHostMAC gives the CPU's end of a host interface its first address. Another
// one that the CPU gives it later stays.
func (p *Plane) setHostMAC(dev netlink.Link, mac MAC) error {
	if mac == (MAC{}) || dev.Attrs().HardwareAddr.String() == mac.String() {
		return nil
	}
	if err := p.spaces.hostNl.LinkSetHardwareAddr(dev, net.HardwareAddr(mac[:])); err != nil {
		return fmt.Errorf("address %s: %w", mac, err)
	}
	return nil
}

// adjustHost brings the CPU's end of a host interface to its MTU. Its admin state
// is the CPU's own.
func (p *Plane) adjustHost(dev netlink.Link, h Hostif) error {
	nl, a := p.spaces.hostNl, dev.Attrs()
	if h.MTU != 0 && a.MTU != int(h.MTU) {
		if err := nl.LinkSetMTU(dev, int(h.MTU)); err != nil {
			return fmt.Errorf("mtu %d: %w", h.MTU, err)
		}
	}
	return nil
}

// DeleteHostif removes a host interface and its device.
func (p *Plane) DeleteHostif(id HostifID) error {
	if err := p.do(func() error { return p.deleteHostif(id) }); err != nil {
		return fmt.Errorf("delete host interface %d: %w", id, err)
	}
	return nil
}

func (p *Plane) deleteHostif(id HostifID) error {
	r := p.hostifs[id]
	if r == nil {
		return ErrNotFound
	}
	delete(p.hostifs, id)
	if p.stale != nil {
		delete(p.stale.hostifs, id)
	}
	var err error
	for vid, v := range p.vlans {
		if v.Hostif == id {
			err = errors.Join(err, p.putVLAN(vid, v))
		}
	}
	err = errors.Join(err, ignoreMissing(p.t.HostifDev.Delete(uint32(id))), p.t.HostifIndex.Put(uint32(id), uint32(0)), p.deleteIface(r.ifindex),
		p.attach.detach(hostifLink(id, "xdp")), p.attach.detachTC(hostifLink(id, "tc"), r.ifindex))
	dev, find := p.spaces.siliconNl.LinkByName(hiddenName(id))
	if find != nil {
		if isNotFound(find) {
			return err
		}
		return errors.Join(err, find)
	}
	return errors.Join(err, p.spaces.siliconNl.LinkDel(dev))
}

func isNotFound(err error) bool {
	var missing netlink.LinkNotFoundError
	return errors.As(err, &missing)
}
