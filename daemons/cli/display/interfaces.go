package display

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

func newInterfaces(s *session.Session) *cobra.Command {
	g := click.Group("interfaces", "Show details of the network interfaces",
		newInterfacesStatus(s), newInterfacesDescription(s), newCounters(s), newNamingMode(s), newTPID(s), newSwitchport(s))
	g.Aliases = []string{"interface"}
	return g
}

func newInterfacesStatus(s *session.Session) *cobra.Command {
	return command(s, "status [INTERFACENAME]", "Show Interface status information", click.Args("[INTERFACENAME]"), showStatus)
}

func showStatus(ctx context.Context, v *view, args []string) error {
	p, err := v.ports(ctx)
	if err != nil {
		return err
	}
	names, err := p.selected(v, args)
	if err != nil {
		return err
	}
	used, err := v.portUse(ctx)
	if err != nil {
		return err
	}
	state, err := v.rows(ctx, statedb.StateDB, schema.StateTablePort, names)
	if err != nil {
		return err
	}
	optics, err := v.rows(ctx, statedb.StateDB, "TRANSCEIVER_INFO", names)
	if err != nil {
		return err
	}
	t := table{
		headers: []string{"Interface", "Lanes", "Speed", "MTU", "FEC", "Alias", "Vlan", "Oper", "Admin", "Type", "Asym PFC"},
		layout:  tabulate.Options{Text: tabulate.Right},
	}
	for _, n := range names {
		row := p.app[n]
		speed := row["speed"]
		if operational := state[n]["speed"]; row["oper_status"] == "up" && operational != "" && operational != "N/A" {
			speed = operational
		}
		t.rows = append(t.rows, []string{
			n, or(row["lanes"], "N/A"), speedText(speed), or(row["mtu"], "N/A"), or(row["fec"], "N/A"), or(row["alias"], "N/A"),
			or(used[n], "routed"), or(row["oper_status"], "N/A"), or(row["admin_status"], "N/A"),
			or(optics[n]["type"], "N/A"), or(row["pfc_asym"], "N/A"),
		})
	}
	return v.print(t)
}

// portUse says of each port that does not route what it does: the name of its
// port channel, or "trunk" for a member of VLANs.
func (v *view) portUse(ctx context.Context) (map[string]string, error) {
	out := make(map[string]string)
	members, err := v.all(ctx, statedb.ConfigDB, schema.TableVLANMember)
	if err != nil {
		return nil, err
	}
	for key := range pairs(members) {
		out[key[1]] = "trunk"
	}
	channels, err := v.all(ctx, statedb.ConfigDB, schema.TablePortChannelMember)
	if err != nil {
		return nil, err
	}
	for key := range pairs(channels) {
		out[key[1]] = key[0]
	}
	return out, nil
}

func newInterfacesDescription(s *session.Session) *cobra.Command {
	return command(s, "description [INTERFACENAME]", "Show interface status, protocol and description", click.Args("[INTERFACENAME]"),
		func(ctx context.Context, v *view, args []string) error {
			return v.portTable(ctx, args, []string{"Oper", "Admin", "Alias", "Description"},
				func(row statedb.Fields) []string {
					return []string{or(row["oper_status"], "N/A"), or(row["admin_status"], "N/A"), or(row["alias"], "N/A"), or(row["description"], "N/A")}
				})
		})
}

func newTPID(s *session.Session) *cobra.Command {
	return command(s, "tpid [INTERFACENAME]", "Show Interface tpid information", click.Args("[INTERFACENAME]"),
		func(ctx context.Context, v *view, args []string) error {
			return v.portTable(ctx, args, []string{"Alias", "Oper", "Admin", "TPID"},
				func(row statedb.Fields) []string {
					return []string{or(row["alias"], "N/A"), or(row["oper_status"], "N/A"), or(row["admin_status"], "N/A"), or(row["tpid"], "N/A")}
				})
		})
}

// portTable shows some fields of each port's row of APPL_DB.
func (v *view) portTable(ctx context.Context, args, headers []string, fields func(statedb.Fields) []string) error {
	p, err := v.ports(ctx)
	if err != nil {
		return err
	}
	names, err := p.selected(v, args)
	if err != nil {
		return err
	}
	t := table{headers: append([]string{"Interface"}, headers...), layout: tabulate.Options{Text: tabulate.Right}}
	for _, n := range names {
		t.rows = append(t.rows, append([]string{n}, fields(p.app[n])...))
	}
	return v.print(t)
}

func newNamingMode(s *session.Session) *cobra.Command {
	return command(s, "naming_mode", "Show interface naming_mode status", click.Args(), func(_ context.Context, v *view, _ []string) error {
		mode := or(v.Getenv("SONIC_CLI_IFACE_MODE"), "default")
		if v.json {
			return v.printJSON(ordered{{"naming_mode", mode}})
		}
		v.Printf("%s\n", mode)
		return nil
	})
}
