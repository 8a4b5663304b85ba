package bgpconf

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/yang/schema"
)

// settings reads what a statement of a route map changes.
func (c *compiler) settings(k keyed[schema.RouteMap]) Set {
	row := k.row
	s := Set{MED: row.SetMED, LocalPref: row.SetLocalPref, Origin: c.origin(k, "set_origin", row.SetOrigin)}
	if s.LocalPref != nil && *s.LocalPref == 0 {
		c.warn(schema.TableRouteMap, k.name, "set_local_pref", "0", errUnsupported)
		s.LocalPref = nil
	}
	if row.SetNextHop != nil {
		s.NextHop = *row.SetNextHop
	}
	if row.SetNextHop6 != nil {
		s.NextHop = *row.SetNextHop6
	}
	c.metric(k, &s)
	c.prepends(k, &s)
	c.communities(k, &s)
	s.ExtCommunities = c.checked(k, "set_ext_community_inline", row.SetExt, checkExtCommunity)
	if row.SetExts != "" {
		s.ExtCommunities = append(s.ExtCommunities, c.sets.extended[row.SetExts].members...)
	}
	for _, field := range []string{"set_tag", "set_ipv6_next_hop_prefer_global"} {
		if value := row.Unknown[field]; value != "" && value != "false" {
			c.warn(schema.TableRouteMap, k.name, field, value, errUnsupported)
		}
	}
	return s
}

func (c *compiler) metric(k keyed[schema.RouteMap], s *Set) {
	if k.row.SetMetric == nil {
		return
	}
	switch k.row.MetricAction {
	case "", "METRIC_SET_VALUE":
		s.MED = k.row.SetMetric
	case "METRIC_ADD_VALUE":
		s.MEDAdd = int64(*k.row.SetMetric)
	case "METRIC_SUBTRACT_VALUE":
		s.MEDAdd = -int64(*k.row.SetMetric)
	default:
		c.warn(schema.TableRouteMap, k.name, "set_metric_action", k.row.MetricAction, errUnsupported)
	}
}

func (c *compiler) prepends(k keyed[schema.RouteMap], s *Set) {
	if k.row.SetASN != nil {
		s.Prepend = Prepend{*k.row.SetASN, uint32(max(1, or(k.row.SetRepeat, 1)))}
	}
	for _, text := range strings.FieldsFunc(k.row.SetASNs, func(r rune) bool { return r == ' ' || r == ',' }) {
		n, err := strconv.ParseUint(text, 10, 32)
		if err == nil && n == 0 {
			err = errors.New("0 is no AS")
		}
		if err == nil && s.Prepend.Times > 0 && s.Prepend.ASN != uint32(n) {
			err = fmt.Errorf("%w: different AS numbers in one statement", errUnsupported)
		}
		if err != nil {
			c.warn(schema.TableRouteMap, k.name, "set_asn_list", k.row.SetASNs, err)
			s.Prepend = Prepend{}
			return
		}
		s.Prepend = Prepend{uint32(n), s.Prepend.Times + 1}
	}
}

func (c *compiler) communities(k keyed[schema.RouteMap], s *Set) {
	for _, text := range k.row.SetCommunity {
		switch text {
		case "":
		case "additive":
			s.AddCommunities = true
		case "none":
			s.NoCommunities = true
		default:
			s.Communities = append(s.Communities, c.checked(k, "set_community_inline", []string{text}, checkCommunity)...)
		}
	}
	if name := k.row.SetCommunitys; name != "" {
		set, known := c.sets.community[name]
		if !known {
			c.warn(schema.TableRouteMap, k.name, "set_community_ref", name, missing("nothing is added", name, schema.TableCommunitySet))
		}
		s.Communities = append(s.Communities, set.members...)
	}
}

// checked gives those members that are right.
func (c *compiler) checked(k keyed[schema.RouteMap], field string, list []string, check func(string, bool) error) []string {
	var out []string
	for _, text := range list {
		if text = plain(text); text == "" {
			continue
		}
		if err := check(text, false); err != nil {
			c.warn(schema.TableRouteMap, k.name, field, text, err)
			continue
		}
		out = append(out, text)
	}
	return out
}
