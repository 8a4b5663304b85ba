package stpd

import (
	"net"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/yang/schema"
)

// device is what the kernel knows of a port's or port channel's network device.
type device struct {
	index int
	mac   schema.MAC
	up    bool // it carries packets
}

// setDevice notes what the kernel says.
func (m *machine) setDevice(now time.Time, at *netlink.LinkAttrs) {
	name := schema.InterfaceName(at.Name)
	if kind := name.Kind(); kind != schema.InterfacePort && kind != schema.InterfacePortChannel {
		m.dropDevice(now, at.Index) // renamed
		return
	}
	if old, ok := m.byIndex[at.Index]; ok && old != name {
		m.dropDevice(now, at.Index)
	}
	d := device{index: at.Index, up: at.Flags&net.FlagUp != 0 && at.RawFlags&unix.IFF_RUNNING != 0}
	copy(d.mac[:], at.HardwareAddr)
	old, known := m.devices[name]
	if old == d {
		return
	}
	if known && old.index != d.index {
		m.dropDevice(now, old.index)
	}
	m.devices[name], m.byIndex[d.index] = d, name
	if old.index != d.index {
		if err := m.wire.Join(d.index); err != nil {
			m.log.Warn("receive spanning tree", "port", name, "err", err)
		}
	}
	if d.up && !old.up && known {
		m.unshut(name)
	}
	m.link(now, name)
}

func (m *machine) dropDevice(now time.Time, index int) {
	name, ok := m.byIndex[index]
	if !ok {
		return
	}
	delete(m.byIndex, index)
	delete(m.devices, name)
	m.link(now, name)
}

// listDevices takes a whole listing.
func (m *machine) listDevices(now time.Time, links map[string]netlink.Link) {
	present := make(map[int]bool, len(links))
	for _, l := range links {
		present[l.Attrs().Index] = true
	}
	for index := range m.byIndex {
		if !present[index] {
			m.dropDevice(now, index)
		}
	}
	for _, l := range links {
		m.setDevice(now, l.Attrs())
	}
}

// anyMAC is the address of a port's device: all host interfaces have that of the switch.
func (m *machine) anyMAC() schema.MAC {
	var best schema.InterfaceName
	for name, d := range m.devices {
		if !d.mac.IsZero() && (best == "" || name < best) {
			best = name
		}
	}
	return m.devices[best].mac
}
