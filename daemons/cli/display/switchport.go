package display

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// newSwitchport makes `show interfaces switchport config|status`.
func newSwitchport(s *session.Session) *cobra.Command {
	return click.Group("switchport", "Show interface switchport information",
		command(s, "config", "Show interface switchport config information", click.Args(), showSwitchportConfig),
		command(s, "status", "Show interface switchport status information", click.Args(), showSwitchportStatus))
}

// vlansPerLine is how many VLANs of a trunk a line holds.
const vlansPerLine = 5

// switchports gives the mode of each port and port channel; a member of a port
// channel has none of its own. Without a mode an interface is routed.
func (v *view) switchports(ctx context.Context) (map[string]string, error) {
	modes := make(map[string]string)
	for _, table := range []string{schema.TablePort, schema.TablePortChannel} {
		rows, err := v.all(ctx, statedb.ConfigDB, table)
		if err != nil {
			return nil, err
		}
		for name, row := range rows {
			modes[name] = or(row["mode"], "routed")
		}
	}
	members, err := v.all(ctx, statedb.ConfigDB, schema.TablePortChannelMember)
	for key := range pairs(members) {
		delete(modes, key[1])
	}
	return modes, err
}

func showSwitchportConfig(ctx context.Context, v *view, _ []string) error {
	modes, err := v.switchports(ctx)
	if err != nil {
		return err
	}
	l, p, err := v.vlansAndPorts(ctx)
	if err != nil {
		return err
	}
	t := table{headers: []string{"Interface", "Mode", "Untagged", "Tagged"}}
	for _, name := range slices.SortedFunc(maps.Keys(modes), natural.Compare) {
		var lines []string
		for group := range slices.Chunk(l.of(name, schema.Tagged), vlansPerLine) {
			lines = append(lines, strings.Join(group, " ,"))
		}
		t.rows = append(t.rows, []string{
			p.shown(name), modes[name], strings.Join(l.of(name, schema.Untagged), "\n"), strings.Join(lines, "\n"),
		})
	}
	return v.print(t)
}

// of lists the numbers of the VLANs of which a port is a member of a kind.
func (l vlans) of(port string, mode schema.TaggingMode) []string {
	var out []string
	for _, vlan := range l.names() {
		if l.members[[2]string{vlan, port}]["tagging_mode"] == string(mode) {
			out = append(out, strings.TrimPrefix(vlan, "Vlan"))
		}
	}
	return out
}

func showSwitchportStatus(ctx context.Context, v *view, _ []string) error {
	modes, err := v.switchports(ctx)
	if err != nil {
		return err
	}
	p, err := v.ports(ctx)
	if err != nil {
		return err
	}
	t := table{headers: []string{"Interface", "Mode"}}
	for _, name := range slices.SortedFunc(maps.Keys(modes), natural.Compare) {
		t.rows = append(t.rows, []string{p.shown(name), modes[name]})
	}
	return v.print(t)
}
