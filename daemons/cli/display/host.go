package display

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// addHost makes the commands about the host that the switch runs on.
func addHost(s *session.Session, root *cobra.Command) {
	root.AddCommand(
		command(s, "suppress-fib-pending", "Show whether routes are advertised only once the ASIC has them", click.Args(), showSuppression),
		command(s, "ssh", "Show ssh configuration", click.Args(), showSSH),
		command(s, "uptime", "Show system uptime", click.Args(), showUptime),
		command(s, "clock", "Show date and time", click.Args(), func(_ context.Context, v *view, _ []string) error {
			return v.fact("time", v.Now().Format("Mon Jan _2 15:04:05 MST 2006"))
		}))
}

// fact prints one value, or with --json an object of it.
func (v *view) fact(name, value string) error {
	if v.json {
		return v.printJSON(ordered{{name, value}})
	}
	v.Printf("%s\n", value)
	return nil
}

func showSuppression(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, schema.TableDeviceMetadata)
	if err != nil {
		return err
	}
	state := or(rows[schema.KeyLocalhost]["suppress-fib-pending"], "disabled")
	return v.fact("suppress-fib-pending", strings.ToUpper(state[:1])+state[1:])
}

func showSSH(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "SSH_SERVER")
	if err != nil {
		return err
	}
	row := rows["POLICIES"]
	return v.print(table{
		headers: []string{"inactivity-timeout", "max-sessions"},
		rows:    [][]string{{or(row["inactivity_timeout"], "900 <default>"), or(row["max_sessions"], "0 <default>")}},
	})
}

func showUptime(_ context.Context, v *view, _ []string) error {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return fmt.Errorf("read the uptime: %w", err)
	}
	return v.fact("uptime", "up "+spell(time.Duration(info.Uptime)*time.Second))
}

// spell says a time in weeks, days, hours and minutes.
func spell(d time.Duration) string {
	var parts []string
	for _, unit := range []struct {
		name   string
		length time.Duration
	}{{"week", 7 * 24 * time.Hour}, {"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}} {
		n := d / unit.length
		d -= n * unit.length
		switch {
		case n == 1:
			parts = append(parts, "1 "+unit.name)
		case n > 1 || n == 0 && len(parts) == 0 && unit.length == time.Minute:
			parts = append(parts, fmt.Sprintf("%d %ss", n, unit.name))
		}
	}
	return strings.Join(parts, ", ")
}
