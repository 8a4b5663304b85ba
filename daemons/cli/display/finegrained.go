package display

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

const tableFineRoute = "FG_ROUTE_TABLE"

// addFineGrained makes `show fgnhg`.
func addFineGrained(s *session.Session, root *cobra.Command) {
	args := click.Args("[arg1]", "[arg2]")
	var hops, buckets *cobra.Command
	hops = command(s, "active-hops [arg1] [arg2]", "Show active next hops", args, func(ctx context.Context, v *view, args []string) error {
		return v.showFine(ctx, hops, args, table{headers: []string{"VNET/VRF", "FG NHG Prefix", "Active Next Hops"}, lists: []string{"Active Next Hops"}}, hopsRows)
	})
	buckets = command(s, "hash-view [arg1] [arg2]", "Show hash bucket view", args, func(ctx context.Context, v *view, args []string) error {
		return v.showFine(ctx, buckets, args, table{headers: []string{"VNET/VRF", "FG NHG Prefix", "Next Hop", "Hash buckets"}, lists: []string{"Hash buckets"}}, v.bucketRows)
	})
	groupAt(root, "fgnhg").AddCommand(hops, buckets)
}

// fineRoute is a route with a fine-grained group: the buckets of each next hop.
type fineRoute struct {
	vrf, prefix string
	buckets     map[string][]int
}

func (v *view) showFine(ctx context.Context, cmd *cobra.Command, args []string, t table, rows func(fineRoute) [][]string) error {
	routes, err := v.fineRoutes(ctx)
	if err != nil {
		return err
	}
	switch {
	case len(routes) == 0:
		return click.Fail(cmd, "%s does not exist!", tableFineRoute)
	case len(args) == 2:
		routes = slices.DeleteFunc(routes, func(r fineRoute) bool { return r.vrf != args[0] || r.prefix != args[1] })
		if len(routes) == 0 {
			return click.Fail(cmd, "No %s entry found for VRF '%s' prefix '%s'", tableFineRoute, args[0], args[1])
		}
	case len(args) == 1:
		if routes, err = v.ofGroup(ctx, cmd, routes, args[0]); err != nil {
			return err
		}
	}
	for _, r := range routes {
		t.rows = append(t.rows, rows(r)...)
	}
	return v.print(t)
}

func (v *view) fineRoutes(ctx context.Context) ([]fineRoute, error) {
	all, err := v.all(ctx, statedb.StateDB, tableFineRoute)
	if err != nil {
		return nil, err
	}
	var out []fineRoute
	for _, key := range slices.Sorted(maps.Keys(all)) {
		r := fineRoute{vrf: "default", prefix: key, buckets: map[string][]int{}}
		if vrf, prefix, ok := strings.Cut(key, schema.ConfigSeparator); ok {
			r.vrf, r.prefix = vrf, prefix
		}
		for bucket, hop := range all[key] {
			if n, err := strconv.Atoi(bucket); err == nil {
				ip, _, _ := strings.Cut(hop, "@")
				r.buckets[ip] = append(r.buckets[ip], n)
			}
		}
		for _, b := range r.buckets {
			slices.Sort(b)
		}
		out = append(out, r)
	}
	return out, nil
}

// ofGroup leaves the routes and next hops of one group.
func (v *view) ofGroup(ctx context.Context, cmd *cobra.Command, routes []fineRoute, group string) ([]fineRoute, error) {
	members, err := v.all(ctx, statedb.ConfigDB, schema.TableFGNHGMember)
	if err != nil {
		return nil, err
	}
	known := false
	for _, m := range members {
		known = known || m["FG_NHG"] == group
	}
	if !known {
		return nil, click.Fail(cmd, "Please provide a valid NHG alias")
	}
	for _, r := range routes {
		for hop := range r.buckets {
			if _, ok := members[hop]; !ok {
				return nil, click.Fail(cmd, "state_db and config_db have FGNHG prefix config mismatch. Check device config!")
			}
			if members[hop]["FG_NHG"] != group {
				delete(r.buckets, hop)
			}
		}
	}
	routes = slices.DeleteFunc(routes, func(r fineRoute) bool { return len(r.buckets) == 0 })
	if len(routes) == 0 {
		return nil, click.Fail(cmd, "FG_ROUTE table likely does not contain the required entries")
	}
	return routes, nil
}

func hopsRows(r fineRoute) [][]string {
	return [][]string{{r.vrf, r.prefix, strings.Join(slices.Sorted(maps.Keys(r.buckets)), "\n")}}
}

// bucketRows has a row for each next hop: its buckets, eight in a line.
func (v *view) bucketRows(r fineRoute) (rows [][]string) {
	inLine := 8
	if v.json {
		inLine = 1
	}
	for _, hop := range slices.Sorted(maps.Keys(r.buckets)) {
		var lines strings.Builder
		for line := range slices.Chunk(r.buckets[hop], inLine) {
			words := make([]string, len(line))
			for i, n := range line {
				if words[i] = strconv.Itoa(n); !v.json {
					words[i] = fmt.Sprintf("%-3d", n)
				}
			}
			lines.WriteString(strings.Join(words, " ") + "\n")
		}
		rows = append(rows, []string{r.vrf, r.prefix, hop, strings.TrimSpace(lines.String())})
	}
	return rows
}
