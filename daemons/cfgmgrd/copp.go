package cfgmgrd

import (
	"maps"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// coppIntent is what reaches the CPU: groups of kinds of packets with their
// treatment, the kinds in them, and whether the daemons that want them are on.
type coppIntent struct {
	groups, traps, features map[string]statedb.Fields
}

func newCoPP() coppIntent {
	return coppIntent{groups: rows{}, traps: rows{}, features: rows{}}
}

// takeFields reads rows as they are: what their fields mean is for orchagent.
func takeFields(of func(*intent) rows) func(*intent, statedb.KeyOp) error {
	return func(in *intent, op statedb.KeyOp) error {
		if op.Op == statedb.OpDel {
			delete(of(in), op.Key)
			return nil
		}
		of(in)[op.Key] = op.Map()
		return nil
	}
}

// renderCoPP gives each group the kinds of packets of its traps.
func renderCoPP(in *intent, p *plan) {
	for name, group := range in.copp.groups {
		p.copp[name] = maps.Clone(group)
	}
	for _, name := range slices.Sorted(maps.Keys(in.copp.traps)) {
		trap := in.copp.traps[name]
		row, ok := p.copp[trap["trap_group"]]
		if !ok {
			p.miss(schema.TableCoPPTrap, name, "group %q does not exist", trap["trap_group"])
			continue
		}
		if in.copp.wanted(name) {
			row["trap_ids"] = strings.Trim(row["trap_ids"]+","+trap["trap_ids"], ",")
		}
	}
}

// wanted tells whether a trap is on: always, or as the feature of its name is. One
// that has no such feature is.
func (c *coppIntent) wanted(trap string) bool {
	feature, ok := c.features[trap]
	on := feature["state"] == "enabled" || feature["state"] == "always_enabled"
	return !ok || on || c.traps[trap]["always_enabled"] == "true"
}
