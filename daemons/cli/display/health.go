package display

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// addHealth makes `show system-health`, from what the watcher of the system has
// put into STATE_DB, and `show services`.
func addHealth(s *session.Session, root *cobra.Command) {
	group := groupAt(root, "system-health")
	for _, c := range []struct {
		name, short  string
		summary, all bool
	}{
		{"summary", "Show the health of the system", true, false}, {"detail", "Show the health of the system and of its parts", true, true}, {"monitor-list", "Show what is watched", false, true},
	} {
		group.AddCommand(command(s, c.name+" [module_name]", c.short, click.Args("[module_name]"), func(ctx context.Context, v *view, args []string) error {
			return showHealth(ctx, v, args, c.summary, c.all)
		}))
	}
	group.AddCommand(command(s, "dpu [module_name]", "Show the state of DPUs", click.Args("[module_name]"), showDPUs))
	root.AddCommand(command(s, "services", "Show all daemon services", click.Args(), showServices))
}

// showHealth says how the system does. The table has a field for each part that
// is not well, with the reason.
func showHealth(ctx context.Context, v *view, args []string, summary, all bool) error {
	if len(args) > 0 && args[0] != "all" {
		return &click.ExitError{Text: "No reachable DPU modules found."}
	}
	rows, err := v.hash(ctx, statedb.StateDB, "SYSTEM_HEALTH_INFO")
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return &click.ExitError{Code: click.CodeError, Text: "System health configuration file not found, exit..."}
	}
	led := or(rows["system_led"], "unknown")
	var services, hardware []string
	list := table{headers: []string{"Name", "Status", "Type"}}
	for _, name := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		said := rows[name]
		if name == "summary" || name == "system_led" {
			continue
		}
		kind := "Device"
		if strings.Contains(said, "running") || strings.Contains(said, "Accessible") {
			kind, services = "Service", append(services, name)
		} else {
			hardware = append(hardware, said)
		}
		list.rows = append(list.rows, []string{name, "Not OK", kind})
	}
	if v.json {
		return v.printJSON(ordered{{"led", led}, {"summary", rows["summary"]}, {"parts", objects(list)}})
	}
	if summary {
		v.printHealth(led, services, hardware)
	}
	if all {
		v.Printf("\nSystem services and devices monitor list\n\n")
		return v.print(list)
	}
	return nil
}

func (v *view) printHealth(led string, services, hardware []string) {
	state := func(bad []string) string {
		if len(bad) > 0 {
			return "Not OK"
		}
		return "OK"
	}
	v.Printf("System status summary\n\n  System status LED  %s\n  Services:\n    Status: %s\n", led, state(services))
	if len(services) > 0 {
		v.Printf("    Not Running: %s\n", strings.Join(services, ", "))
	}
	v.Printf("  Hardware:\n    Status: %s\n", state(hardware))
	if len(hardware) > 0 {
		v.Printf("    Reasons: %s\n", strings.Join(hardware, "\n\t     "))
	}
}

// showDPUs shows the planes of each DPU, one a line.
func showDPUs(ctx context.Context, v *view, args []string) error {
	rows, err := v.all(ctx, statedb.ChassisStateDB, "DPU_STATE")
	if err != nil {
		return err
	}
	name := "None"
	if len(args) > 0 {
		name = args[0]
	}
	t := table{headers: []string{"Name", "Oper-Status", "State-Detail", "State-Value", "Time", "Reason"}}
	for _, dpu := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		if strings.HasPrefix(name, "DPU") && dpu != name {
			continue
		}
		row := rows[dpu]
		first := []string{dpu, dpuStatus(row)}
		for _, plane := range []string{"midplane", "control", "data"} {
			for _, field := range slices.Sorted(maps.Keys(row)) {
				if !strings.Contains(field, plane) || !strings.HasSuffix(field, "_state") {
					continue
				}
				stem := strings.TrimSuffix(field, "_state")
				t.rows = append(t.rows, append(slices.Clone(first), field, row[field], row[stem+"_time"], row[stem+"_reason"]))
				first = []string{"", ""}
			}
		}
	}
	if len(t.rows) == 0 && !v.json {
		v.Printf("DPU_STATE table is not present for module:%s in DB\n", name)
		return nil
	}
	return v.print(t)
}

// dpuStatus is online when all planes are up, and offline without the one that
// leads to it.
func dpuStatus(row statedb.Fields) string {
	up := 0
	for field, value := range row {
		switch {
		case !strings.HasSuffix(field, "_state"):
		case strings.EqualFold(value, "up"):
			up++
		case strings.Contains(field, "midplane") && strings.EqualFold(value, "down"):
			return "Offline"
		}
	}
	const planes = 3
	if up == planes {
		return "Online"
	}
	return "Partial Online"
}

// showServices lists the services of the switch and how they do.
func showServices(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.StateDB, "FEATURE")
	if err != nil {
		return err
	}
	t := table{headers: []string{"Service", "State", "Update Time"}}
	for _, name := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		t.rows = append(t.rows, []string{name, or(rows[name]["state"], "N/A"), or(rows[name]["update_time"], "N/A")})
	}
	return v.print(t)
}
