package display

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// nextHopsPerLine is how many next hops of a VNET's route stand on a line.
const nextHopsPerLine = 2

// showVNETRoutes makes the action that shows local routes, tunnel routes or both.
func showVNETRoutes(local, tunnel bool) func(context.Context, *view, []string) error {
	return func(ctx context.Context, v *view, args []string) error {
		vnet := ""
		if len(args) > 0 {
			vnet = args[0]
		}
		if local {
			if err := showLocalRoutes(ctx, v, vnet); err != nil {
				return err
			}
		}
		if local && tunnel && !v.json {
			v.Printf("\n")
		}
		if tunnel {
			return showTunnelRoutes(ctx, v, vnet)
		}
		return nil
	}
}

// vnetRoute is a route of a VNET as its row has it.
type vnetRoute struct {
	vnet, prefix string
	row          statedb.Fields
}

func (v *view) vnetRoutes(ctx context.Context, name, vnet string) ([]vnetRoute, error) {
	rows, err := v.all(ctx, statedb.ApplDB, name)
	if err != nil {
		return nil, err
	}
	var out []vnetRoute
	for _, key := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		in, prefix, _ := strings.Cut(key, ":")
		if vnet == "" || vnet == in {
			out = append(out, vnetRoute{in, prefix, rows[key]})
		}
	}
	return out, nil
}

func showLocalRoutes(ctx context.Context, v *view, vnet string) error {
	routes, err := v.vnetRoutes(ctx, "VNET_ROUTE_TABLE", vnet)
	if err != nil {
		return err
	}
	t := table{headers: []string{"vnet name", "prefix", "nexthop", "interface"}}
	for _, r := range routes {
		hops, ifaces := inLines(r.row["nexthop"]), inLines(r.row["ifname"])
		for i := range max(len(hops), len(ifaces), 1) {
			t.rows = append(t.rows, append(r.lead(i), at(hops, i), at(ifaces, i)))
		}
	}
	return v.print(t)
}

func showTunnelRoutes(ctx context.Context, v *view, vnet string) error {
	routes, err := v.vnetRoutes(ctx, "VNET_ROUTE_TUNNEL_TABLE", vnet)
	if err != nil {
		return err
	}
	states, err := v.all(ctx, statedb.StateDB, "VNET_ROUTE_TUNNEL_TABLE")
	if err != nil {
		return err
	}
	t := table{headers: []string{"vnet name", "prefix", "endpoint", "mac address", "vni", "metric", "status"}}
	for _, r := range routes {
		endpoints, macs, vnis := inLines(r.row["endpoint"]), inLines(r.row["mac_address"]), inLines(r.row["vni"])
		for i := range max(len(endpoints), 1) {
			row := append(r.lead(i), at(endpoints, i), at(macs, i), at(vnis, i))
			if i == 0 {
				row = append(row, r.row["metric"], states[r.vnet+"|"+r.prefix]["state"])
			} else {
				row = append(row, "", "")
			}
			t.rows = append(t.rows, row)
		}
	}
	return v.print(t)
}

// lead is the beginning of the n-th line of a route.
func (r vnetRoute) lead(n int) []string {
	if n > 0 {
		return []string{"", ""}
	}
	return []string{r.vnet, r.prefix}
}

// inLines cuts a comma list into lines of a few values.
func inLines(list string) []string {
	if list == "" {
		return nil
	}
	var out []string
	for part := range slices.Chunk(strings.Split(list, ","), nextHopsPerLine) {
		for i := range part {
			part[i] = strings.TrimSpace(part[i])
		}
		out = append(out, strings.Join(part, ","))
	}
	return out
}

// at gives a line, or nothing past the end.
func at(lines []string, n int) string {
	if n < len(lines) {
		return lines[n]
	}
	return ""
}
