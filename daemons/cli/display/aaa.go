package display

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/statedb"
)

func newAAA(s *session.Session) *cobra.Command {
	return command(s, "aaa", "Show AAA configuration", click.Args(), showAAA)
}

// showAAA tells how operators are let in; what is not configured is marked.
func showAAA(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "AAA")
	if err != nil {
		return err
	}
	lines := [][3]string{
		{"authentication", "login", "local"}, {"authentication", "failthrough", "False"},
		{"authorization", "login", "local"}, {"accounting", "login", "disable"},
	}
	var facts ordered
	for _, l := range lines {
		value, ok := rows[l[0]][l[1]]
		if !ok {
			value = l[2] + " (default)"
		}
		facts = append(facts, member{l[0] + " " + l[1], value})
	}
	if v.json {
		return v.printJSON(facts)
	}
	for _, f := range facts {
		v.Printf("AAA %s %v\n", f.name, f.value)
	}
	v.Printf("\n")
	return nil
}

// newBGPDeviceGlobal makes `show bgp device-global`.
func newBGPDeviceGlobal(s *session.Session) *cobra.Command {
	cmd := command(s, "device-global", "Show BGP device global state", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		rows, err := v.rows(ctx, statedb.ConfigDB, "BGP_DEVICE_GLOBAL", []string{"STATE"})
		if err != nil {
			return err
		}
		row := rows["STATE"]
		if len(row) == 0 {
			v.Printf("No configuration is present in CONFIG DB\n")
			return nil
		}
		state := func(field string) string {
			if row[field] == "true" {
				return "enabled"
			}
			return "disabled"
		}
		if v.json {
			return v.printJSON(ordered{{"tsa", state("tsa_enabled")}, {"w-ecmp", state("wcmp_enabled")}})
		}
		return v.print(table{headers: []string{"TSA", "W-ECMP"}, rows: [][]string{{state("tsa_enabled"), state("wcmp_enabled")}}})
	})
	return cmd
}
