package display

import (
	"context"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// addReadiness makes `show system-health sysready-status`: whether the
// services that make the switch a switch are up.
func addReadiness(s *session.Session, root *cobra.Command) {
	all := command(s, "sysready-status", "Show system ready status", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		return showReadiness(ctx, v, []string{"Service-Name", "Service-Status", "App-Ready-Status", "Down-Reason"})
	})
	all.AddCommand(
		command(s, "brief", "Show system ready status brief", click.Args(), func(ctx context.Context, v *view, _ []string) error {
			return showReadiness(ctx, v, nil)
		}),
		command(s, "detail", "Show system ready status detail", click.Args(), func(ctx context.Context, v *view, _ []string) error {
			return showReadiness(ctx, v, []string{"Service-Name", "Service-Status", "App-Ready-Status", "Down-Reason", "AppStatus-UpdateTime"})
		}),
	)
	groupAt(root, "system-health").AddCommand(all)
}

// showReadiness tells the state of the whole and, with headers, of each service.
func showReadiness(ctx context.Context, v *view, headers []string) error {
	state, err := v.all(ctx, statedb.StateDB, "SYSTEM_READY")
	if err != nil {
		return err
	}
	text := "System is not ready - one or more services are not up"
	if state["SYSTEM_STATE"]["Status"] == "UP" {
		text = "System is ready"
	}
	if !v.json {
		v.Printf("%s\n", text)
	}
	if headers == nil {
		if v.json {
			return v.printJSON(ordered{{"status", text}})
		}
		return nil
	}
	services, err := v.all(ctx, statedb.StateDB, "ALL_SERVICE_STATUS")
	if err != nil {
		return err
	}
	t := table{headers: headers}
	for _, name := range slices.SortedFunc(maps.Keys(services), natural.Compare) {
		row := services[name]
		cells := []string{name, row["service_status"], row["app_ready_status"], row["fail_reason"], row["update_time"]}
		t.rows = append(t.rows, cells[:len(headers)])
	}
	if !v.json {
		v.Printf("\n")
	}
	return v.print(t)
}
