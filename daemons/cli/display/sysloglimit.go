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
)

// addSyslogLimits adds the rate limits to `show syslog`, which itself lists the servers.
func addSyslogLimits(s *session.Session, root *cobra.Command) {
	groupAt(root, "syslog").AddCommand(
		command(s, "rate-limit-host", "Show syslog rate limit of the host", click.Args(), func(ctx context.Context, v *view, _ []string) error {
			rows, err := v.all(ctx, statedb.ConfigDB, "SYSLOG_CONFIG")
			if err != nil {
				return err
			}
			row := rows["GLOBAL"]
			return v.print(table{headers: []string{"INTERVAL", "BURST"}, rows: [][]string{limits(row)}, layout: tabulate.Options{AllText: true}})
		}),
		command(s, "rate-limit-container [SERVICE_NAME]", "Show syslog rate limit of the containers", click.Args("[service_name]"), showContainerLimits),
	)
}

func limits(row statedb.Fields) []string {
	return []string{or(row["rate_limit_interval"], "N/A"), or(row["rate_limit_burst"], "N/A")}
}

// showContainerLimits lists the services that can limit what they log.
func showContainerLimits(ctx context.Context, v *view, args []string) error {
	features, err := v.all(ctx, statedb.ConfigDB, "FEATURE")
	if err != nil {
		return err
	}
	rows, err := v.all(ctx, statedb.ConfigDB, "SYSLOG_CONFIG_FEATURE")
	if err != nil {
		return err
	}
	if len(args) > 0 {
		switch row, ok := features[args[0]]; {
		case !ok:
			return click.Fail(v.cmd, "Invalid service name %s, please choose from: %s", args[0], strings.Join(slices.SortedFunc(maps.Keys(features), natural.Compare), ","))
		case row["support_syslog_rate_limit"] != "true":
			return click.Fail(v.cmd, "Service %s does not support syslog rate limit configuration", args[0])
		}
	}
	t := table{headers: []string{"SERVICE", "INTERVAL", "BURST"}, layout: tabulate.Options{AllText: true}}
	for _, name := range slices.SortedFunc(maps.Keys(features), natural.Compare) {
		row := features[name]
		wanted := len(args) > 0 && args[0] == name || len(args) == 0 && row["support_syslog_rate_limit"] == "true"
		if wanted {
			t.rows = append(t.rows, append([]string{name}, limits(rows[name])...))
		}
	}
	return v.print(t)
}
