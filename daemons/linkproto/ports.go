package linkproto

import (
	"net"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Device is what the kernel knows of a port's or port channel's network device. The zero value is no device.
type Device struct {
	Index int
	MAC   schema.MAC
	Up    bool // it carries packets
}

// LinkChange is what became of a port's device.
type LinkChange struct {
	Port     schema.InterfaceName
	Old, New Device
}

// Ports follows the network devices of ports and port channels. One goroutine owns it.
type Ports struct {
	devices map[schema.InterfaceName]Device
	byIndex map[int]schema.InterfaceName
	changed func(time.Time, LinkChange)
}

// NewPorts tells changed of every change, after Ports has it.
func NewPorts(changed func(time.Time, LinkChange)) *Ports {
	return &Ports{devices: make(map[schema.InterfaceName]Device), byIndex: make(map[int]schema.InterfaceName), changed: changed}
}

// Device is the port's; the zero value if it has none.
func (p *Ports) Device(port schema.InterfaceName) Device { return p.devices[port] }

// Name is the port of a device; "" if it is none's.
func (p *Ports) Name(index int) schema.InterfaceName { return p.byIndex[index] }

// Len is how many ports have a device.
func (p *Ports) Len() int { return len(p.devices) }

// MAC is the address of the first port's device: all host interfaces have that of the switch. It is zero if there is none.
func (p *Ports) MAC(counts func(schema.InterfaceName) bool) schema.MAC {
	var best schema.InterfaceName
	for name, d := range p.devices {
		if !d.MAC.IsZero() && counts(name) && (best == "" || name < best) {
			best = name
		}
	}
	return p.devices[best].MAC
}

// Take takes an event of the kernel.
func (p *Ports) Take(now time.Time, k *kernel.Kernel, e kernel.Event) error {
	switch {
	case e.Resync:
		links, err := k.Links()
		if err != nil {
			return err
		}
		p.List(now, links)
	case e.Link != nil && e.Link.Header.Type == unix.RTM_DELLINK:
		p.Drop(now, e.Link.Attrs().Index)
	case e.Link != nil:
		p.Set(now, e.Link.Attrs())
	}
	return nil
}

// Set notes what the kernel says of a device.
func (p *Ports) Set(now time.Time, at *netlink.LinkAttrs) {
	name := schema.InterfaceName(at.Name)
	if kind := name.Kind(); kind != schema.InterfacePort && kind != schema.InterfacePortChannel {
		p.Drop(now, at.Index) // renamed
		return
	}
	if old, ok := p.byIndex[at.Index]; ok && old != name {
		p.Drop(now, at.Index)
	}
	d := Device{Index: at.Index, Up: at.Flags&net.FlagUp != 0 && at.RawFlags&unix.IFF_RUNNING != 0}
	copy(d.MAC[:], at.HardwareAddr)
	old, known := p.devices[name]
	if old == d {
		return
	}
	if known && old.Index != d.Index {
		p.Drop(now, old.Index)
		old = Device{}
	}
	p.devices[name], p.byIndex[d.Index] = d, name
	p.changed(now, LinkChange{name, old, d})
}

// Drop forgets a device.
func (p *Ports) Drop(now time.Time, index int) {
	name, ok := p.byIndex[index]
	if !ok {
		return
	}
	old := p.devices[name]
	delete(p.byIndex, index)
	delete(p.devices, name)
	p.changed(now, LinkChange{name, old, Device{}})
}

// List takes a whole listing.
func (p *Ports) List(now time.Time, links map[string]netlink.Link) {
	present := make(map[int]bool, len(links))
	for _, l := range links {
		present[l.Attrs().Index] = true
	}
	for index := range p.byIndex {
		if !present[index] {
			p.Drop(now, index)
		}
	}
	for _, l := range links {
		p.Set(now, l.Attrs())
	}
}
