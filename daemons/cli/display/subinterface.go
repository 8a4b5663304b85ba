package display

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// addSubinterfaces makes `show subinterfaces`.
func addSubinterfaces(s *session.Session, root *cobra.Command) {
	groupAt(root, "subinterfaces").AddCommand(oneASIC(command(s, "status [SUBINTERFACENAME]", "Show sub port interface status information", click.Args("[subinterfacename]"),
		func(ctx context.Context, v *view, args []string) error {
			which := "subport"
			if len(args) > 0 {
				which = args[0]
			}
			v.intfutil("status", []string{which})
			return showSubinterfaces(ctx, v, args)
		})))
}

func showSubinterfaces(ctx context.Context, v *view, args []string) error {
	config, err := v.all(ctx, statedb.ConfigDB, schema.TableVLANSubInterface)
	if err != nil {
		return err
	}
	maps.DeleteFunc(config, func(key string, _ statedb.Fields) bool { return strings.Contains(key, "|") })
	names := slices.SortedFunc(maps.Keys(config), natural.Compare)
	applied, err := v.rows(ctx, statedb.ApplDB, schema.AppTableIntf, names)
	if err != nil {
		return err
	}
	p, err := v.parents(ctx)
	if err != nil {
		return err
	}
	t := table{headers: []string{"Sub port interface", "Speed", "MTU", "Vlan", "Admin", "Type"}, layout: tabulate.Options{Text: tabulate.Right}}
	for _, name := range names {
		row, ok := applied[name]
		if !ok || len(args) > 0 && args[0] != name && args[0] != p.ports.shown(name) {
			continue
		}
		base, vlan, _ := strings.Cut(name, ".")
		parent := schema.LongName(base)
		t.rows = append(t.rows, []string{
			name, p.speed(parent), or(row["mtu"], p.mtu(parent)), or(row["vlan"], vlan), or(row["admin_status"], "N/A"), "802.1q-encapsulation",
		})
	}
	return v.print(t)
}

// parents are the interfaces that carry subinterfaces.
type parents struct {
	ports    portSet
	state    map[string]statedb.Fields // STATE_DB
	channels map[string]statedb.Fields // CONFIG_DB
	members  map[string][]string       // ports of each port channel
}

func (v *view) parents(ctx context.Context) (parents, error) {
	p := parents{members: make(map[string][]string)}
	var err error
	if p.ports, err = v.ports(ctx); err != nil {
		return p, err
	}
	if p.state, err = v.rows(ctx, statedb.StateDB, schema.StateTablePort, slices.Collect(maps.Keys(p.ports.config))); err != nil {
		return p, err
	}
	if p.channels, err = v.all(ctx, statedb.ConfigDB, schema.TablePortChannel); err != nil {
		return p, err
	}
	members, err := v.all(ctx, statedb.ConfigDB, schema.TablePortChannelMember)
	for key := range pairs(members) {
		p.members[key[0]] = append(p.members[key[0]], key[1])
	}
	return p, err
}

// speed is that of a port, or of all the members of a port channel.
func (p parents) speed(name string) string {
	if _, ok := p.ports.app[name]; ok {
		return speedText(linkSpeed(p.ports.app[name], p.state[name]))
	}
	sum := 0
	for _, m := range p.members[name] {
		n, err := strconv.Atoi(linkSpeed(p.ports.app[m], p.state[m]))
		if err != nil {
			continue // a member that is not there adds nothing
		}
		sum += n
	}
	if sum == 0 {
		return "N/A"
	}
	return speedText(strconv.Itoa(sum))
}

func (p parents) mtu(name string) string {
	return or(p.ports.app[name]["mtu"], or(p.channels[name]["mtu"], "N/A"))
}
