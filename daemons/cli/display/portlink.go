package display

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// linkTable shows of each port what its rows of APPL_DB and STATE_DB say.
type linkTable struct {
	short   string
	headers []string
	cells   func(app, state statedb.Fields) []string
}

// newPortLinks makes the commands about the links of ports.
func newPortLinks(s *session.Session) []*cobra.Command {
	status := func(group string, t linkTable) *cobra.Command {
		return click.Group(group, t.short, t.command(s))
	}
	return []*cobra.Command{
		status("autoneg", linkTable{
			short:   "Show interface auto negotiation information",
			headers: []string{"Auto-Neg Mode", "Speed", "Adv Speeds", "Rmt Adv Speeds", "Type", "Adv Types", "Oper", "Admin"},
			cells:   autonegCells,
		}),
		status("link-training", linkTable{
			short: "Show interface link training information", headers: []string{"LT Oper", "LT Admin", "Oper", "Admin"},
			cells: func(app, state statedb.Fields) []string {
				return []string{strings.ReplaceAll(or(state["link_training_status"], "N/A"), "_", " "), or(app["link_training"], "N/A")}
			},
		}),
		status("fec", linkTable{
			short: "Show interface fec information", headers: []string{"FEC Oper", "FEC Admin", "Oper", "Admin"},
			cells: func(app, state statedb.Fields) []string {
				oper := "N/A" // of a link that is down there is none
				if app["oper_status"] == "up" {
					oper = or(state["fec"], "N/A")
				}
				return []string{oper, or(app["fec"], "N/A")}
			},
		}),
		newFlap(s),
		newLinkErrors(s),
	}
}

func (t linkTable) command(s *session.Session) *cobra.Command {
	return command(s, "status [INTERFACENAME]", t.short, click.Args("[INTERFACENAME]"), func(ctx context.Context, v *view, args []string) error {
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
		out := table{headers: append([]string{"Interface"}, t.headers...), layout: tabulate.Options{Text: tabulate.Right}}
		for _, n := range names {
			row := append([]string{n}, t.cells(p.app[n], state[n])...)
			out.rows = append(out.rows, append(row, or(p.app[n]["oper_status"], "N/A"), or(p.app[n]["admin_status"], "N/A")))
		}
		return v.print(out)
	})
}

func autonegCells(app, state statedb.Fields) []string {
	mode := map[string]string{"on": "enabled", "off": "disabled"}[app["autoneg"]]
	return []string{
		or(mode, "N/A"), speedText(app["speed"]), speedsText(app["adv_speeds"]), speedsText(state["rmt_adv_speeds"]),
		or(app["interface_type"], "N/A"), or(app["adv_interface_types"], "N/A"),
	}
}

// speedsText writes a list of speeds, smallest first.
func speedsText(list string) string {
	if list == "" || list == "all" || list == "N/A" {
		return or(list, "N/A")
	}
	speeds := strings.Split(list, ",")
	slices.SortFunc(speeds, func(a, b string) int {
		if len(a) != len(b) { // of two numbers the longer one is larger
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	for i, s := range speeds {
		speeds[i] = speedText(s)
	}
	return strings.Join(speeds, ",")
}

// newFlap makes `show interfaces flap`: how often links changed, and when last.
func newFlap(s *session.Session) *cobra.Command {
	return command(s, "flap [INTERFACENAME]", "Show interface flap information", click.Args("[INTERFACENAME]"), func(ctx context.Context, v *view, args []string) error {
		p, err := v.ports(ctx)
		if err != nil {
			return err
		}
		names, err := p.selected(v, args)
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
	})
}

// linkErrors are what STATE_DB PORT_OPERR_TABLE counts, as the operator reads
// them, in order.
func linkErrors() []string {
	return []string{
		"code group error", "crc rate", "data unit crc error", "data unit misalignment error", "data unit size", "fec alignment loss",
		"fec sync loss", "high ber error", "high ser error", "mac local fault", "mac remote fault", "no rx reachability",
		"oper error status", "signal local error",
	}
}

// newLinkErrors makes `show interfaces errors`.
func newLinkErrors(s *session.Session) *cobra.Command {
	return command(s, "errors INTERFACENAME", "Show interface errors", click.Args("INTERFACENAME"), func(ctx context.Context, v *view, args []string) error {
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
		for _, e := range linkErrors() {
			field := strings.ReplaceAll(e, " ", "_")
			count := or(rows[name][field+"_count"], rows[name][field]) // oper_error_status counts itself
			t.rows = append(t.rows, []string{e, or(count, "0"), or(rows[name][field+"_time"], "Never")})
		}
		return v.print(t)
	})
}
