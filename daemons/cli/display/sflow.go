package display

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// newSFlow makes `show sflow`.
func newSFlow(s *session.Session) *cobra.Command {
	cmd := command(s, "sflow", "Show sFlow related information", click.Args(), showSFlow)
	cmd.AddCommand(command(s, "interface", "Show sFlow interface information", click.Args(), showSFlowPorts))
	return cmd
}

func showSFlow(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "SFLOW")
	if err != nil {
		return err
	}
	collectors, err := v.all(ctx, statedb.ConfigDB, "SFLOW_COLLECTOR")
	if err != nil {
		return err
	}
	global := rows["global"]
	facts := ordered{
		{"sFlow Admin State", or(global["admin_state"], "down")},
		{"sFlow Sample Direction", or(global["sample_direction"], "rx")},
		{"sFlow Polling Interval", or(global["polling_interval"], "default")},
		{"sFlow Drop Notification Limit", or(global["drop_monitor_limit"], "0")},
		{"sFlow AgentID", or(global["agent_id"], "default")},
	}
	if v.json {
		return v.printJSON(append(facts, member{"Collectors", collectors}))
	}
	v.Printf("\nsFlow Global Information:\n")
	for _, f := range facts {
		v.Printf("%-35s%s\n", "  "+f.name+":", f.value)
	}
	v.Printf("\n  %d Collectors configured:\n", len(collectors))
	for _, name := range slices.Sorted(maps.Keys(collectors)) {
		c := collectors[name]
		v.Printf("%-35s%-25s%-17sVRF: %s\n", "    Name: "+name, fmt.Sprintf("IP addr: %s ", c["collector_ip"]),
			"UDP port: "+or(c["collector_port"], "6343"), or(c["collector_vrf"], "default"))
	}
	return nil
}

func showSFlowPorts(ctx context.Context, v *view, _ []string) error {
	ports, err := v.all(ctx, statedb.ConfigDB, schema.TablePort)
	if err != nil {
		return err
	}
	if len(ports) == 0 && !v.json {
		v.Printf("No ports configured\n")
		return nil
	}
	names := slices.SortedFunc(maps.Keys(ports), natural.Compare)
	sessions, err := v.rows(ctx, statedb.ApplDB, "SFLOW_SESSION_TABLE", names)
	if err != nil {
		return err
	}
	t := table{headers: []string{"Interface", "Admin State", "Sampling Rate", "Sampling Direction"}, layout: tabulate.Options{Format: tabulate.Grid}}
	for _, name := range names {
		row := sessions[name]
		if row["admin_state"] == "" || row["sample_rate"] == "" {
			continue
		}
		t.rows = append(t.rows, []string{name, row["admin_state"], row["sample_rate"], row["sample_direction"]})
	}
	return v.titled("\nsFlow interface configurations", t)
}
