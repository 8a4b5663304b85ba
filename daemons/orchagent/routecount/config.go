package routecount

import (
	"bytes"
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Fed is the table, in no database, of the routes that have counters; its keys
// are as those of the patterns.
const Fed = "COUNTED_ROUTE"

// keyRoutes is the row of FLEX_COUNTER_TABLE that has routes counted.
const keyRoutes = "FLOW_CNT_ROUTE"

// Tables are the tables of CONFIG_DB that a feature of its own renders.
func Tables() []string { return []string{schema.TableRoutePattern} }

// Pattern has routes in a prefix counted.
type Pattern struct {
	VRF    string // "": the default one
	Prefix netip.Prefix
	Max    int // routes at most
}

// Config is what the tables say.
type Config struct {
	enabled  bool
	patterns map[string]Pattern
}

// NewConfig is a configuration without patterns.
func NewConfig() *Config { return &Config{patterns: map[string]Pattern{}} }

// Take takes a changed row of Tables or of FLEX_COUNTER_TABLE; one without fields
// is deleted, and a bad one counts as deleted. It tells whether other routes may
// be meant now.
func (c *Config) Take(row object.Row) (changed bool) {
	switch {
	case row.Table == schema.TableFlexCounter && row.Key == keyRoutes:
		before := c.enabled
		c.enabled = row.Fields["FLEX_COUNTER_STATUS"] == "enable"
		return c.enabled != before
	case row.Table == schema.TableRoutePattern:
		delete(c.patterns, row.Key)
		if p, err := parse(row); err == nil && row.Fields != nil {
			c.patterns[row.Key] = p
		}
		return true
	}
	return false
}

// Patterns are the patterns in effect: none while counting is disabled.
func (c *Config) Patterns() []Pattern {
	if !c.enabled {
		return nil
	}
	list := make([]Pattern, 0, len(c.patterns))
	for _, p := range c.patterns {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b Pattern) int {
		return cmp.Or(cmp.Compare(a.VRF, b.VRF), cmp.Compare(b.Prefix.Bits(), a.Prefix.Bits()), bytes.Compare(a.Prefix.Addr().AsSlice(), b.Prefix.Addr().AsSlice()))
	})
	return list
}

// parse reads "[<vrf>|]<prefix>" and how many routes it is for.
func parse(row object.Row) (Pattern, error) {
	var p Pattern
	text := row.Key
	if vrf, rest, ok := strings.Cut(row.Key, "|"); ok {
		p.VRF, text = vrf, rest
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return p, fmt.Errorf("key: %w", err)
	}
	p.Prefix = prefix.Masked()
	fields := schema.RoutePattern{MaxMatchCount: schema.DefaultRoutePatternMax}
	if err := statedb.Decode(row.Fields, &fields); err != nil {
		return p, err
	}
	if fields.MaxMatchCount < 1 || fields.MaxMatchCount > schema.MaxRoutePatternMax {
		return p, fmt.Errorf("max_match_count %d is not a number from 1 to %d", fields.MaxMatchCount, schema.MaxRoutePatternMax)
	}
	p.Max = int(fields.MaxMatchCount)
	return p, nil
}

// Name is how databases name a prefix of a virtual router, "" for the default one.
func Name(vrf string, prefix netip.Prefix) string {
	if vrf == "" {
		return prefix.String()
	}
	return vrf + "|" + prefix.String()
}
