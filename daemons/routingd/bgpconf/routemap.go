package bgpconf

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// step is a statement of a route map, for one family, that can fit.
type step struct {
	permit bool
	Match
	Set
	callers []string // match_neighbor: the peers that it is for; none: all
}

// routeMap is a route map with its statements by family, in order.
type routeMap map[schema.BGPFamily][]step

// compiler turns the rows of policies into statements.
type compiler struct {
	*resolver
	sets    sets
	allowed []allowed
	maps    map[string]routeMap
}

// readRouteMaps reads ROUTE_MAP. A statement with a condition that cannot be tested stays on the safe side: one that permits then permits
// nothing, and one that denies denies whatever its other conditions hold for.
func (c *compiler) readRouteMaps() {
	c.maps = make(map[string]routeMap)
	type numbered struct {
		seq uint64
		keyed[schema.RouteMap]
	}
	rows := make(map[string][]numbered)
	c.eachRow(schema.TableRouteMap, func(key string, fields statedb.Fields) error {
		name, number, _ := strings.Cut(key, schema.ConfigSeparator)
		seq, err := strconv.ParseUint(number, 10, 16)
		if err != nil {
			return fmt.Errorf("statement %q is not a number from 1 to 65535", number)
		}
		n := numbered{seq: seq, keyed: keyed[schema.RouteMap]{name: key}}
		if err := statedb.Decode(fields, &n.row); err != nil {
			return err
		}
		rows[name] = append(rows[name], n)
		return nil
	})
	for name, list := range rows {
		slices.SortFunc(list, func(a, b numbered) int { return int(a.seq) - int(b.seq) })
		m := make(routeMap)
		for _, n := range list {
			c.statement(m, n.keyed)
		}
		c.maps[name] = m
	}
	for _, key := range slices.Sorted(maps.Keys(c.rows[schema.TableRouteMapSet])) {
		if _, known := c.maps[key]; !known {
			c.maps[key] = routeMap{}
		}
	}
}

// statement adds one to a route map.
func (c *compiler) statement(m routeMap, k keyed[schema.RouteMap]) {
	permit, err := permits(k.row.Operation)
	if err != nil {
		c.wrong(schema.TableRouteMap, k.name, err)
		return
	}
	s := step{permit: permit, callers: k.row.Neighbors}
	s.Set = c.settings(k)
	untested := c.untested(k)
	s.Match.Origin = c.origin(k, "match_origin", k.row.Origin)
	never := false
	member := func(field, table, name string, all map[string]memberSet, to *string, allOf *bool) {
		if name == "" {
			return
		}
		set, known := all[name]
		if !known {
			c.warn(schema.TableRouteMap, k.name, field, name, missing("nothing fits it", name, table))
		}
		never = never || !known || set.deny || len(set.members) == 0
		if *to = name; allOf != nil {
			*allOf = set.all
		}
	}
	member("match_as_path", schema.TableASPathSet, k.row.ASPath, c.sets.asPaths, &s.ASPath, nil)
	member("match_community", schema.TableCommunitySet, k.row.Community, c.sets.community, &s.Community, &s.AllOf)
	member("match_ext_community", schema.TableExtCommunitySet, k.row.ExtCommunity, c.sets.extended, &s.ExtComm, &s.AllOfExt)
	validation, known := c.validation(k)
	s.Validation, never = validation, never || !known
	if name := k.row.NextHops; name != "" {
		s.NextHops = c.nextHops(k, name)
		never = never || len(s.NextHops) == 0
	}
	if never || untested && permit {
		return
	}
	for _, f := range []schema.BGPFamily{schema.BGPIPv4, schema.BGPIPv6, schema.BGPEVPN} {
		if fit, ok := c.forFamily(s, f, k); ok {
			m[f] = append(m[f], fit)
		}
	}
}

// forFamily puts the set of prefixes of a family into a statement; one with a set of another family never fits.
func (c *compiler) forFamily(s step, f schema.BGPFamily, k keyed[schema.RouteMap]) (step, bool) {
	if f == schema.BGPEVPN && s.Validation != AnyValidation { // ROAs are for IP prefixes: no other path is ever found
		if s.Validation != NotFound {
			return s, false
		}
		s.Validation = AnyValidation
	}
	for field, name := range map[string]string{"match_prefix_set": k.row.Prefixes, "match_ipv6_prefix_set": k.row.PrefixesIPv6} {
		if name == "" {
			continue
		}
		l, known := c.sets.lists[name]
		if !known && f == schema.BGPIPv4 {
			c.warn(schema.TableRouteMap, k.name, field, name, missing("nothing fits it", name, schema.TablePrefixSet, schema.TablePrefixList))
		}
		if !known || f == schema.BGPEVPN || l.six != (f == schema.BGPIPv6) || len(flatten(l.rules)) == 0 {
			return s, false
		}
		s.Prefixes = name
	}
	return s, true
}

// untested notes the conditions that GoBGP has no test for.
func (c *compiler) untested(k keyed[schema.RouteMap]) bool {
	found := false
	for _, field := range []string{"match_interface", "match_local_pref", "match_med", "match_protocol", "match_src_vrf", "match_tag"} {
		value, has := k.row.Unknown[field]
		if value == "" {
			value, has = k.row.Unknown[field+"@"]
		}
		if has && value != "" {
			found = true
			c.warn(schema.TableRouteMap, k.name, field, value, c.unsafe(k))
		}
	}
	if k.row.Call != "" {
		found = true
		c.warn(schema.TableRouteMap, k.name, "call_route_map", k.row.Call, c.unsafe(k))
	}
	return found
}

func (c *compiler) unsafe(k keyed[schema.RouteMap]) error {
	if permit, _ := permits(k.row.Operation); permit {
		return fmt.Errorf("%w: the statement permits nothing", errUnsupported)
	}
	return fmt.Errorf("%w: the statement denies whatever its other conditions hold for", errUnsupported)
}

func (c *compiler) nextHops(k keyed[schema.RouteMap], name string) []netip.Prefix {
	l, known := c.sets.lists[name]
	if !known {
		c.warn(schema.TableRouteMap, k.name, "match_next_hop_set", name, missing("nothing fits it", name, schema.TablePrefixSet, schema.TablePrefixList))
	}
	var out []netip.Prefix
	for _, r := range l.rules {
		if r.permit && r.Max == r.Prefix.Addr().BitLen() {
			out = append(out, r.Prefix)
		}
	}
	return out
}

func (c *compiler) origin(k keyed[schema.RouteMap], field, text string) Origin {
	switch strings.ToUpper(text) {
	case "":
		return AnyOrigin
	case "IGP":
		return OriginIGP
	case "EGP":
		return OriginEGP
	case "INCOMPLETE":
		return OriginIncomplete
	}
	c.warn(schema.TableRouteMap, k.name, field, text, fmt.Errorf("not one of IGP, EGP, INCOMPLETE"))
	return AnyOrigin
}
