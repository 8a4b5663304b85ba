package bgpconf

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"github.com/heddle-nos/heddle/yang/schema"
)

var allFamilies = []schema.BGPFamily{schema.BGPIPv4, schema.BGPIPv6, schema.BGPEVPN}

// familiesOf resolves the address families of a peer: those that its rows or its group's bring up. Without any row they follow from the
// address: IPv4 or IPv6, and both for an unnumbered peer.
func (r *resolver) familiesOf(
	p *Session, s *sources, in *Instance, name, group string, addr netip.Addr, row schema.BGPPeer, at source,
) map[schema.BGPFamily]PeerFamily {
	rows := make(map[schema.BGPFamily]schema.BGPPeerAF)
	for _, f := range allFamilies {
		own, has := s.families[inFamily{inPeers{in.VRF, name}, f}]
		if shared, inherits := s.shared[inFamily{inPeers{in.VRF, group}, f}]; group != "" && inherits {
			own, has = inherit(own, shared), true
		}
		if has {
			rows[f] = own
		}
	}
	up := schema.AdminUp
	if len(rows) == 0 {
		for _, f := range []schema.BGPFamily{schema.BGPIPv4, schema.BGPIPv6} {
			unnumbered := !addr.IsValid() && (f == schema.BGPIPv6 || or(s.globals[in.VRF].DefaultIPv4, true))
			if unnumbered || addr.IsValid() && schema.BGPFamilyOf(addr) == f {
				rows[f] = schema.BGPPeerAF{AdminStatus: &up}
			}
		}
	}
	if _, has := rows[schema.BGPIPv4]; !has && is(s.globals[in.VRF].DefaultIPv4) {
		rows[schema.BGPIPv4] = schema.BGPPeerAF{AdminStatus: &up}
	}
	out := make(map[schema.BGPFamily]PeerFamily)
	for _, f := range slices.Sorted(maps.Keys(rows)) {
		if af := rows[f]; af.AdminStatus != nil && af.AdminStatus.Up() {
			out[f] = r.family(p, in, af, row, r.familySource(in, name, group, f, at))
		}
	}
	return out
}

// familySource is the row of a family: the neighbour's, else the group's, else the neighbour itself.
func (r *resolver) familySource(in *Instance, name, group string, f schema.BGPFamily, at source) source {
	for table, of := range map[string]string{schema.TableBGPNeighborAF: name, schema.TableBGPPeerGroupAF: group} {
		for _, vrf := range []string{in.VRF, schema.DefaultVRF} {
			key := vrf + schema.ConfigSeparator + of + schema.ConfigSeparator + string(f)
			if _, has := r.rows[table][key]; has {
				at.table, at.key = table, key
			}
		}
	}
	return at
}

// family resolves one of them. What GoBGP keeps per session goes there.
func (r *resolver) family(p *Session, in *Instance, f schema.BGPPeerAF, row schema.BGPPeer, at source) PeerFamily {
	internal := p.ASN == in.ASN
	out := PeerFamily{
		MaxPrefix:      or(f.MaxPrefix, 0),
		WarnPercent:    or(f.MaxPrefixThreshold, 75),
		WarnOnly:       is(f.MaxPrefixWarnOnly),
		NextHopSelf:    is(f.NextHopSelf) || is(f.NextHopSelfForce) || or(row.NextHopSelf, "") == "1",
		NextHopSelfAll: is(f.NextHopSelfForce),
		NextHopKeep:    is(f.UnchangedNextHop),
		SoftReconfig:   is(f.SoftReconfigIn),
		RouteMapIn:     first(f.RouteMapIn), RouteMapOut: first(f.RouteMapOut),
		PrefixListIn: or(f.PrefixIn, ""), PrefixListOut: or(f.PrefixOut, ""),
		ASPathIn: or(f.FilterIn, ""), ASPathOut: or(f.FilterOut, ""),
		AddPathRecv: true, // like FRR: the peer decides
		NoCommunity: r.sendCommunity(or(f.SendCommunity, "all"), at),
	}
	if or(f.TxAddPaths, "") == "tx_all_paths" {
		out.AddPathSend = 255
	}
	if is(f.AllowASIn) {
		p.AllowASIn = max(p.AllowASIn, or(f.AllowASCount, 3))
	} else if f.AllowASIn == nil && r.device.bounce && !internal && at.table == schema.TableBGPNeighbor {
		p.AllowASIn = max(p.AllowASIn, 1)
	}
	p.Override = p.Override || is(f.ASOverride) && !internal
	p.Server = p.Server || is(f.RouteServerClient)
	if internal && (is(f.RRClient) || or(row.RRClient, "") == "1") {
		p.Reflector.Client = true
	}
	if !internal && (is(f.RemovePrivate) || is(f.RemovePrivateAll) || is(f.ReplacePrivate)) {
		if p.Private = PrivateRemove; is(f.ReplacePrivate) {
			p.Private = PrivateReplace
		}
	}
	r.unsupportedFamily(f, at)
	return out
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// sendCommunity gives the kinds of communities that are kept from a peer.
func (r *resolver) sendCommunity(text string, at source) Communities {
	switch text {
	case "all":
		return Communities{}
	case "both":
		return Communities{Large: true}
	case "standard":
		return Communities{Extended: true, Large: true}
	case "extended":
		return Communities{Standard: true, Large: true}
	case "large":
		return Communities{Standard: true, Extended: true}
	case "none":
		return Communities{Standard: true, Extended: true, Large: true}
	}
	r.warn(at.table, at.key, "send_community", text, fmt.Errorf("not one of all, both, standard, extended, large, none"))
	return Communities{}
}

// unsupportedFamily notes what GoBGP cannot do in an address family.
func (r *resolver) unsupportedFamily(f schema.BGPPeerAF, at source) {
	for field, asked := range map[string]bool{
		"send_default_route":      is(f.SendDefault),
		"default_rmap":            or(f.DefaultRouteMap, "") != "",
		"weight":                  or(f.Weight, 0) != 0,
		"unchanged_as_path":       is(f.UnchangedASPath),
		"unchanged_med":           is(f.UnchangedMED),
		"allow_as_origin":         is(f.AllowASOrigin),
		"cap_orf":                 f.Unknown["cap_orf"] != "",
		"unsuppress_map_name":     f.Unknown["unsuppress_map_name"] != "",
		"max_prefix_warning_only": or(f.MaxPrefix, 0) > 0 && is(f.MaxPrefixWarnOnly),
		"max_prefix_limit":        or(f.MaxPrefix, 0) > 0 && or(f.MaxPrefixRestart, 0) > 0,
		"tx_add_paths":            or(f.TxAddPaths, "") == "tx_best_path_per_as",
	} {
		if !asked {
			continue
		}
		if field == "max_prefix_limit" {
			field = "max_prefix_restart_interval"
		}
		r.warn(at.table, at.key, field, "", errUnsupported)
	}
}
