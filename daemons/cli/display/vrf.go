package display

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// newVRF makes `show vrf`.
func newVRF(s *session.Session) *cobra.Command {
	return command(s, "vrf [VRF_NAME]", "Show vrf config", click.Args("[vrf_name]"), func(ctx context.Context, v *view, args []string) error {
		vrfs, err := v.all(ctx, statedb.ConfigDB, schema.TableVRF)
		if err != nil {
			return err
		}
		bound, err := v.bound(ctx)
		if err != nil {
			return err
		}
		t := table{headers: []string{"VRF", "Interfaces"}}
		for _, name := range slices.SortedFunc(maps.Keys(vrfs), natural.Compare) {
			if len(args) > 0 && args[0] != name {
				continue
			}
			shown := name
			for _, iface := range bound[name] {
				t.rows = append(t.rows, []string{shown, iface})
				if !v.json { // further interfaces stand below the first one
					shown = ""
				}
			}
			if len(bound[name]) == 0 {
				t.rows = append(t.rows, []string{name, ""})
			}
		}
		return v.print(t)
	})
}

// bound gives the interfaces of each VRF: ports first, then port channels,
// VLANs, loopbacks, subinterfaces.
func (v *view) bound(ctx context.Context) (map[string][]string, error) {
	out := make(map[string][]string)
	for _, name := range []string{
		schema.TableInterface, schema.TablePortChannelInterface, schema.TableVLANInterface, schema.TableLoopbackInterface, schema.TableVLANSubInterface,
	} {
		rows, err := v.all(ctx, statedb.ConfigDB, name)
		if err != nil {
			return nil, err
		}
		for _, key := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
			if vrf := rows[key]["vrf_name"]; vrf != "" && !strings.Contains(key, "|") {
				out[vrf] = append(out[vrf], key)
			}
		}
	}
	return out, nil
}

// newLinkLocalMode makes `show ipv6 link-local-mode`.
func newLinkLocalMode(s *session.Session) *cobra.Command {
	return command(s, "link-local-mode", "show ipv6 link-local-mode", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		t := table{headers: []string{"Interface Name", "Mode"}, layout: tabulate.Options{Format: tabulate.Grid}}
		for _, pair := range [][2]string{
			{schema.TablePort, schema.TableInterface}, {schema.TablePortChannel, schema.TablePortChannelInterface}, {schema.TableVLAN, schema.TableVLANInterface},
		} {
			exist, err := v.all(ctx, statedb.ConfigDB, pair[0])
			if err != nil {
				return err
			}
			routed, err := v.all(ctx, statedb.ConfigDB, pair[1])
			if err != nil {
				return err
			}
			for _, name := range slices.SortedFunc(maps.Keys(exist), natural.Compare) {
				mode := "Disabled"
				if routed[name]["ipv6_use_link_local_only"] == "enable" {
					mode = "Enabled"
				}
				t.rows = append(t.rows, []string{name, mode})
			}
		}
		return v.print(t)
	})
}

// newProtocol makes `show ip protocol`: the route maps between protocols and the
// kernel. routingd applies none.
func newProtocol(s *session.Session, short string) *cobra.Command {
	return command(s, "protocol", short, click.Args(), func(_ context.Context, v *view, _ []string) error {
		if v.json {
			t := table{headers: []string{"Protocol", "route-map"}}
			for _, name := range routingProtocols() {
				t.rows = append(t.rows, []string{name, "none"})
			}
			return v.print(t)
		}
		v.Printf("Protocol                  : route-map\n-------------------------------------\n")
		for _, name := range routingProtocols() {
			v.Printf("%-26s: none\n", name)
		}
		return nil
	})
}

// routingProtocols are the origins that a route can have, and any of them.
func routingProtocols() []string {
	return []string{"system", "kernel", "connected", "static", "rip", "ospf", "isis", "bgp", "any"}
}
