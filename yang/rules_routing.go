package yang

import (
	"net/netip"
	"strings"
)

func routingRules() []rule {
	return []rule{
		{"BGP_INTERNAL_NEIGHBOR", innerNeighborRule, []string{"DEVICE_METADATA"}},
		{"BGP_RPKI_CACHE", cacheRule, nil},
		{"BGP_VOQ_CHASSIS_NEIGHBOR", innerNeighborRule, []string{"DEVICE_METADATA"}},
		{"BGP_NEIGHBOR", plainNeighborRule, nil},
		{"BGP_MONITORS", monitorRule, nil},
		{"PREFIX_LIST", prefixListRule, nil},
		{"PREFIX", prefixSequenceRule, []string{"PREFIX"}},
		{"SRV6_MY_SIDS", segmentRule, []string{"SRV6_MY_LOCATORS"}},
		{"STATIC_ROUTE", staticRouteRule, nil},
	}
}

// innerNeighborRule: a neighbour inside the switch is in the switch's own AS,
// and is spoken to from an address of its family.
func innerNeighborRule(r *rowRule) {
	own := get(r.config["DEVICE_METADATA"]["localhost"], "bgp_asn")
	switch asn := get(r.row, "asn"); {
	case asn == "0":
		r.wrong("asn", "0 is no AS number, want 1 or more")
	case asn != "" && own == "":
		r.needs("asn", "needs bgp_asn in DEVICE_METADATA|localhost, which it has to equal")
	case asn != "" && asn != own:
		r.wrong("asn", "%s is not the switch's own AS, want %s as in DEVICE_METADATA|localhost bgp_asn", asn, own)
	}
	switch local := get(r.row, "local_addr"); {
	case local == "":
		r.wrong("local_addr", "must be set")
	case strings.Contains(local, ":") != strings.Contains(r.key, ":"):
		r.wrong("local_addr", "%q is not of the family of the neighbour %s", local, r.key)
	}
}

// plainNeighborRule: 0 is reserved (RFC 7607). In the longer form of the table the model says so.
func plainNeighborRule(r *rowRule) {
	if !strings.Contains(r.key, "|") && get(r.row, "asn") == "0" {
		r.wrong("asn", "0 is no AS number, want 1 or more")
	}
}

// monitorRule: SONiC's templates know collectors by this name.
func monitorRule(r *rowRule) {
	if name := get(r.row, "name"); r.has("name") && name != "BGPMonitor" {
		r.wrong("name", "%q is not BGPMonitor", name)
	}
}

// cacheRule: data outlives a question (RFC 8210 section 6), and a connection has two ends of one family.
func cacheRule(r *rowRule) {
	expire, has := r.number("expire_interval")
	if refresh, also := r.number("refresh_interval"); has && also && expire <= refresh {
		r.wrong("expire_interval", "%d is not more than refresh_interval %d", expire, refresh)
	}
	local, err := netip.ParseAddr(get(r.row, "local_addr"))
	if cache, bad := netip.ParseAddr(r.part(1)); err == nil && bad == nil && local.Is4() != cache.Is4() {
		r.wrong("local_addr", "%v is of another family than the cache %v", local, cache)
	}
}

// prefixListRule: lengths to match lie between the prefix's and the family's.
func prefixListRule(r *rowRule) {
	prefix, err := netip.ParsePrefix(r.part(1))
	if err != nil {
		return
	}
	for _, field := range []string{"ge", "le"} {
		n, ok := r.number(field)
		switch {
		case ok && n > int64(prefix.Addr().BitLen()):
			r.wrong(field, "%d is more than the %d bits of an address", n, prefix.Addr().BitLen())
		case ok && n < int64(prefix.Bits()):
			r.wrong(field, "%d is less than the prefix's own length %d", n, prefix.Bits())
		}
	}
}

// prefixSequenceRule: a sequence number is used once in a set.
func prefixSequenceRule(r *rowRule) {
	if strings.Count(r.key, "|") != 3 {
		return
	}
	if first := r.firstPrefix(r.part(0), r.part(1)); first != r.key {
		r.wrong("sequence_number", "%s is used by %s too", r.part(1), first)
	}
}

// staticRouteRule: the lists of a route are parallel.
func staticRouteRule(r *rowRule) {
	n, first := 0, ""
	for _, field := range []string{"nexthop", "ifname", "nexthop-vrf", "distance", "blackhole"} {
		if get(r.row, field) == "" {
			continue
		}
		m := len(r.list(field))
		if n != 0 && m != n {
			r.doubtful(field, "has %d places and %s has %d; place i of each describes next hop i", m, first, n)
			return
		}
		n, first = m, field
	}
}

// segmentRule: an identifier is within its locator (RFC 8986 section 3.1). That
// of an adjacency may be local to the switch.
func segmentRule(r *rowRule) {
	if get(r.row, "action") == "uA" {
		return
	}
	locator := get(r.config["SRV6_MY_LOCATORS"][r.part(0)], "prefix")
	block, _, _ := strings.Cut(locator, "::")
	if mine, _, _ := strings.Cut(r.part(1), "::"); !strings.HasPrefix(mine, block) {
		r.wrong("", "%s does not start as %s, the prefix of the locator %s", r.part(1), locator, r.part(0))
	}
}
