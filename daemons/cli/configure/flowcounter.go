package configure

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
)

const (
	tableRoutePattern  = "FLOW_COUNTER_ROUTE_PATTERN"
	defaultPatternSize = 30
	maxPatternSize     = 50
)

// newRoutePattern makes `config flowcnt-route pattern`. There is one pattern
// for each address family.
func newRoutePattern(s *session.Session) *cobra.Command {
	var yes bool
	var vrf string
	most := click.RangeFlag{Value: defaultPatternSize, Low: 1, High: maxPatternSize}
	add := newEdit(s, "add <prefix-pattern>", "Add pattern of route flow counter", func(e *edit) error {
		return addPattern(e, vrf, strconv.Itoa(most.Value), yes)
	})
	add.Flags().BoolVarP(&yes, "yes", "y", false, "Replace a pattern without asking")
	add.Flags().StringVar(&vrf, "vrf", "", "VRF/VNET name")
	add.Flags().Var(&most, "max", "Routes that a pattern may match")
	remove := newEdit(s, "remove <prefix-pattern>", "Remove pattern of route flow counter", func(e *edit) error {
		key := patternKey(vrf, e.args[0])
		if !e.c.Has(tableRoutePattern, key) {
			return quitf(click.CodeError, "Failed to remove route pattern: %s does not exist", key)
		}
		e.c.Delete(tableRoutePattern, key)
		return nil
	})
	remove.Flags().StringVar(&vrf, "vrf", "", "VRF/VNET name")
	return click.Group("flowcnt-route", "Route flow counter configuration tasks", click.Group("pattern", "Patterns of routes", add, remove))
}

func patternKey(vrf, prefix string) string {
	if vrf == "" || vrf == "default" {
		return prefix
	}
	return vrf + "|" + prefix
}

func addPattern(e *edit, vrf, most string, yes bool) error {
	p, err := netip.ParsePrefix(e.args[0])
	if err != nil {
		return e.failf("Invalid prefix %s", e.args[0])
	}
	key := patternKey(vrf, p.Masked().String())
	if row, ok := e.c.Row(tableRoutePattern, key); ok && row["max_match_count"] == most {
		return quitf(click.CodeError, "The route pattern already exists, nothing to be changed")
	}
	for _, other := range e.c.Keys(tableRoutePattern) {
		if other == key || strings.Contains(other, ":") != p.Addr().Is6() {
			continue
		}
		if !yes {
			if err := e.s.Confirm("Only support 1 IPv4 route pattern and 1 IPv6 route pattern, remove existing pattern " + other + "?"); err != nil {
				return err
			}
		}
		e.c.Delete(tableRoutePattern, other)
	}
	e.c.Replace(tableRoutePattern, key, commit.Row{"max_match_count": most})
	return nil
}

// newBGPAggregates makes `config bgp aggregate-address`.
func newBGPAggregates(s *session.Session) *cobra.Command {
	const table = "BGP_AGGREGATE_ADDRESS"
	flags := []string{"bbr-required", "summary-only", "as-set"}
	lists := []string{"aggregate-address-prefix-list", "contributing-address-prefix-list"}
	key := func(e *edit) (string, error) {
		p, err := netip.ParsePrefix(e.args[0])
		if err != nil {
			return "", e.failf("Invalid address %s", e.args[0])
		}
		return p.Masked().String(), nil
	}
	add := newEdit(s, "add <address>", "Add an aggregate address", func(e *edit) error {
		k, err := key(e)
		if err != nil {
			return err
		}
		row := make(commit.Row)
		for _, name := range append(flags, lists...) {
			row[name] = e.cmd.Flags().Lookup(name).Value.String()
		}
		e.c.Replace(table, k, row)
		return nil
	})
	for _, name := range flags {
		add.Flags().Bool(name, false, name)
	}
	for _, name := range lists {
		add.Flags().String(name, "", name)
	}
	return click.Group("aggregate-address", "Aggregate addresses of BGP", add,
		newEdit(s, "remove <address>", "Remove an aggregate address", func(e *edit) error {
			k, err := key(e)
			if err == nil && !e.c.Has(table, k) {
				err = e.failf("Aggregate address %s does not exist", k)
			}
			if err == nil {
				e.c.Delete(table, k)
			}
			return err
		}))
}
