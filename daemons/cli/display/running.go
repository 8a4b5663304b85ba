package display

import (
	"context"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

func newRunning(s *session.Session) *cobra.Command {
	g := click.Group("runningconfiguration", "Show current running configuration information",
		command(s, "all", "Show full running configuration", click.Args(), func(ctx context.Context, v *view, _ []string) error {
			return v.printConfig(v.Running(ctx))
		}),
		command(s, "interfaces [INTERFACENAME]", "Show interfaces running configuration", click.Args("[INTERFACENAME]"), func(ctx context.Context, v *view, args []string) error {
			return v.showTable(ctx, schema.TableInterface, args)
		}),
		command(s, "ports [PORTNAME]", "Show ports running configuration", click.Args("[PORTNAME]"), func(ctx context.Context, v *view, args []string) error {
			return v.showTable(ctx, schema.TablePort, args)
		}),
		newRunningTables(s, "acl", "ACL_RULE"),
		newRunningTables(s, "copp", "COPP_GROUP", "COPP_TRAP"),
		newRunningTables(s, "spanning_tree", "STP", "STP_PORT", "STP_VLAN", "STP_VLAN_PORT"),
	)
	g.Aliases = []string{"running-configuration"} // as other vendors write it
	return g
}

// newStartup makes the commands about the configuration that the switch starts with.
func newStartup(s *session.Session) *cobra.Command {
	g := click.Group("startupconfiguration", "Show the saved configuration",
		command(s, "all", "Show the whole saved configuration", click.Args(), func(_ context.Context, v *view, _ []string) error {
			return v.printConfig(commit.ReadFile(v.Paths.ConfigFile()))
		}))
	g.Aliases = []string{"startup-configuration"}
	return g
}

// printConfig writes a configuration as config_db.json has it, or as YAML.
func (v *view) printConfig(c commit.Config, err error) error {
	if err != nil {
		return err
	}
	if v.format.YAML {
		return v.printJSON(c)
	}
	_, err = v.Out.Write(commit.Format(c))
	return err
}

// newRunningTables shows whole tables, one after the other.
func newRunningTables(s *session.Session, name string, tables ...string) *cobra.Command {
	return command(s, name, "Show "+name+" running configuration", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		for _, t := range tables {
			if err := v.showTable(ctx, t, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// showTable prints one table of the running configuration, or one row of it.
func (v *view) showTable(ctx context.Context, name string, args []string) error {
	c, err := v.Running(ctx)
	if err != nil {
		return err
	}
	rows := c[name]
	if len(args) > 0 {
		row, ok := rows[args[0]]
		if !ok {
			return click.Fail(v.cmd, "%s has no row %s", name, args[0])
		}
		rows = commit.Table{args[0]: row}
	}
	_, err = v.Out.Write(commit.FormatTable(rows))
	return err
}

func newVersion(s *session.Session) *cobra.Command {
	return command(s, "version", "Show version information", click.Args(), showVersion)
}

// showVersion tells the build and, when the databases answer, the device.
func showVersion(ctx context.Context, v *view, _ []string) error {
	facts := ordered{{"Heddle Software Version", "unknown"}}
	if info, ok := debug.ReadBuildInfo(); ok {
		facts[0].value = or(info.Main.Version, "(devel)")
		facts = append(facts, member{"Go Version", info.GoVersion})
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				facts = append(facts, member{"Build commit", s.Value})
			case "vcs.time":
				facts = append(facts, member{"Build date", s.Value})
			}
		}
	}
	if rows, err := v.all(ctx, statedb.ConfigDB, schema.TableDeviceMetadata); err == nil {
		row := rows[schema.KeyLocalhost]
		facts = append(facts, member{"Hostname", or(row["hostname"], "N/A")},
			member{"Platform", or(row["platform"], "N/A")}, member{"HwSKU", or(row["hwsku"], "N/A")})
	}
	if v.json {
		return v.printJSON(facts)
	}
	v.Printf("\n")
	for _, f := range facts {
		v.Printf("%s: %v\n", f.name, f.value)
	}
	return nil
}
