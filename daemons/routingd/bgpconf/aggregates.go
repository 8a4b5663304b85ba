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

// aggregates reads BGP_GLOBALS_AF_AGGREGATE_ADDR and BGP_AGGREGATE_ADDRESS.
func (c *compiler) aggregates() {
	for _, k := range read[schema.BGPNetwork](c.resolver, schema.TableBGPGlobalsAggregate, 3) {
		vrf, family, err := vrfFamily(k.Parts)
		if err == nil {
			err = c.aggregate(vrf, k.Parts[2], family, k.row, source{table: schema.TableBGPGlobalsAggregate, key: k.name})
		}
		if err != nil {
			c.wrong(schema.TableBGPGlobalsAggregate, k.name, err)
		}
	}
	c.eachRow(schema.TableBGPAggregate, func(key string, fields statedb.Fields) error {
		at := source{table: schema.TableBGPAggregate, key: key}
		for _, field := range []string{"aggregate-address-prefix-list", "contributing-address-prefix-list"} {
			if value := fields[field]; value != "" {
				c.warn(at.table, key, field, value, errUnsupported)
			}
		}
		if fields["bbr-required"] == "true" && !c.device.bounce {
			return nil
		}
		row := schema.BGPNetwork{ASSet: fields["as-set"] == "true", SummaryOnly: fields["summary-only"] == "true"}
		return c.aggregate("", key, "", row, at)
	})
}

// aggregate notes one. Without a family it is of its prefix's.
func (c *compiler) aggregate(vrf, text string, family schema.BGPFamily, row schema.BGPNetwork, at source) error {
	p, err := netip.ParsePrefix(text)
	in := c.out.Instances[vrf]
	switch {
	case err != nil:
		return fmt.Errorf("prefix %.50q: not like 10.0.0.0/8 or fc00::/7", text)
	case in == nil:
		return errNoBGP
	case family != "" && schema.BGPFamilyOf(p.Addr()) != family:
		return fmt.Errorf("prefix %s is not of the family %s", p, family)
	case p.Bits() == p.Addr().BitLen():
		return errors.New("nothing is within an address")
	}
	if row.ASSet {
		c.warn(at.table, at.key, "as_set", "true", errUnsupported)
	}
	p = p.Masked()
	n := Network{Table: at.table, Row: at.key, SummaryOnly: row.SummaryOnly}
	if name := or(row.Policy, ""); name != "" {
		set, fits := admit(c.offers(name, schema.BGPFamilyOf(p.Addr())), p)
		if !fits {
			return &statedb.FieldError{Field: "policy", Value: name, Err: errors.New("the route map denies the aggregate")}
		}
		n.Set = set
	}
	in.Aggregates[p] = n
	return nil
}

// suppress keeps what is within aggregates of summary_only from all peers.
func (c *compiler) suppress(in *Instance) []Statement {
	sets := make(map[schema.BGPFamily]PrefixSet)
	for p, n := range in.Aggregates {
		if n.SummaryOnly {
			f := schema.BGPFamilyOf(p.Addr())
			sets[f] = append(sets[f], PrefixRange{p, p.Bits() + 1, p.Addr().BitLen()})
		}
	}
	var out []Statement
	for _, f := range slices.Sorted(maps.Keys(sets)) {
		name := "within aggregates " + string(f)
		in.Policy.Prefixes[name] = complete(sets[f])
		out = append(out, Statement{Family: f, Match: Match{Prefixes: name}, Action: Reject})
	}
	return out
}
