package topology

import (
	"net/netip"
	"strconv"
	"strings"
)

// Topology is one lab.
type Topology struct {
	Name     string
	Switches []Switch
	Hosts    []Host
	Links    []Link
	// Pull is the switch that the demonstration takes away for a while; empty for none.
	Pull string
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

// Port is one front-panel port as it is at first: a whole socket. Netdev is its network device in the silicon's namespace.
type Port struct {
	Name   string
	Netdev string
	Lanes  []int
	Speed  int // Mbit/s
	Alias  string
	Index  int
	// Breakout are the devices of ports that begin at the second lane and on, once the socket is broken out; empty where no link leads.
	Breakout []string
}

// Host is a machine attached to the lab.
type Host struct {
	Name       string
	Forward    bool
	FRR        []byte // the configuration of its bgpd; nil where it runs none
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

// Device finds the network device of a port, also of one that there is only once its socket is broken out: Ethernet1 begins at the second
// lane of Ethernet0.
func (s *Switch) Device(name string) (string, bool) {
	p, lane, ok := s.lane(name)
	switch {
	case !ok:
		return "", false
	case lane == 0:
		return p.Netdev, true
	}
	return p.Breakout[lane-1], true
}

// lane finds the socket and the lane in it at which a port begins.
func (s *Switch) lane(name string) (p *Port, lane int, ok bool) {
	for i := range s.Ports {
		if s.Ports[i].Name == name {
			return &s.Ports[i], 0, true
		}
	}
	n, isPort := portNumber(name)
	for i := range s.Ports {
		base, named := portNumber(s.Ports[i].Name)
		if lane := n - base; isPort && named && lane > 0 && lane < len(s.Ports[i].Lanes) {
			return &s.Ports[i], lane, true
		}
	}
	return nil, 0, false
}

func portNumber(name string) (int, bool) {
	text, ok := strings.CutPrefix(name, "Ethernet")
	n, err := strconv.Atoi(text)
	return n, ok && err == nil && n >= 0
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
