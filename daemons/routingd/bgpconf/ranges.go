package bgpconf

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/heddle-nos/heddle/yang/schema"
)

var errNoBGP = errors.New("the VRF has no BGP: no AS or no router id (BGP_GLOBALS, DEVICE_METADATA)")

// ranges reads the tables of peers that come by themselves.
func (r *resolver) ranges(s *sources) {
	for _, k := range read[schema.BGPRange](r, schema.TableBGPPeerRange, 1) {
		if err := r.peerRange(s, k); err != nil {
			r.wrong(schema.TableBGPPeerRange, k.name, err)
		}
	}
	for _, k := range read[schema.BGPListen](r, schema.TableBGPGlobalsListen, 1) {
		if err := r.listen(s, k); err != nil {
			r.wrong(schema.TableBGPGlobalsListen, k.name, err)
		}
	}
}

// peerRange resolves a row of BGP_PEER_RANGE. Like those of SONiC, its peers need not be connected.
func (r *resolver) peerRange(s *sources, k keyed[schema.BGPRange]) error {
	external, yes := schema.BGPExternal, true
	row := schema.BGPPeer{ASN: k.row.ASN, PeerType: &external, EBGPMultihop: &yes}
	if k.row.Source != nil {
		text := k.row.Source.String()
		row.LocalAddr = &text
	}
	p := &Range{Name: k.Parts[0], Table: schema.TableBGPPeerRange, Row: k.name, Prefixes: k.row.Ranges}
	return r.addRange(s, k.VRF, p, row)
}

// listen resolves a row of BGP_GLOBALS_LISTEN_PREFIX: its peers are members of a group.
func (r *resolver) listen(s *sources, k keyed[schema.BGPListen]) error {
	prefix, err := netip.ParsePrefix(k.Parts[0])
	if err != nil {
		return fmt.Errorf("prefix %.50q: not like 10.0.0.0/8 or fc00::/7", k.Parts[0])
	}
	group, ok := s.groups[inPeers{k.VRF, k.row.Group}]
	if !ok {
		return fmt.Errorf("peer group %q is not in BGP_PEER_GROUP", k.row.Group)
	}
	p := &Range{
		Name: prefix.Masked().String(), Table: schema.TableBGPGlobalsListen, Row: k.name,
		Prefixes: []netip.Prefix{prefix}, Group: k.row.Group,
	}
	return r.addRange(s, k.VRF, p, group)
}

// addRange resolves a range of peers that are like row.
func (r *resolver) addRange(s *sources, vrf string, p *Range, row schema.BGPPeer) error {
	in := r.out.Instances[vrf]
	switch {
	case in == nil:
		return errNoBGP
	case len(p.Prefixes) == 0:
		return errors.New("field ip_range: empty")
	}
	first := p.Prefixes[0].Addr()
	for i, prefix := range p.Prefixes {
		if prefix.Addr().Is6() != first.Is6() {
			return fmt.Errorf("field ip_range: %s and %s are of different families", p.Prefixes[0], prefix)
		}
		p.Prefixes[i] = prefix.Masked()
		for _, other := range in.Ranges {
			for _, taken := range other.Prefixes {
				if taken == p.Prefixes[i] {
					return fmt.Errorf("prefix %s is in %s|%s too", taken, other.Table, other.Row)
				}
			}
		}
	}
	at := source{p.Table, p.Row, first.Is6()}
	if err := r.session(&p.Session, in, s, row, at); err != nil {
		return err
	}
	p.Families = r.familiesOf(&p.Session, s, in, "", p.Group, first, row, at)
	if p.AllowASIn > 0 || p.Override {
		r.warn(p.Table, p.Row, "peer_group", p.Group, fmt.Errorf("allow_as_in and as_override with peers of a range: %w", errUnsupported))
	}
	p.Passive = true
	in.Ranges[p.Name] = p
	return nil
}
