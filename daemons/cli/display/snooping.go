package display

import (
	"context"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// snooping is `show igmp snooping` or `show mld snooping`.
type snooping struct {
	protocol, config string
	ipv6             bool
}

// addSnooping makes the commands, below `show` and below `show ip` and `show ipv6` too, where other switches have them.
func addSnooping(s *session.Session, root *cobra.Command) {
	igmp, mld := snooping{"IGMP", schema.TableL2MC, false}, snooping{"MLD", schema.TableMLDL2MC, true}
	for _, parent := range []*cobra.Command{root, subgroup(root, "ip")} {
		subgroup(parent, "igmp").AddCommand(igmp.command(s))
	}
	for _, parent := range []*cobra.Command{root, subgroup(root, "ipv6")} {
		subgroup(parent, "mld").AddCommand(mld.command(s))
	}
}

func (sn snooping) command(s *session.Session) *cobra.Command {
	sub := func(use, about string, show func(context.Context, *view, string) error, args ...string) *cobra.Command {
		return command(s, use, about, click.Args(args...), func(ctx context.Context, v *view, args []string) error {
			vlan, err := vlanArgument(v, args)
			if err != nil {
				return err
			}
			return show(ctx, v, vlan)
		})
	}
	all := sub("snooping", "Show "+sn.protocol+" snooping", sn.show)
	all.AddCommand(
		sub("vlan <vid>", "Show "+sn.protocol+" snooping of a VLAN", sn.show, "<vid>"),
		sub("groups [vlan] [vid]", "Show which groups go to which ports", sn.showGroups, "[vlan]", "[vid]"),
		sub("mrouter [vlan] [vid]", "Show ports to multicast routers", sn.showRouters, "[vlan]", "[vid]"),
		sub("querier [vlan] [vid]", "Show who asks for listeners", sn.showQueriers, "[vlan]", "[vid]"),
		sub("statistics [vlan] [vid]", "Show what was heard", sn.showStatistics, "[vlan]", "[vid]"),
	)
	return all
}

// vlanArgument reads "10" and "vlan 10"; "": all VLANs.
func vlanArgument(v *view, args []string) (string, error) {
	if len(args) > 0 && args[0] == "vlan" {
		if args = args[1:]; len(args) == 0 {
			return "", click.Fail(v.cmd, "Missing argument '[vid]'.")
		}
	}
	if len(args) == 0 {
		return "", nil
	}
	id, err := click.Int(v.cmd, "[vid]", args[0])
	if err == nil && (id < 1 || id > int(schema.MaxVLANID)) {
		err = click.Fail(v.cmd, "Invalid VLAN ID %d (1-%d)", id, schema.MaxVLANID)
	}
	return "Vlan" + strconv.Itoa(id), err
}

// snooped is what is known of the VLANs in which a protocol is snooped.
type snooped struct {
	vlans   []string
	config  map[string]statedb.Fields
	states  map[string]statedb.Fields // by VLAN
	routers map[string][]string
	groups  map[string]map[netip.Addr][]string // by VLAN: the ports
}

func (sn snooping) read(ctx context.Context, v *view, only string) (snooped, error) {
	out := snooped{states: map[string]statedb.Fields{}, routers: map[string][]string{}, groups: map[string]map[netip.Addr][]string{}}
	var err error
	if out.config, err = v.all(ctx, statedb.ConfigDB, sn.config); err != nil {
		return out, err
	}
	maps.DeleteFunc(out.config, func(vlan string, row statedb.Fields) bool {
		return row["enabled"] != "true" || only != "" && vlan != only
	})
	out.vlans = slices.SortedFunc(maps.Keys(out.config), natural.Compare)
	states, err := v.all(ctx, statedb.StateDB, schema.StateTableL2MC)
	if err != nil {
		return out, err
	}
	for _, vlan := range out.vlans {
		out.states[vlan] = states[schema.L2MCStateKey(schema.VLANName(vlan), sn.ipv6)]
	}
	routers, err := v.all(ctx, statedb.ApplDB, schema.AppTableL2MCMRouter)
	if err != nil {
		return out, err
	}
	for _, key := range slices.SortedFunc(maps.Keys(routers), natural.Compare) {
		vlan, port, _ := strings.Cut(key, schema.AppSeparator)
		out.routers[vlan] = append(out.routers[vlan], port)
	}
	members, err := v.all(ctx, statedb.ApplDB, schema.AppTableL2MCMember)
	if err != nil {
		return out, err
	}
	for _, key := range slices.SortedFunc(maps.Keys(members), natural.Compare) {
		k, err := schema.ParseL2MCMemberKey(key)
		if err != nil || k.Group.Is6() != sn.ipv6 {
			continue
		}
		vlan := string(k.VLAN)
		if out.groups[vlan] == nil {
			out.groups[vlan] = map[netip.Addr][]string{}
		}
		out.groups[vlan][k.Group] = append(out.groups[vlan][k.Group], string(k.Port))
	}
	return out, nil
}

// word says whether a switch of the configuration is on.
func word(row statedb.Fields, field string) string {
	if row[field] == "true" {
		return "Enabled"
	}
	return "Disabled"
}

func (sn snooping) show(ctx context.Context, v *view, only string) error {
	s, err := sn.read(ctx, v, only)
	if err != nil {
		return err
	}
	facts := ordered{}
	for i, vlan := range s.vlans {
		row := s.config[vlan]
		if v.json {
			facts = append(facts, member{vlan, ordered{
				{"mrouter_ports", s.routers[vlan]}, {"querier", word(row, "querier")}, {"querier_address", s.states[vlan]["querier"]},
				{"version", or(row["version"], "2")}, {"fast_leave", word(row, "fast-leave")},
				{"query_max_response_time", or(row["query-max-response-time"], "10")},
				{"last_member_query_interval", or(row["last-member-query-interval"], "1000")},
				{"query_interval", or(row["query-interval"], "125")}, {"unknown_multicast", or(row["unknown-multicast"], "drop_to_routers")},
			}})
			continue
		}
		if i > 0 {
			v.Printf("\n")
		}
		v.Printf("Vlan ID: %s\n", strings.TrimPrefix(vlan, "Vlan"))
		v.Printf("Multicast Router ports: %s\n", strings.Join(s.routers[vlan], ", "))
		v.Printf("Querier - %s\n", word(row, "querier"))
		v.Printf("%s Operation mode: %sv%s\n", sn.protocol, sn.protocol, or(row["version"], "2"))
		v.Printf("Is Fast-Leave Enabled : %s\n", word(row, "fast-leave"))
		v.Printf("Max Response time = %s\n", or(row["query-max-response-time"], "10"))
		v.Printf("Last Member Query Interval = %s\n", or(row["last-member-query-interval"], "1000"))
		v.Printf("Query interval = %s\n", or(row["query-interval"], "125"))
		v.Printf("Unknown multicast: %s\n", or(row["unknown-multicast"], "drop_to_routers"))
	}
	if v.json {
		return v.printJSON(facts)
	}
	return nil
}

func (sn snooping) showGroups(ctx context.Context, v *view, only string) error {
	s, err := sn.read(ctx, v, only)
	if err != nil {
		return err
	}
	facts := ordered{}
	for _, vlan := range s.vlans {
		groups := slices.SortedFunc(maps.Keys(s.groups[vlan]), netip.Addr.Compare)
		list := make([]ordered, 0, len(groups))
		if !v.json {
			v.Printf("Vlan ID : %s\n-------------\n", strings.TrimPrefix(vlan, "Vlan"))
		}
		for i, group := range groups {
			ports := s.groups[vlan][group]
			list = append(list, ordered{{"source", "*"}, {"group", group.String()}, {"ports", ports}})
			if !v.json {
				v.Printf("%-4d(*, %s )\n    Outgoing Ports: %s\n", i+1, group, strings.Join(ports, ","))
			}
		}
		if !v.json {
			v.Printf("Total number of entries: %d\n\n", len(groups))
		}
		facts = append(facts, member{vlan, list})
	}
	if v.json {
		return v.printJSON(facts)
	}
	return nil
}

func (sn snooping) showRouters(ctx context.Context, v *view, only string) error {
	s, err := sn.read(ctx, v, only)
	if err != nil {
		return err
	}
	t := table{headers: []string{"Vlan", "Multicast Router Ports"}}
	for _, vlan := range s.vlans {
		t.rows = append(t.rows, []string{strings.TrimPrefix(vlan, "Vlan"), strings.Join(s.routers[vlan], ", ")})
	}
	return v.print(t)
}

func (sn snooping) showQueriers(ctx context.Context, v *view, only string) error {
	s, err := sn.read(ctx, v, only)
	if err != nil {
		return err
	}
	t := table{headers: []string{"Vlan", "Querier", "Version", "Port"}}
	for _, vlan := range s.vlans {
		st := s.states[vlan]
		port := st["querier_port"]
		if st["querier_own"] == "true" {
			port = "this switch"
		}
		t.rows = append(t.rows, []string{strings.TrimPrefix(vlan, "Vlan"), or(st["querier"], "none"), or(st["querier_version"], "N/A"), or(port, "N/A")})
	}
	return v.print(t)
}

func (sn snooping) showStatistics(ctx context.Context, v *view, only string) error {
	s, err := sn.read(ctx, v, only)
	if err != nil {
		return err
	}
	fields := []string{"groups", "members", "queries", "reports", "leaves", "pim_hellos", "queries_sent", "errors", "refused"}
	t := table{headers: []string{"Vlan", "Groups", "Members", "Queries", "Reports", "Leaves", "PIM Hellos", "Queries Sent", "Errors", "Refused"}}
	for _, vlan := range s.vlans {
		row := []string{strings.TrimPrefix(vlan, "Vlan")}
		for _, f := range fields {
			row = append(row, or(s.states[vlan][f], "0"))
		}
		t.rows = append(t.rows, row)
	}
	return v.print(t)
}

// newClearSnooping makes `sonic-clear igmp snooping` or `sonic-clear mld snooping`.
func newClearSnooping(s *session.Session, protocol, family string) *cobra.Command {
	request := func(what, op, about string) *cobra.Command {
		return click.Command(what+" [vlan] [vid]", about, click.Args("[vlan]", "[vid]"), func(cmd *cobra.Command, args []string) error {
			vlan, err := vlanArgument(&view{Session: s, cmd: cmd}, args)
			if err != nil {
				return err
			}
			data := family
			if vlan != "" {
				data += schema.ConfigSeparator + vlan
			}
			db, err := s.DB(statedb.ApplDB)
			if err != nil {
				return err
			}
			return statedb.Publish(cmd.Context(), db, schema.ChannelL2MCClear, op, data, nil)
		})
	}
	return click.Group(strings.ToLower(protocol), "Clear "+protocol+" information", click.Group("snooping", "Clear "+protocol+" snooping",
		request("groups", "GROUPS", "Forget the listeners that were heard, and ask for them"),
		request("statistics", "STATISTICS", "Begin the counts anew")))
}
