package bgpconf

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// What SONiC puts on paths that no list allows, by the default action of the lists: nothing is dropped here, others are to drop it.
const (
	dropCommunity = "5060:12345"

	deploymentKey = "DEPLOYMENT_ID"
	typeKey       = "NEIGHBOR_TYPE"
)

// allowed is a row of BGP_ALLOWED_PREFIXES.
type allowed struct {
	kind      string // of neighbours, of DEVICE_NEIGHBOR_METADATA; empty: all whose kind has no rows
	community string // that paths must have; empty: any
	deny      bool   // its default action
	rules     map[schema.BGPFamily][]rule
}

// allowedLists reads BGP_ALLOWED_PREFIXES. As in SONiC, deployment 0 is the one that neighbours are in, and the management framework has no lists.
func (c *compiler) allowedLists() {
	if c.device.managed {
		for key := range c.rows[schema.TableBGPAllowed] {
			c.wrong(schema.TableBGPAllowed, key, errors.New("not with frr_mgmt_framework_config: use route_map_in"))
		}
		return
	}
	c.eachRow(schema.TableBGPAllowed, func(key string, fields statedb.Fields) error {
		a, err := parseAllowed(key, fields)
		if err == nil {
			c.allowed = append(c.allowed, a)
		}
		return err
	})
}

func parseAllowed(key string, fields statedb.Fields) (allowed, error) {
	a := allowed{rules: make(map[schema.BGPFamily][]rule)}
	parts := strings.Split(key, schema.ConfigSeparator)
	if len(parts) < 2 || parts[0] != deploymentKey {
		return a, fmt.Errorf("key %.80q does not begin like %s|0", key, deploymentKey)
	}
	id, err := strconv.ParseUint(parts[1], 10, 32)
	if err != nil {
		return a, fmt.Errorf("deployment %.20q is not a number", parts[1])
	}
	if id != 0 {
		return a, fmt.Errorf("deployment %d: %w: neighbors are in deployment 0", id, errUnsupported)
	}
	if parts = parts[2:]; len(parts) >= 2 && parts[0] == typeKey {
		a.kind, parts = parts[1], parts[2:]
	}
	switch {
	case len(parts) > 1:
		return a, fmt.Errorf("key %.80q has more than a community after the deployment and the type of neighbors", key)
	case len(parts) == 1:
		a.community = plain(parts[0])
		if err := checkCommunity(a.community, false); err != nil {
			return a, err
		}
	}
	switch action := fields["default_action"]; action {
	case "", "permit":
	case "deny":
		a.deny = true
	default:
		return a, &statedb.FieldError{Field: "default_action", Value: action, Err: errors.New("neither permit nor deny")}
	}
	for field, f := range map[string]schema.BGPFamily{"prefixes_v4": schema.BGPIPv4, "prefixes_v6": schema.BGPIPv6} {
		for text := range strings.SplitSeq(fields[field+"@"]+fields[field], ",") {
			if text == "" {
				continue
			}
			r, err := parseAllowedPrefix(text, f)
			if err != nil {
				return a, &statedb.FieldError{Field: field, Value: text, Err: err}
			}
			a.rules[f] = append(a.rules[f], r)
		}
	}
	if len(a.rules) == 0 {
		return a, errors.New("neither prefixes_v4 nor prefixes_v6")
	}
	return a, nil
}

// parseAllowedPrefix reads "10.0.0.0/8", which means all within, or the same with "le 24" or "ge 24".
func parseAllowedPrefix(text string, f schema.BGPFamily) (rule, error) {
	words := strings.Fields(text)
	if len(words) != 1 && len(words) != 3 {
		return rule{}, errors.New("not like 10.0.0.0/8, or that with le 24 or ge 24")
	}
	p, err := netip.ParsePrefix(words[0])
	if err != nil || schema.BGPFamilyOf(p.Addr()) != f {
		return rule{}, fmt.Errorf("%.50q is no prefix of the family", words[0])
	}
	r := rule{permit: true, PrefixRange: PrefixRange{p.Masked(), p.Bits(), p.Addr().BitLen()}}
	if len(words) == 1 {
		return r, nil
	}
	n, err := strconv.Atoi(words[2])
	if err != nil || n < p.Bits() || n > p.Addr().BitLen() {
		return rule{}, fmt.Errorf("length %.10q does not lie between those of the prefix and of an address", words[2])
	}
	switch words[1] {
	case "le":
		r.Max = n
	case "ge":
		r.Min = n
	default:
		return rule{}, fmt.Errorf("%.10q is neither le nor ge", words[1])
	}
	return r, nil
}

// always are the rules that SONiC puts before each list: no default route, and none that are too large.
func always(f schema.BGPFamily) []rule {
	if f == schema.BGPIPv6 {
		all := netip.PrefixFrom(netip.IPv6Unspecified(), 0)
		return []rule{{PrefixRange: PrefixRange{all, 0, 59}}, {PrefixRange: PrefixRange{all, 65, 128}}}
	}
	home := netip.MustParsePrefix("127.0.0.1/32")
	return []rule{{PrefixRange: PrefixRange{netip.PrefixFrom(netip.IPv4Unspecified(), 0), 0, 17}}, {permit: true, PrefixRange: PrefixRange{home, 32, 32}}}
}

// allow marks the paths of external neighbours that no list allows: all are marked first, and those that a list allows are not any more.
func (c *compiler) allow(in *Instance) []Statement {
	if in.VRF != "" || len(c.allowed) == 0 {
		return nil
	}
	groups := make(map[string][]string) // neighbours, by the kind of their lists
	for key, p := range in.Peers {
		if p.Table == schema.TableBGPNeighbor && p.ASN != in.ASN {
			kind := statedb.KeyOp{Fields: c.rows[schema.TableDeviceNeighborMeta][p.Description]}.Map()["type"]
			if !slices.ContainsFunc(c.allowed, func(a allowed) bool { return a.kind == kind }) {
				kind = ""
			}
			groups[kind] = append(groups[kind], key)
		}
	}
	var out []Statement
	for _, kind := range slices.Sorted(maps.Keys(groups)) {
		peers := slices.Sorted(slices.Values(groups[kind]))
		for _, f := range []schema.BGPFamily{schema.BGPIPv4, schema.BGPIPv6} {
			out = append(out, c.allowKind(in, kind, f, peers)...)
		}
	}
	return out
}

func (c *compiler) allowKind(in *Instance, kind string, f schema.BGPFamily, peers []string) []Statement {
	var lists []allowed
	mark := dropCommunity
	for _, a := range c.allowed {
		if a.kind != kind {
			continue
		}
		if lists = append(lists, a); a.deny { // of lists that differ the stricter one
			mark = noExport
		}
	}
	if len(lists) == 0 {
		return nil
	}
	out := []Statement{{Peers: peers, Family: f, Set: Set{Communities: []string{mark}, AddCommunities: true}}}
	for _, a := range lists {
		set := flatten(append(always(f), a.rules[f]...))
		if len(a.rules[f]) == 0 || len(set) == 0 {
			continue
		}
		s := Statement{Peers: peers, Family: f, Set: Set{DelCommunities: []string{mark}}}
		s.Prefixes = strings.TrimSpace(fmt.Sprintf("allowed %s %s %s", f, a.kind, a.community))
		in.Policy.Prefixes[s.Prefixes] = set
		if a.community != "" {
			s.Community = "allowed " + a.community
			in.Policy.Communities[s.Community] = []string{a.community}
		}
		out = append(out, s)
	}
	return out
}
