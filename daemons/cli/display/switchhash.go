package display

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// addSwitchHash makes `show switch-hash` and the other settings of the whole
// switch that are one row.
func addSwitchHash(s *session.Session, root *cobra.Command) {
	groupAt(root, "switch-hash").AddCommand(
		command(s, "global", "Show switch hash global configuration", click.Args(), showGlobalHash),
		command(s, "capabilities", "Show switch hash capabilities", click.Args(), showHashCapabilities),
	)
	groupAt(root, "switch-hash").PersistentFlags().StringP("namespace", "n", "", "Namespace name; there is one ASIC")
	groupAt(root, "switch-trimming").AddCommand(command(s, "global", "Show switch trimming global configuration", click.Args(), showTrimming))
	groupAt(root, "switch-fast-linkup").AddCommand(command(s, "global", "Show fast link-up configuration", click.Args(), showFastLinkup))
}

// hashing is how one kind of group spreads its traffic, or can.
type hashing struct {
	name                  string
	fields, algorithms    []string
	noFields, noAlgorithm string // said instead of a list
}

func listOf(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' })
}

func showGlobalHash(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "SWITCH_HASH")
	if err != nil {
		return err
	}
	row, ok := rows["GLOBAL"]
	if !ok {
		v.Printf("No configuration is present in CONFIG DB\n")
		return nil
	}
	var all []hashing
	for _, name := range []string{"ecmp", "lag"} {
		all = append(all, hashing{
			name: name, noFields: "N/A", noAlgorithm: or(row[name+"_hash_algorithm"], "N/A"),
			fields: listOf(or(row[name+"_hash@"], row[name+"_hash"])),
		})
	}
	return v.printHashing("Configuration", all)
}

func showHashCapabilities(ctx context.Context, v *view, _ []string) error {
	rows, err := v.rows(ctx, statedb.StateDB, "SWITCH_CAPABILITY", []string{"switch"})
	if err != nil {
		return err
	}
	row, ok := rows["switch"]
	if !ok {
		return &click.ExitError{Code: click.CodeError, Text: "Error: No data is present in STATE DB"}
	}
	var all []hashing
	for _, name := range []string{"ecmp", "lag"} {
		upper := strings.ToUpper(name)
		h := hashing{name: name}
		h.fields, h.noFields = capability(row, upper+"_HASH_CAPABLE", "HASH|NATIVE_HASH_FIELD_LIST")
		h.algorithms, h.noAlgorithm = capability(row, upper+"_HASH_ALGORITHM_CAPABLE", upper+"_HASH_ALGORITHM")
		all = append(all, h)
	}
	return v.printHashing("Capabilities", all)
}

// capability gives what the ASIC can do, or why there is nothing to list.
func capability(row statedb.Fields, capable, list string) (able []string, instead string) {
	switch {
	case row[capable] == "false":
		return nil, "not supported"
	case row[list] == "N/A":
		return nil, "N/A"
	case row[list] == "":
		return nil, "no capabilities"
	}
	return listOf(row[list]), ""
}

func (v *view) printHashing(what string, all []hashing) error {
	if v.json {
		var out ordered
		for _, h := range all {
			out = append(out, member{h.name, ordered{
				{"hash_field", orText(h.fields, h.noFields)}, {"algorithm", orText(h.algorithms, h.noAlgorithm)},
			}})
		}
		return v.printJSON(out)
	}
	t := table{headers: []string{"Hash", what}, layout: tabulate.Options{Format: tabulate.Grid}}
	for _, h := range all {
		inner := tabulate.Render([]string{"Hash Field", "Algorithm"}, [][]string{{
			or(strings.Join(h.fields, "\n"), h.noFields), or(strings.Join(h.algorithms, "\n"), h.noAlgorithm),
		}}, tabulate.Options{Format: tabulate.PSQL})
		t.rows = append(t.rows, []string{strings.ToUpper(h.name), inner})
	}
	return v.print(t)
}

// orText is a list, or the text that stands for none.
func orText(list []string, text string) any {
	if len(list) == 0 {
		return text
	}
	return list
}

func showFastLinkup(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "SWITCH_FAST_LINKUP")
	if err != nil {
		return err
	}
	facts := fieldsOf(rows["GLOBAL"])
	if v.json {
		return v.printJSON(facts)
	}
	t := table{headers: []string{"Field", "Value"}, layout: tabulate.Options{Format: tabulate.Grid}}
	for _, f := range facts {
		t.rows = append(t.rows, []string{f.name, f.value.(string)})
	}
	return v.print(t)
}
