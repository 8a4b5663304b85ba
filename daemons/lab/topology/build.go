package topology

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
)

// Lengths that keep namespace names, socket paths and BPF pin names in their limits.
const (
	maxLabName  = 32
	maxNodeName = 12
)

var nodeName = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)

// builder turns the file into a checked topology.
type builder struct {
	file  *file
	dir   string
	t     Topology
	links map[End]End
}

func (b *builder) build() (*Topology, error) {
	b.t.Name = b.file.Name
	b.links = map[End]End{}
	if err := b.checkNames(); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(b.file.Switches)) {
		s, err := b.buildSwitch(name, b.file.Switches[name])
		if err != nil {
			return nil, fmt.Errorf("switch %s: %w", name, err)
		}
		b.t.Switches = append(b.t.Switches, s)
	}
	for _, name := range slices.Sorted(maps.Keys(b.file.Hosts)) {
		h, err := b.buildHost(name, b.file.Hosts[name])
		if err != nil {
			return nil, fmt.Errorf("host %s: %w", name, err)
		}
		b.t.Hosts = append(b.t.Hosts, h)
	}
	if err := b.buildLinks(); err != nil {
		return nil, err
	}
	b.t.Pull = b.file.Pull
	if _, found := b.t.Switch(b.t.Pull); b.t.Pull != "" && !found {
		return nil, fmt.Errorf("pull: there is no switch %q", b.t.Pull)
	}
	return &b.t, nil
}

func (b *builder) checkNames() error {
	if err := checkName(b.file.Name, maxLabName); err != nil {
		return fmt.Errorf("name: %w", err)
	}
	if len(b.file.Switches)+len(b.file.Hosts) == 0 {
		return errors.New("has neither switch nor host")
	}
	for name := range b.file.Switches {
		if err := checkName(name, maxNodeName); err != nil {
			return fmt.Errorf("switch %q: %w", name, err)
		}
		if _, both := b.file.Hosts[name]; both {
			return fmt.Errorf("%s is a switch and a host", name)
		}
	}
	for name := range b.file.Hosts {
		if err := checkName(name, maxNodeName); err != nil {
			return fmt.Errorf("host %q: %w", name, err)
		}
	}
	return nil
}

func checkName(name string, limit int) error {
	if len(name) > limit || !nodeName.MatchString(name) {
		return fmt.Errorf("%q is no name of lower-case letters, digits and dashes with %d characters at most", name, limit)
	}
	return nil
}

func (b *builder) buildHost(name string, spec hostSpec) (Host, error) {
	h := Host{Name: name, Forward: spec.Forward}
	if spec.FRR != "" {
		content, err := os.ReadFile(filepath.Join(b.dir, spec.FRR))
		if err != nil {
			return Host{}, fmt.Errorf("frr: %w", err)
		}
		h.FRR = content
	}
	specs := spec.interfaces()
	for _, ifname := range slices.Sorted(maps.Keys(specs)) {
		i, err := buildInterface(ifname, specs[ifname])
		if err != nil {
			return Host{}, fmt.Errorf("interface %s: %w", ifname, err)
		}
		h.Interfaces = append(h.Interfaces, i)
	}
	routes, err := buildRoutes(spec)
	h.Routes = routes
	return h, err
}

// interfaces adds the interface that is described beside "interfaces".
func (s hostSpec) interfaces() map[string]interfaceSpec {
	all := maps.Clone(s.Interfaces)
	if all == nil {
		all = map[string]interfaceSpec{}
	}
	if s.Link != "" || len(s.Addresses) > 0 {
		all["eth0"] = s.interfaceSpec
	}
	return all
}

func buildInterface(name string, spec interfaceSpec) (Interface, error) {
	if spec.VLAN < 0 || spec.VLAN > 4094 {
		return Interface{}, fmt.Errorf("vlan %d is not between 1 and 4094", spec.VLAN)
	}
	i := Interface{Name: name, VLAN: uint16(spec.VLAN), MTU: spec.MTU}
	if i.MTU == 0 {
		i.MTU = 1500
	}
	for _, text := range spec.Addresses {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return Interface{}, fmt.Errorf("address %q is no address with a prefix length", text)
		}
		i.Addresses = append(i.Addresses, p)
	}
	return i, nil
}

func buildRoutes(spec hostSpec) ([]Route, error) {
	var routes []Route
	for _, text := range spec.Gateways {
		via, err := netip.ParseAddr(text)
		if err != nil {
			return nil, fmt.Errorf("gateway %q is no address", text)
		}
		routes = append(routes, Route{To: defaultRoute(via), Via: via})
	}
	for _, r := range spec.Routes {
		to, err := netip.ParsePrefix(r.To)
		if err != nil {
			return nil, fmt.Errorf("route to %q is no prefix", r.To)
		}
		via, err := netip.ParseAddr(r.Via)
		if err != nil || via.Is6() != to.Addr().Is6() {
			return nil, fmt.Errorf("route to %s: %q is no gateway of its family", r.To, r.Via)
		}
		routes = append(routes, Route{To: to.Masked(), Via: via})
	}
	return routes, nil
}

func defaultRoute(via netip.Addr) netip.Prefix {
	if via.Is6() {
		return netip.PrefixFrom(netip.IPv6Unspecified(), 0)
	}
	return netip.PrefixFrom(netip.IPv4Unspecified(), 0)
}
