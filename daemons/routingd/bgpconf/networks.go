package bgpconf

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// networks are the prefixes that the switch announces: those of BGP_GLOBALS_AF_NETWORK, and in the default VRF what SONiC always
// announces: Loopback0 and the subnets of VLANs.
func (c *compiler) networks() {
	for _, k := range read[schema.BGPNetwork](c.resolver, schema.TableBGPGlobalsNetwork, 3) {
		if err := c.network(k); err != nil {
			c.wrong(schema.TableBGPGlobalsNetwork, k.name, err)
		}
	}
	if in := c.out.Instances[""]; in != nil && !c.device.managed {
		c.implicit(in)
	}
}

func (c *compiler) network(k keyed[schema.BGPNetwork]) error {
	vrf, family, err := vrfFamily(k.Parts)
	if err != nil {
		return err
	}
	p, err := netip.ParsePrefix(k.Parts[2])
	if err != nil {
		return fmt.Errorf("prefix %.50q: not like 10.0.0.0/8 or fc00::/7", k.Parts[2])
	}
	in := c.out.Instances[vrf]
	switch {
	case in == nil:
		return errNoBGP
	case schema.BGPFamilyOf(p.Addr()) != family:
		return fmt.Errorf("prefix %s is not of the family %s", p, family)
	case k.row.Backdoor:
		return &statedb.FieldError{Field: "backdoor", Value: "true", Err: errUnsupported}
	}
	n := Network{Table: schema.TableBGPGlobalsNetwork, Row: k.name}
	if name := or(k.row.Policy, ""); name != "" {
		set, fits := admit(c.offers(name, family), p.Masked())
		if !fits {
			return &statedb.FieldError{Field: "policy", Value: name, Err: errors.New("the route map denies the network")}
		}
		n.Set = set
	}
	in.Networks[p.Masked()] = n
	return nil
}

// implicit adds what SONiC announces without being told.
func (c *compiler) implicit(in *Instance) {
	for _, name := range slices.Sorted(maps.Keys(c.addrs)) {
		kind := schema.InterfaceName(name).Kind()
		for _, a := range c.addrs[name] {
			p := a.prefix.Masked()
			switch {
			case a.vrf != "" || a.prefix.Addr().IsLinkLocalUnicast():
				continue
			case name == "Loopback0":
				p = c.loopbackNetwork(a.prefix)
			case kind != schema.InterfaceVLAN:
				continue
			}
			if _, has := in.Networks[p]; has {
				continue
			}
			table := schema.TableVLANInterface
			if name == "Loopback0" {
				table = schema.TableLoopbackInterface
			}
			in.Networks[p] = Network{Table: table, Row: name + schema.ConfigSeparator + a.prefix.String()}
		}
	}
}

// loopbackNetwork is what is announced for the address of a loopback: itself, and SONiC's /64 for IPv6 unless bgp_adv_lo_prefix_as_128.
func (c *compiler) loopbackNetwork(a netip.Prefix) netip.Prefix {
	if a.Addr().Is6() && !c.device.loopback128 {
		return netip.PrefixFrom(a.Addr(), 64).Masked()
	}
	return netip.PrefixFrom(a.Addr(), a.Addr().BitLen())
}
