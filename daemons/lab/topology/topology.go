package topology

import (
	"net/netip"
	"strings"
)

// Topology is one lab.
type Topology struct {
	Name     string
	Switches []Switch
	Hosts    []Host
	Links    []Link
}

// Switch is a switch under test with its front panel.
type Switch struct {
	Name string
	MAC  string
	// Ports are the front panel, in the order of their lanes.
	Ports []Port
	// Config is the complete content of config_db.json.
	Config []byte
}

// Port is one front-panel port. Netdev is its network device in the silicon's namespace.
type Port struct {
	Name   string
	Netdev string
	Lanes  []int
	Speed  int // Mbit/s
}

// Host is a machine attached to the lab.
type Host struct {
	Name       string
	Forward    bool
	Interfaces []Interface
	Routes     []Route
}

// Interface is one network device of a host. With a VLAN, all its frames carry that tag on the wire.
type Interface struct {
	Name      string
	VLAN      uint16
	MTU       int
	Addresses []netip.Prefix
}

// Route is a route of a host.
type Route struct {
	To  netip.Prefix
	Via netip.Addr
}

// End is one end of a link: a host's interface or a switch's port.
type End struct {
	Node      string
	Interface string
}

// String is the end as the topology file writes it.
func (e End) String() string { return e.Node + ":" + e.Interface }

func parseEnd(s string) (End, bool) {
	node, ifname, ok := strings.Cut(s, ":")
	return End{Node: node, Interface: ifname}, ok && node != "" && ifname != ""
}

// Link joins two ends. Each end is part of one link at most.
type Link struct {
	A, B End
}

// Switch finds a switch by name.
func (t *Topology) Switch(name string) (*Switch, bool) {
	for i := range t.Switches {
		if t.Switches[i].Name == name {
			return &t.Switches[i], true
		}
	}
	return nil, false
}

// Host finds a host by name.
func (t *Topology) Host(name string) (*Host, bool) {
	for i := range t.Hosts {
		if t.Hosts[i].Name == name {
			return &t.Hosts[i], true
		}
	}
	return nil, false
}

// Port finds a front-panel port by name.
func (s *Switch) Port(name string) (Port, bool) {
	for _, p := range s.Ports {
		if p.Name == name {
			return p, true
		}
	}
	return Port{}, false
}

// Interface finds a network device by name.
func (h *Host) Interface(name string) (Interface, bool) {
	for _, i := range h.Interfaces {
		if i.Name == name {
			return i, true
		}
	}
	return Interface{}, false
}

// Address is the host's first address of a family.
func (h *Host) Address(v6 bool) (netip.Addr, bool) {
	for _, i := range h.Interfaces {
		for _, p := range i.Addresses {
			if p.Addr().Is6() == v6 {
				return p.Addr(), true
			}
		}
	}
	return netip.Addr{}, false
}
