package display

import (
	"context"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// addVNET makes `show vnet`; its brief form is a listing.
func addVNET(s *session.Session, root *cobra.Command) {
	vnet := groupAt(root, "vnet")
	vnet.AddCommand(
		command(s, "name <vnet_name>", "Show VNET details for a given VNET name", click.Args("vnet_name"), func(ctx context.Context, v *view, args []string) error {
			return showVNET(ctx, v, "VNET '"+args[0]+"' not found!", func(name string, _ statedb.Fields) bool { return name == args[0] })
		}),
		command(s, "guid <guid>", "Show VNET details using GUID", click.Args("guid"), func(ctx context.Context, v *view, args []string) error {
			return showVNET(ctx, v, "No VNET found with GUID '"+args[0]+"'", func(_ string, row statedb.Fields) bool { return row["guid"] == args[0] })
		}),
		command(s, "alias [VNET_ALIAS]", "Show vnet alias to name information", click.Args("[vnet_alias]"), showVNETAliases),
		command(s, "interfaces", "Show vnet interfaces information", click.Args(), showVNETInterfaces),
		command(s, "neighbors", "Show vnet neighbors information", click.Args(), showVNETNeighbours),
		command(s, "endpoint [IPADDRESS]", "Show Vxlan tunnel endpoint status", click.Args("[IPADDRESS]"), showVNETEndpoints),
		command(s, "advertised-routes [community:string]", "Show vnet advertised-routes", click.Args("[community:string]"), showAdvertised),
	)
	groupAt(vnet, "routes").AddCommand(
		command(s, "all [VNET_NAME]", "Show all vnet routes", click.Args("[vnet_name]"), showVNETRoutes(true, true)),
		command(s, "local [VNET_NAME]", "Show local vnet routes", click.Args("[vnet_name]"), showVNETRoutes(true, false)),
		command(s, "tunnel [VNET_NAME]", "Show vnet tunnel routes", click.Args("[vnet_name]"), showVNETRoutes(false, true)),
	)
}

// vnetTables are the tables whose interfaces can belong to a VNET, in the order
// in which SONiC lists them.
func vnetTables() []string {
	return []string{
		schema.TableInterface, schema.TableVLANInterface, schema.TableVLANSubInterface,
		schema.TablePortChannelInterface, schema.TableLoopbackInterface,
	}
}

// vnetInterfaces gives the interfaces of each VNET.
func (v *view) vnetInterfaces(ctx context.Context) (map[string][]string, error) {
	out := make(map[string][]string)
	for _, name := range vnetTables() {
		rows, err := v.all(ctx, statedb.ConfigDB, name)
		if err != nil {
			return nil, err
		}
		for _, key := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
			if vnet := rows[key]["vnet_name"]; vnet != "" {
				out[vnet] = append(out[vnet], key)
			}
		}
	}
	return out, nil
}

// showVNET shows the first VNET that fits.
func showVNET(ctx context.Context, v *view, missing string, fits func(string, statedb.Fields) bool) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "VNET")
	if err != nil {
		return err
	}
	members, err := v.vnetInterfaces(ctx)
	if err != nil {
		return err
	}
	for _, name := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		row := rows[name]
		if !fits(name, row) {
			continue
		}
		return v.print(table{
			headers: []string{"vnet name", "vxlan tunnel", "vni", "peer list", "guid", "interfaces"},
			rows: [][]string{{
				name, or(row["vxlan_tunnel"], tabulate.None), or(row["vni"], tabulate.None), or(row["peer_list"], tabulate.None),
				or(row["guid"], tabulate.None), or(strings.Join(members[name], ", "), "no interfaces"),
			}},
		})
	}
	v.Printf("%s\n", missing)
	return nil
}

func showVNETAliases(ctx context.Context, v *view, args []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "VNET")
	if err != nil {
		return err
	}
	t := table{headers: []string{"Alias", "Name"}}
	for _, name := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		if guid := rows[name]["guid"]; len(args) == 0 || guid == args[0] {
			t.rows = append(t.rows, []string{or(guid, tabulate.None), name})
		}
	}
	return v.print(t)
}

func showVNETInterfaces(ctx context.Context, v *view, _ []string) error {
	all, err := v.vnetInterfaces(ctx)
	if err != nil {
		return err
	}
	t := table{headers: []string{"vnet name", "interfaces"}}
	for _, name := range slices.SortedFunc(maps.Keys(all), natural.Compare) {
		slices.SortFunc(all[name], natural.Compare)
		t.rows = append(t.rows, []string{name, strings.Join(all[name], ",")})
	}
	return v.print(t)
}

// showVNETNeighbours shows a table for each VNET that has an interface.
func showVNETNeighbours(ctx context.Context, v *view, _ []string) error {
	all, err := v.vnetInterfaces(ctx)
	if err != nil {
		return err
	}
	rows, err := v.all(ctx, statedb.ApplDB, schema.AppTableNeigh)
	if err != nil {
		return err
	}
	neighbours := slices.SortedFunc(maps.Keys(rows), natural.Compare)
	headers := func(vnet string) []string { return []string{vnet, "neighbor", "mac_address", "interfaces"} }
	if len(all) == 0 {
		return v.print(table{headers: headers("<vnet_name>")})
	}
	for _, vnet := range slices.SortedFunc(maps.Keys(all), natural.Compare) {
		t := table{headers: headers(vnet)}
		slices.SortFunc(all[vnet], natural.Compare)
		for _, iface := range all[vnet] {
			for _, key := range neighbours {
				if at, ip, _ := strings.Cut(key, ":"); at == iface {
					t.rows = append(t.rows, []string{"", ip, rows[key]["neigh"], iface})
				}
			}
		}
		if err := v.print(t); err != nil {
			return err
		}
		if !v.json {
			v.Printf("\n")
		}
	}
	return nil
}

// endpoint is one tunnel endpoint with the prefixes behind it.
type endpoint struct {
	address, monitor string
	prefixes         []string
}

// endpoints reads the endpoints of tunnel routes in the order of the routes.
func (v *view) endpoints(ctx context.Context) ([]*endpoint, error) {
	routes, err := v.all(ctx, statedb.ApplDB, "VNET_ROUTE_TUNNEL_TABLE")
	if err != nil {
		return nil, err
	}
	var out []*endpoint
	for _, key := range slices.SortedFunc(maps.Keys(routes), natural.Compare) {
		_, prefix, _ := strings.Cut(key, ":")
		monitors := strings.Split(routes[key]["endpoint_monitor"], ",")
		for i, address := range strings.Split(routes[key]["endpoint"], ",") {
			if i >= len(monitors) || monitors[i] == "" {
				break
			}
			at := slices.IndexFunc(out, func(e *endpoint) bool { return e.address == address })
			if at < 0 {
				at, out = len(out), append(out, &endpoint{address: address})
			}
			out[at].monitor = monitors[i]
			out[at].prefixes = append(out[at].prefixes, prefix)
		}
	}
	return out, nil
}

// showVNETEndpoints tells whether tunnel endpoints answer their BFD sessions.
func showVNETEndpoints(ctx context.Context, v *view, args []string) error {
	if len(args) > 0 {
		if _, err := netip.ParseAddr(args[0]); err != nil {
			v.Printf("wrong parameter %s\n", args[0])
			return nil
		}
	}
	all, err := v.endpoints(ctx)
	if err != nil {
		return err
	}
	sessions, err := v.all(ctx, statedb.StateDB, "BFD_SESSION_TABLE")
	if err != nil {
		return err
	}
	t := table{headers: []string{"Endpoint", "Endpoint Monitor", "prefix count", "status"}}
	if len(args) > 0 {
		t.headers[2] = "prefix"
	}
	for _, e := range all {
		state, known := sessions["default|default|"+e.monitor]
		status := "Unknown"
		if known {
			status = state["state"]
		}
		switch {
		case len(args) == 0:
			t.rows = append(t.rows, []string{e.address, e.monitor, strconv.Itoa(len(e.prefixes)), status})
		case e.address == args[0]:
			var monitors []string
			if known {
				monitors = []string{e.monitor}
			}
			t.rows = append(t.rows, []string{e.address, pythonList(monitors), pythonList(e.prefixes), status})
		}
	}
	return v.print(t)
}

// pythonList writes a list as SONiC's scripts print it.
func pythonList(list []string) string {
	if len(list) == 0 {
		return "[]"
	}
	return "['" + strings.Join(list, "', '") + "']"
}

// showAdvertised lists the routes that BGP announces, by community.
func showAdvertised(ctx context.Context, v *view, args []string) error {
	profiles, err := v.all(ctx, statedb.ApplDB, "BGP_PROFILE_TABLE")
	if err != nil {
		return err
	}
	routes, err := v.all(ctx, statedb.StateDB, "ADVERTISE_NETWORK_TABLE")
	if err != nil {
		return err
	}
	t := table{headers: []string{"Prefix", "Profile", "Community Id"}}
	for _, prefix := range slices.SortedFunc(maps.Keys(routes), natural.Compare) {
		profile := or(routes[prefix]["profile"], "NA")
		community := profiles[profile]["community_id"]
		if len(args) == 0 || community == args[0] {
			t.rows = append(t.rows, []string{prefix, profile, or(community, tabulate.None)})
		}
	}
	return v.print(t)
}
