package display

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// coppTables are groups of traps with one limit, and the traps in them.
type coppTables map[string]map[string]statedb.Fields

// addCoPP makes `show copp`.
func addCoPP(s *session.Session, root *cobra.Command) {
	config := command(s, "configuration", "Show copp configuration", click.Args(), showCoPP)
	var trap, group string
	detailed := command(s, "detailed", "Show copp configuration detailed", click.Args(), func(ctx context.Context, v *view, _ []string) error {
		return showCoPPDetail(ctx, v, trap, group)
	})
	detailed.Flags().StringVarP(&trap, "trapid", "t", "", "Trap id text")
	detailed.Flags().StringVarP(&group, "group", "g", "", "Trap group text")
	config.AddCommand(detailed)
	groupAt(root, "copp").AddCommand(config)
}

// copp reads the switch's defaults from their file, and over them what is
// configured; a row with NULL takes a default away.
func (v *view) copp(ctx context.Context) (coppTables, error) {
	out := make(coppTables)
	file := filepath.Join(v.Paths.EtcDir, "copp_cfg.json")
	data, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if !v.json {
			v.Printf("WARNING: CoPP CFG file: '%s' not found.\n", file)
		}
	case err != nil || json.Unmarshal(data, &out) != nil:
		out = make(coppTables)
		if !v.json {
			v.Printf("ERROR: CoPP CFG file: '%s' contains malformed JSON.\n", file)
		}
	}
	db, err := v.DB(statedb.ConfigDB)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"COPP_GROUP", "COPP_TRAP"} {
		rows, err := v.all(ctx, statedb.ConfigDB, name)
		if err != nil {
			return nil, err
		}
		if out[name] == nil {
			out[name] = make(map[string]statedb.Fields)
		}
		for key, row := range rows {
			null, err := db.Redis().HExists(ctx, db.RowKey(name, key), "NULL").Result()
			switch {
			case err != nil:
				return nil, err
			case null:
				delete(out[name], key)
			case out[name][key] == nil:
				out[name][key] = row
			default:
				maps.Copy(out[name][key], row)
			}
		}
	}
	return out, nil
}

// trapIDs cuts the list of a trap's protocols.
func trapIDs(row statedb.Fields) []string {
	var out []string
	for id := range strings.SplitSeq(row["trap_ids"], ",") {
		if id = strings.TrimSpace(id); id != "" {
			out = append(out, id)
		}
	}
	return out
}

func (v *view) trapState(ctx context.Context) (func(id string) string, error) {
	rows, err := v.all(ctx, statedb.StateDB, "COPP_TRAP_TABLE")
	return func(id string) string { return or(rows[id]["hw_status"], "not-installed") }, err
}

func showCoPP(ctx context.Context, v *view, _ []string) error {
	c, err := v.copp(ctx)
	if err != nil {
		return err
	}
	state, err := v.trapState(ctx)
	if err != nil {
		return err
	}
	if (len(c["COPP_GROUP"]) == 0 || len(c["COPP_TRAP"]) == 0) && !v.json {
		return nil
	}
	t := table{headers: []string{"TrapId", "Trap Group", "Action", "CBS", "CIR", "Meter Type", "Mode", "HW Status"}}
	for _, trap := range c["COPP_TRAP"] {
		group := c["COPP_GROUP"][trap["trap_group"]]
		for _, id := range trapIDs(trap) {
			t.rows = append(t.rows, []string{id, trap["trap_group"], group["trap_action"], group["cbs"], group["cir"], group["meter_type"], group["mode"], state(id)})
		}
	}
	slices.SortFunc(t.rows, func(a, b []string) int { return slices.CompareFunc(a, b, natural.Compare) })
	return v.print(t)
}

func showCoPPDetail(ctx context.Context, v *view, trap, group string) error {
	switch {
	case trap == "" && group == "":
		v.Printf("Either trapid or group must be provided.\n")
		return nil
	case trap != "" && group != "":
		v.Printf("Either trapid or group must be provided, but not both.\n")
		return nil
	}
	c, err := v.copp(ctx)
	if err != nil {
		return err
	}
	state, err := v.trapState(ctx)
	if err != nil {
		return err
	}
	var ids []string
	for _, key := range slices.Sorted(maps.Keys(c["COPP_TRAP"])) {
		row := c["COPP_TRAP"][key]
		if trap != "" && slices.Contains(trapIDs(row), trap) {
			group = row["trap_group"]
		}
		if row["trap_group"] == group {
			ids = append(ids, trapIDs(row)...)
		}
	}
	row, ok := c["COPP_GROUP"][group]
	if !ok {
		return nil
	}
	facts := ordered{{"Trap Id(s)", strings.Join(ids, ",")}}
	if trap != "" {
		facts = ordered{{"Trap Group", group}}
	}
	for _, f := range [][2]string{
		{"Trap Action", "trap_action"}, {"Trap Priority", "trap_priority"}, {"Queue", "queue"}, {"CBS", "cbs"}, {"CIR", "cir"}, {"Meter Type", "meter_type"}, {"Mode", "mode"},
	} {
		facts = append(facts, member{f[0], row[f[1]]})
	}
	if row["mode"] == "sr_tcm" || row["mode"] == "tr_tcm" {
		facts = append(facts, member{"Yellow Action", or(row["yellow_action"], "forward")})
	}
	facts = append(facts, member{"Green Action", or(row["green_action"], "forward")}, member{"Red Action", row["red_action"]})
	if trap != "" {
		facts = append(facts, member{"HW Status", state(trap)})
	}
	if v.json {
		return v.printJSON(facts)
	}
	for _, f := range facts {
		v.Printf("%s%s %s\n", f.name, strings.Repeat(".", 28-len(f.name)), f.value)
	}
	return nil
}
