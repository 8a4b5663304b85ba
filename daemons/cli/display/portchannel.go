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

// lagFlags explains the letters in the table of port channels.
const lagFlags = `Flags: A - active, I - inactive, Up - up, Dw - Down, N/A - not available,
       S - selected, D - deselected, * - not synced`

// addPortChannels makes `show interfaces portchannel`.
func addPortChannels(s *session.Session, root *cobra.Command) {
	groupAt(root, "interfaces").AddCommand(command(s, "portchannel", "Show PortChannel information", click.Args(), showPortChannels))
}

func showPortChannels(ctx context.Context, v *view, _ []string) error {
	l, err := v.lags(ctx)
	if err != nil {
		return err
	}
	t := table{headers: []string{"No.", "Team Dev", "Protocol", "Ports"}}
	for _, name := range slices.SortedFunc(maps.Keys(l.config), natural.Compare) {
		t.rows = append(t.rows, []string{strings.TrimPrefix(name, "PortChannel"), name, l.protocol(name), or(l.ports(name), "N/A")})
	}
	return v.titled(lagFlags, t)
}

// lags is what the databases say of port channels: what is wanted, what the
// protocol found (STATE_DB) and what it lets through (APPL_DB).
type lags struct {
	config, found, applied       map[string]statedb.Fields
	foundMembers, appliedMembers map[string]statedb.Fields
	members                      map[string][]string // sorted, by port channel
}

func (v *view) lags(ctx context.Context) (*lags, error) {
	l := &lags{members: make(map[string][]string)}
	for _, read := range []struct {
		rows *map[string]statedb.Fields
		db   statedb.DBID
		name string
	}{
		{&l.config, statedb.ConfigDB, schema.TablePortChannel},
		{&l.found, statedb.StateDB, schema.StateTableLAG},
		{&l.applied, statedb.ApplDB, schema.AppTableLAG},
		{&l.foundMembers, statedb.StateDB, schema.StateTableLAGMember},
		{&l.appliedMembers, statedb.ApplDB, schema.AppTableLAGMember},
	} {
		var err error
		if *read.rows, err = v.all(ctx, read.db, read.name); err != nil {
			return nil, err
		}
	}
	for key := range l.foundMembers {
		if k, err := schema.ParsePortChannelMemberKey(key, schema.ConfigSeparator); err == nil {
			lag := string(k.PortChannel)
			l.members[lag] = append(l.members[lag], string(k.Port))
		}
	}
	for _, ports := range l.members {
		slices.SortFunc(ports, natural.Compare)
	}
	return l, nil
}

// protocol is LACP's state: whether it is spoken, and whether the port channel is up.
func (l *lags) protocol(name string) string {
	found, ok := l.found[name]
	if !ok {
		return "N/A"
	}
	activity := "I"
	if found["runner.active"] == "true" {
		activity = "A"
	}
	oper, ok := map[string]string{"up": "Up", "down": "Dw"}[l.applied[name]["oper_status"]]
	if !ok {
		oper = "N/A"
	}
	return "LACP(" + activity + ")(" + oper + ")"
}

// ports lists the members, each with whether the protocol selected it, and a
// star while that is not what it lets through.
func (l *lags) ports(name string) string {
	var out []string
	for _, port := range l.members[name] {
		selected := l.foundMembers[name+schema.ConfigSeparator+port]["runner.aggregator.selected"] == "true"
		status := l.appliedMembers[name+schema.AppSeparator+port]["status"]
		letter := "D"
		if selected {
			letter = "S"
		}
		if selected != (status == "enabled") {
			letter += "*"
		}
		out = append(out, port+"("+letter+")")
	}
	return strings.Join(out, " ")
}
