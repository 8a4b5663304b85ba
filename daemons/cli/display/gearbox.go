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

// addGearbox makes `show gearbox phys`: the chips between the ASIC and the ports.
func addGearbox(s *session.Session, root *cobra.Command) {
	groupAt(root, "gearbox", "phys").AddCommand(command(s, "status", "Show gearbox phys status", click.Args(), showPhys))
}

func showPhys(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ApplDB, "_GEARBOX_TABLE")
	if err != nil {
		return err
	}
	t := table{headers: []string{"PHY Id", "Name", "Firmware"}, layout: tabulate.Options{Text: tabulate.Right}}
	for _, key := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		// The table also has "interface:200" and "phy:1:ports:200".
		if id, ok := strings.CutPrefix(key, "phy:"); ok && !strings.Contains(id, ":") {
			t.rows = append(t.rows, []string{or(rows[key]["phy_id"], id), rows[key]["name"], rows[key]["firmware_major_version"]})
		}
	}
	return v.print(t)
}
