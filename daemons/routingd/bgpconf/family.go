package bgpconf

import (
	"net/netip"

	"github.com/heddle-nos/heddle/yang/schema"
)

// familiesOf resolves the address families of a peer: those that its rows or its group's bring up. Without any row they follow from the
// address: IPv4 or IPv6, and both for an unnumbered peer.
func (r *resolver) familiesOf(
	s *sources, in *Instance, name, group string, addr netip.Addr, row schema.BGPPeer, at source,
) map[schema.BGPFamily]PeerFamily {
	out := make(map[schema.BGPFamily]PeerFamily)
	configured := false
	for _, f := range []schema.BGPFamily{schema.BGPIPv4, schema.BGPIPv6, schema.BGPEVPN} {
		own, has := s.families[inFamily{inPeers{in.VRF, name}, f}]
		shared, inherits := s.shared[inFamily{inPeers{in.VRF, group}, f}]
		if group != "" && inherits {
			own = inherit(own, shared)
			has = true
		}
		if !has {
			continue
		}
		configured = true
		if own.AdminStatus != nil && own.AdminStatus.Up() {
			out[f] = r.family(own, row, at)
		}
	}
	if configured {
		return out
	}
	for _, f := range []schema.BGPFamily{schema.BGPIPv4, schema.BGPIPv6} {
		if !addr.IsValid() || schema.BGPFamilyOf(addr) == f {
			out[f] = r.family(schema.BGPPeerAF{}, row, at)
		}
	}
	return out
}

// family resolves one of them.
func (r *resolver) family(f schema.BGPPeerAF, row schema.BGPPeer, _ source) PeerFamily {
	return PeerFamily{
		MaxPrefix:    or(f.MaxPrefix, 0),
		WarnPercent:  or(f.MaxPrefixThreshold, 75),
		WarnOnly:     is(f.MaxPrefixWarnOnly),
		NextHopSelf:  is(f.NextHopSelf) || is(f.NextHopSelfForce) || or(row.NextHopSelf, "") == "1",
		SoftReconfig: is(f.SoftReconfigIn),
	}
}
