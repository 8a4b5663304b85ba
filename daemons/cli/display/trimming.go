package display

import (
	"context"

	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// trimmingLabels name what is configured about packets that find no room and lose their payload.
func trimmingLabels() []label {
	return []label{
		{"size", "Packet trimming size"},
		{"dscp_value", "Packet trimming DSCP value"},
		{"tc_value", "Packet trimming TC value"},
		{"queue_index", "Packet trimming queue index"},
	}
}

func showTrimming(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "SWITCH_TRIMMING")
	if err != nil {
		return err
	}
	row := rows["GLOBAL"]
	if len(row) == 0 {
		v.Printf("No configuration is present in CONFIG DB\n")
		return nil
	}
	var facts ordered
	t := table{headers: []string{"Configuration", "Value"}, layout: tabulate.Options{Format: tabulate.Grid}}
	for _, l := range trimmingLabels() {
		value := or(row[l.field], "N/A")
		facts = append(facts, member{l.field, value})
		t.rows = append(t.rows, []string{l.text, value})
	}
	if v.json {
		return v.printJSON(facts)
	}
	return v.print(t)
}
