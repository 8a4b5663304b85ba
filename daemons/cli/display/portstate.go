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

// addPortStates makes the commands of `show interfaces` about how links come up.
func addPortStates(s *session.Session, root *cobra.Command) {
	ports := groupAt(root, "interfaces")
	ports.AddCommand(
		command(s, "alias [INTERFACENAME]", "Show Interface Name/Alias Mapping", click.Args("[INTERFACENAME]"), showAliases),
		command(s, "flap [INTERFACENAME]", "Show Interface Flap Information", click.Args("[INTERFACENAME]"), showFlaps),
		command(s, "errors <INTERFACENAME>", "Show Interface Errors", click.Args("interfacename"), showPortErrors),
		command(s, "mpls [INTERFACENAME]", "Show Interface MPLS status", click.Args("[INTERFACENAME]"), showMPLS),
		command(s, "dhcp-mitigation-rate [INTERFACENAME]", "Show interface dhcp-mitigation-rate information", click.Args("[INTERFACENAME]"), showDHCPRates),
	)
	groupAt(ports, "autoneg").AddCommand(command(s, "status [INTERFACENAME]", "Show interface autoneg status", click.Args("[INTERFACENAME]"), showAutoneg))
	groupAt(ports, "link-training").AddCommand(command(s, "status [INTERFACENAME]", "Show interface link-training status", click.Args("[INTERFACENAME]"), showLinkTraining))
	groupAt(ports, "fec").AddCommand(command(s, "status [INTERFACENAME]", "Show interface fec status", click.Args("[INTERFACENAME]"), showFEC))
	groupAt(ports, "neighbor").AddCommand(command(s, "expected [INTERFACENAME]", "Show expected neighbor information by interfaces", click.Args("[INTERFACENAME]"), showExpected))
	ports.AddCommand(newBreakout(s))
}

// portRows shows a line for each selected port, from its rows of APPL_DB and STATE_DB.
func (v *view) portRows(ctx context.Context, args, headers []string, cells func(name string, app, state statedb.Fields) []string) error {
	p, err := v.ports(ctx)
	if err != nil {
		return err
	}
	names, err := p.selected(v, args)
	if err != nil {
		return err
	}
	state, err := v.rows(ctx, statedb.StateDB, schema.StateTablePort, names)
	if err != nil {
		return err
	}
	t := table{headers: append([]string{"Interface"}, headers...), layout: tabulate.Options{Text: tabulate.Right}}
	for _, n := range names {
		t.rows = append(t.rows, append([]string{n}, cells(n, p.app[n], state[n])...))
	}
	return v.print(t)
}

// intfutil tells the script behind a command about ports.
func (v *view) intfutil(what string, args []string) {
	script := []string{"intfutil", "-c", what}
	if len(args) > 0 {
		script = append(script, "-i", args[0])
	}
	v.echo(script...)
}

func showAutoneg(ctx context.Context, v *view, args []string) error {
	v.intfutil("autoneg", args)
	headers := []string{"Auto-Neg Mode", "Speed", "Adv Speeds", "Rmt Adv Speeds", "Type", "Adv Types", "Oper", "Admin"}
	return v.portRows(ctx, args, headers, func(_ string, app, state statedb.Fields) []string {
		mode := "N/A"
		switch app["autoneg"] {
		case "on":
			mode = "enabled"
		case "off":
			mode = "disabled"
		}
		return []string{
			mode, speedText(linkSpeed(app, state)), speedList(app["adv_speeds"]), speedList(state["rmt_adv_speeds"]), or(app["interface_type"], "N/A"),
			or(app["adv_interface_types"], "N/A"), or(app["oper_status"], "N/A"), or(app["admin_status"], "N/A"),
		}
	})
}

// linkSpeed is what the port runs at, or is to run at.
func linkSpeed(app, state statedb.Fields) string {
	if speed := state["speed"]; app["oper_status"] == "up" && speed != "" && speed != "N/A" {
		return speed
	}
	return app["speed"]
}

// speedList writes speeds with their units, the slowest first.
func speedList(list string) string {
	if list == "" || list == "N/A" || list == "all" {
		return or(list, "N/A")
	}
	speeds := strings.Split(list, ",")
	slices.SortFunc(speeds, natural.Compare)
	for i, s := range speeds {
		speeds[i] = speedText(s)
	}
	return strings.Join(speeds, ",")
}

func showLinkTraining(ctx context.Context, v *view, args []string) error {
	v.intfutil("link_training", args)
	return v.portRows(ctx, args, []string{"LT Oper", "LT Admin", "Oper", "Admin"}, func(_ string, app, state statedb.Fields) []string {
		oper := strings.ReplaceAll(or(state["link_training_status"], "N/A"), "_", " ")
		return []string{oper, or(app["link_training"], "N/A"), or(app["oper_status"], "N/A"), or(app["admin_status"], "N/A")}
	})
}

func showFEC(ctx context.Context, v *view, args []string) error {
	v.intfutil("fec", args)
	return v.portRows(ctx, args, []string{"FEC Oper", "FEC Admin"}, func(_ string, app, state statedb.Fields) []string {
		oper := "N/A"
		if app["oper_status"] == "up" {
			oper = or(state["fec"], "N/A")
		}
		return []string{oper, or(app["fec"], "N/A")}
	})
}

// configured gives the ports of CONFIG_DB, or the one that is asked for.
func (v *view) configured(ctx context.Context, args []string, missing string) (portSet, []string, error) {
	p, err := v.ports(ctx)
	if err != nil {
		return p, nil, err
	}
	if len(args) == 0 {
		return p, slices.SortedFunc(maps.Keys(p.config), natural.Compare), nil
	}
	name, err := p.named(v, args[0])
	if err != nil {
		return p, nil, err
	}
	if _, ok := p.config[name]; !ok {
		return p, nil, click.Fail(v.cmd, missing, args[0])
	}
	return p, []string{name}, nil
}

func showAliases(ctx context.Context, v *view, args []string) error {
	p, names, err := v.configured(ctx, args, "Invalid interface name %s")
	if err != nil {
		return err
	}
	t := table{headers: []string{"Name", "Alias"}}
	for _, n := range names {
		t.rows = append(t.rows, []string{n, or(p.config[n]["alias"], n)})
	}
	return v.print(t)
}

func showFlaps(ctx context.Context, v *view, args []string) error {
	p, names, err := v.configured(ctx, args, "Invalid interface name %s")
	if err != nil {
		return err
	}
	t := table{headers: []string{"Interface", "Flap Count", "Admin", "Oper", "Link Down TimeStamp(UTC)", "Link Up TimeStamp(UTC)"}}
	for _, n := range names {
		row := p.app[n]
		t.rows = append(t.rows, []string{
			n, or(row["flap_count"], "Never"), capital(or(row["admin_status"], "unknown")), capital(or(row["oper_status"], "unknown")),
			or(row["last_down_time"], "Never"), or(row["last_up_time"], "Never"),
		})
	}
	return v.print(t)
}

// portErrors are the faults that STATE_DB counts, in the order of their names.
func portErrors() []string {
	return []string{
		"code_group_error", "crc_rate", "data_unit_crc_error", "data_unit_misalignment_error", "data_unit_size", "fec_alignment_loss", "fec_sync_loss",
		"high_ber_error", "high_ser_error", "mac_local_fault", "mac_remote_fault", "no_rx_reachability", "oper_error_status", "signal_local_error",
	}
}

func showPortErrors(ctx context.Context, v *view, args []string) error {
	p, err := v.ports(ctx)
	if err != nil {
		return err
	}
	name, err := p.named(v, args[0])
	if err != nil {
		return err
	}
	rows, err := v.rows(ctx, statedb.StateDB, "PORT_OPERR_TABLE", []string{name})
	if err != nil {
		return err
	}
	t := table{headers: []string{"Port Errors", "Count", "Last timestamp(UTC)"}}
	for _, e := range portErrors() {
		count, isCount := rows[name][e+"_count"]
		if !isCount {
			count = rows[name][e] // oper_error_status counts without saying so
		}
		when, ok := rows[name][e+"_time"]
		if !ok {
			when = "Never"
		}
		t.rows = append(t.rows, []string{strings.ReplaceAll(e, "_", " "), or(count, "0"), when})
	}
	return v.print(t)
}

func showMPLS(ctx context.Context, v *view, args []string) error {
	ifaces, err := v.routedInterfaces(ctx)
	if err != nil {
		return err
	}
	names := make([]string, 0, len(ifaces))
	for _, r := range ifaces {
		names = append(names, r.name)
	}
	rows, err := v.rows(ctx, statedb.ApplDB, schema.AppTableIntf, names)
	if err != nil {
		return err
	}
	t := table{headers: []string{"Interface", "MPLS State"}}
	for _, n := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		skip := strings.Contains(n, ".") || len(args) > 0 && args[0] != n
		if !skip {
			t.rows = append(t.rows, []string{n, or(rows[n]["mpls"], "disable")})
		}
	}
	if len(args) > 0 && len(t.rows) == 0 {
		return click.Fail(v.cmd, "interface %s doesn`t exist", args[0])
	}
	return v.print(t)
}

func showDHCPRates(ctx context.Context, v *view, args []string) error {
	p, names, err := v.configured(ctx, args, "%s does not exist")
	if err != nil {
		return err
	}
	t := table{headers: []string{"Interface", "DHCP Mitigation Rate"}, layout: tabulate.Options{AllText: true}}
	for _, n := range names {
		t.rows = append(t.rows, []string{p.shown(n), p.config[n]["dhcp_rate_limit"]})
	}
	return v.print(t)
}

func showExpected(ctx context.Context, v *view, args []string) error {
	neighbours, err := v.all(ctx, statedb.ConfigDB, "DEVICE_NEIGHBOR")
	if err != nil {
		return err
	}
	devices, err := v.all(ctx, statedb.ConfigDB, "DEVICE_NEIGHBOR_METADATA")
	if err != nil {
		return err
	}
	p, err := v.ports(ctx)
	if err != nil {
		return err
	}
	t := table{headers: []string{"LocalPort", "Neighbor", "NeighborPort", "NeighborLoopback", "NeighborMgmt", "NeighborType"}}
	for _, port := range slices.SortedFunc(maps.Keys(neighbours), natural.Compare) {
		row := neighbours[port]
		device, known := devices[row["name"]]
		if !known || len(args) > 0 && args[0] != p.shown(port) {
			continue
		}
		t.rows = append(t.rows, []string{
			p.shown(port), row["name"], row["port"], or(device["lo_addr"], "None"), or(device["mgmt_addr"], "None"), or(device["type"], "None"),
		})
	}
	if len(args) > 0 && len(t.rows) == 0 {
		v.Printf("No neighbor information available for interface %s\n", args[0])
		return nil
	}
	return v.print(t)
}
