package bgpconf

import (
	"fmt"
	"net/netip"
	"strings"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Sources of routes that can be redistributed.
const (
	SourceConnected = "connected"
	SourceStatic    = "static"
)

// Redistribution announces the routes of a source (ROUTE_REDISTRIBUTE).
type Redistribution struct {
	Row    string
	From   string
	Family schema.BGPFamily
	Offers []Offer
}

// Offer is a statement of a route map as far as it is about routes of the switch itself.
type Offer struct {
	Any      bool // of any prefix
	Prefixes PrefixSet
	Permit   bool
	Set
}

// offers gives a route map for routes of the switch itself. They have no AS path and no community: statements that ask for some never fit.
func (c *compiler) offers(name string, f schema.BGPFamily) []Offer {
	var out []Offer
	for _, s := range c.maps[name][f] {
		if s.ASPath != "" || s.Community != "" || s.ExtComm != "" || len(s.NextHops) > 0 || len(s.callers) > 0 {
			continue
		}
		o := Offer{Any: s.Prefixes == "", Permit: s.permit, Set: s.Set}
		if !o.Any {
			o.Prefixes = flatten(c.sets.lists[s.Prefixes].rules)
		}
		out = append(out, o)
	}
	return out
}

// admit walks a route map: what no statement fits is denied.
func admit(offers []Offer, p netip.Prefix) (Set, bool) {
	for _, o := range offers {
		if o.Any || o.Prefixes.Has(p) {
			return o.Set, o.Permit
		}
	}
	return Set{}, false
}

// redistributions reads ROUTE_REDISTRIBUTE.
func (c *compiler) redistributions() {
	c.eachRow(schema.TableRouteRedistribute, func(key string, fields statedb.Fields) error {
		parts := strings.Split(key, schema.ConfigSeparator)
		if len(parts) != 4 || parts[2] != "bgp" {
			return fmt.Errorf("key %.80q is not a VRF, a source, bgp and a family", key)
		}
		var row schema.Redistribute
		if err := statedb.Decode(fields, &row); err != nil {
			return err
		}
		vrf, from := strings.TrimPrefix(parts[0], schema.DefaultVRF), parts[1]
		in := c.out.Instances[vrf]
		if in == nil {
			return errNoBGP
		}
		if from != SourceConnected && from != SourceStatic {
			return fmt.Errorf("source %q: %w, only connected and static are", from, errUnsupported)
		}
		family := map[string]schema.BGPFamily{"ipv4": schema.BGPIPv4, "ipv6": schema.BGPIPv6}[parts[3]]
		if family == "" {
			return fmt.Errorf("family %q is neither ipv4 nor ipv6", parts[3])
		}
		r := Redistribution{Row: key, From: from, Family: family, Offers: []Offer{{Any: true, Permit: true}}}
		if name := first(row.RouteMap); name != "" {
			r.Offers = c.offers(name, family)
		}
		for i := range r.Offers {
			if s := &r.Offers[i].Set; row.Metric != nil && s.MED == nil {
				s.MED = row.Metric
			}
			if s := &r.Offers[i].Set; s.Origin == AnyOrigin {
				s.Origin = OriginIncomplete
			}
		}
		in.Redistribute = append(in.Redistribute, r)
		return nil
	})
}

// Offer adds the routes of a source to the networks of an instance, as its redistributions say. What the configuration announces itself
// stays as it is.
func (in *Instance) Offer(from string, routes []netip.Prefix) {
	for _, r := range in.Redistribute {
		for _, p := range routes {
			if _, has := in.Networks[p]; has || r.From != from || schema.BGPFamilyOf(p.Addr()) != r.Family || p.Addr().IsLinkLocalUnicast() {
				continue
			}
			if set, ok := admit(r.Offers, p); ok {
				in.Networks[p] = Network{Table: schema.TableRouteRedistribute, Row: r.Row, Set: set}
			}
		}
	}
}
