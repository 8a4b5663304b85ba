package configure

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// snooping is `config igmp-snooping` or `config mld-snooping`.
type snooping struct {
	name, protocol              string
	table, routers, groups      string
	members                     string
	versions                    int
	address                     func(netip.Addr) bool // of a querier
	addressWanted, groupExample string
}

func snoopings() []snooping {
	return []snooping{
		{
			"igmp-snooping", "IGMP", schema.TableL2MC, schema.TableL2MCMRouter, schema.TableL2MCStaticGroup, schema.TableL2MCStaticMember, 3,
			func(a netip.Addr) bool { return a.Is4() && !a.IsMulticast() && !a.IsUnspecified() }, "an IPv4 address", "239.1.1.1",
		},
		{
			"mld-snooping", "MLD", schema.TableMLDL2MC, schema.TableMLDL2MCMRouter, schema.TableMLDL2MCStaticGroup, schema.TableMLDL2MCStaticMember, 2,
			func(a netip.Addr) bool { return a.Is6() && a.IsLinkLocalUnicast() && a.Zone() == "" }, "a link-local IPv6 address", "ff05::1:3",
		},
	}
}

// addSnooping makes the commands of multicast snooping.
func addSnooping(s *session.Session, root *cobra.Command) {
	for _, sn := range snoopings() {
		g := click.Group(sn.name, sn.protocol+" snooping configuration",
			newEdit(s, "enable <vid>", "Enable "+sn.protocol+" snooping in a VLAN", sn.enable),
			newEdit(s, "disable <vid>", "Disable "+sn.protocol+" snooping in a VLAN", sn.disable),
			sn.newSwitch(s, "querier", "Ask for listeners where no router does"),
			sn.newSwitch(s, "fast-leave", "A port has one listener: who leaves was the last"),
			newEdit(s, "querier-address <vid> <address|none>", "Where queries come from", sn.setQuerierAddress),
			newEdit(s, "unknown-multicast <vid> <flood|drop_to_routers>", "What becomes of groups without listeners", sn.setUnknown),
			sn.newPort(s, "mrouter", "Ports to multicast routers", "<vid> <port>", sn.addRouter, sn.delRouter),
			sn.newPort(s, "static-group", "Listeners that do not speak "+sn.protocol, "<vid> <group> <port>", sn.addGroup, sn.delGroup),
		)
		for _, n := range []struct {
			field, about string
			low, high    int
		}{
			{"version", "Version of the queries", 1, sn.versions},
			{"query-interval", "Seconds between general queries", 1, 18000},
			{"query-max-response-time", "Seconds that listeners may take to answer", 1, 25},
			{"last-member-query-interval", "Milliseconds that others may take once one has left", 100, 25500},
		} {
			g.AddCommand(sn.newNumber(s, n.field, n.about, n.low, n.high))
		}
		root.AddCommand(g)
	}
}

// vlan gives the VLAN of the first argument, which must exist.
func (sn snooping) vlan(e *edit) (string, error) {
	id, err := e.number(0, "<vid>")
	if err != nil {
		return "", err
	}
	name := vlanName(id)
	if !e.c.Has(schema.TableVLAN, name) {
		return "", e.failf("%s does not exist", name)
	}
	return name, nil
}

// snooped gives the VLAN of the first argument, in which the protocol must be snooped.
func (sn snooping) snooped(e *edit) (string, error) {
	vlan, err := sn.vlan(e)
	if err == nil && e.row(sn.table, vlan)["enabled"] != "true" {
		err = e.failf("%s snooping is not enabled in %s", sn.protocol, vlan)
	}
	return vlan, err
}

func (sn snooping) enable(e *edit) error {
	vlan, err := sn.vlan(e)
	if err == nil {
		e.c.SetField(sn.table, vlan, "enabled", "true")
	}
	return err
}

// disable takes the VLAN's row away, with the ports and groups that mean nothing without it.
func (sn snooping) disable(e *edit) error {
	vlan, err := sn.snooped(e)
	if err == nil {
		sn.drop(e.c, vlan)
	}
	return err
}

func (sn snooping) drop(c *commit.Candidate, vlan string) {
	c.Delete(sn.table, vlan)
	for _, table := range []string{sn.routers, sn.groups, sn.members} {
		for _, key := range slices.Clone(c.Keys(table)) {
			if strings.HasPrefix(key, vlan+schema.ConfigSeparator) {
				c.Delete(table, key)
			}
		}
	}
}

// deleteSnoopingVLAN takes away what a VLAN has that is deleted.
func deleteSnoopingVLAN(c *commit.Candidate, vlan string) {
	for _, sn := range snoopings() {
		sn.drop(c, vlan)
	}
}

// deleteSnoopingMember takes away what a port has in a VLAN that it leaves.
func deleteSnoopingMember(c *commit.Candidate, vlan, port string) {
	for _, sn := range snoopings() {
		c.Delete(sn.routers, vlan+schema.ConfigSeparator+port)
		for _, table := range []string{sn.groups, sn.members} {
			for _, key := range slices.Clone(c.Keys(table)) {
				if strings.HasPrefix(key, vlan+schema.ConfigSeparator) {
					sn.removePort(c, table, key, port)
				}
			}
		}
	}
}

// removePort takes a port out of a static group, in either form of its row.
func (sn snooping) removePort(c *commit.Candidate, table, key, port string) {
	if table == sn.members {
		if strings.HasSuffix(key, schema.ConfigSeparator+port) {
			c.Delete(table, key)
		}
		return
	}
	ports := groupPorts(c, table, key)
	if !slices.Contains(ports, port) {
		return
	}
	ports = slices.DeleteFunc(ports, func(p string) bool { return p == port })
	if len(ports) == 0 {
		c.Delete(table, key)
		return
	}
	c.SetField(table, key, outPorts, strings.Join(ports, ","))
}

// outPorts is the list of a static group's ports.
const outPorts = "out-intf@"

func groupPorts(c *commit.Candidate, table, key string) []string {
	row, _ := c.Row(table, key)
	return strings.FieldsFunc(row[outPorts], func(r rune) bool { return r == ',' })
}

func (sn snooping) newSwitch(s *session.Session, field, about string) *cobra.Command {
	return newEdit(s, field+" <vid> <enable|disable>", about, func(e *edit) error {
		vlan, err := sn.snooped(e)
		if err != nil {
			return err
		}
		word, err := click.Choice(e.cmd, "<enable|disable>", e.args[1], "enable", "disable")
		if err == nil {
			e.c.SetField(sn.table, vlan, field, map[string]string{"enable": "true", "disable": "false"}[word])
		}
		return err
	})
}

func (sn snooping) newNumber(s *session.Session, field, about string, low, high int) *cobra.Command {
	arg := "<" + field + ">"
	return newEdit(s, field+" <vid> "+arg, about, func(e *edit) error {
		vlan, err := sn.snooped(e)
		if err != nil {
			return err
		}
		n, err := e.number(1, arg)
		if err == nil && (n < low || n > high) {
			err = e.failf("%s must be in range %d-%d", field, low, high)
		}
		if err == nil {
			e.c.SetField(sn.table, vlan, field, e.args[1])
		}
		return err
	})
}

func (sn snooping) setQuerierAddress(e *edit) error {
	vlan, err := sn.snooped(e)
	if err != nil {
		return err
	}
	if e.args[1] == "none" {
		e.c.Unset(sn.table, vlan, "querier-address")
		return nil
	}
	a, err := netip.ParseAddr(e.args[1])
	if err != nil || !sn.address(a) {
		return e.failf("%s is not %s", e.args[1], sn.addressWanted)
	}
	e.c.SetField(sn.table, vlan, "querier-address", a.String())
	return nil
}

func (sn snooping) setUnknown(e *edit) error {
	vlan, err := sn.snooped(e)
	if err != nil {
		return err
	}
	word, err := click.Choice(e.cmd, "<flood|drop_to_routers>", e.args[1], string(schema.UnknownMulticastFlood), string(schema.UnknownMulticastDropToRouters))
	if err == nil {
		e.c.SetField(sn.table, vlan, "unknown-multicast", word)
	}
	return err
}

// newPort makes the two commands that add and take away something of a port.
func (sn snooping) newPort(s *session.Session, name, about, args string, add, del func(e *edit, vlan, port string) error) *cobra.Command {
	run := func(do func(e *edit, vlan, port string) error, member bool) func(*edit) error {
		return func(e *edit) error {
			vlan, err := sn.snooped(e)
			if err != nil {
				return err
			}
			port := e.args[len(e.args)-1]
			if member && !e.c.Has(schema.TableVLANMember, vlan+schema.ConfigSeparator+port) {
				return e.failf("%s is not a member of %s", port, vlan)
			}
			return do(e, vlan, port)
		}
	}
	return click.Group(name, about,
		newEdit(s, "add "+args, "Add", run(add, true)), newEdit(s, "del "+args, "Delete", run(del, false)))
}

func (sn snooping) addRouter(e *edit, vlan, port string) error {
	e.c.Replace(sn.routers, vlan+schema.ConfigSeparator+port, commit.Row{})
	return nil
}

func (sn snooping) delRouter(e *edit, vlan, port string) error {
	key := vlan + schema.ConfigSeparator + port
	if !e.c.Has(sn.routers, key) {
		return e.failf("%s is not a multicast router port of %s", port, vlan)
	}
	e.c.Delete(sn.routers, key)
	return nil
}

// groupKey is the key of the group that the second argument names.
func (sn snooping) groupKey(e *edit, vlan string) (string, error) {
	group, err := netip.ParseAddr(e.args[1])
	if err != nil || !group.IsMulticast() || group.Is4() != (sn.protocol == "IGMP") {
		return "", e.failf("%s is not a multicast group like %s", e.args[1], sn.groupExample)
	}
	return schema.L2MCGroupKey{VLAN: schema.VLANName(vlan), Group: group}.String(), nil
}

func (sn snooping) addGroup(e *edit, vlan, port string) error {
	key, err := sn.groupKey(e, vlan)
	if err != nil {
		return err
	}
	ports := append(groupPorts(e.c, sn.groups, key), port)
	slices.Sort(ports)
	e.c.SetField(sn.groups, key, outPorts, strings.Join(slices.Compact(ports), ","))
	return nil
}

func (sn snooping) delGroup(e *edit, vlan, port string) error {
	key, err := sn.groupKey(e, vlan)
	if err != nil {
		return err
	}
	member := key + schema.ConfigSeparator + port
	if !slices.Contains(groupPorts(e.c, sn.groups, key), port) && !e.c.Has(sn.members, member) {
		return e.failf("%s does not listen to %s in %s", port, e.args[1], vlan)
	}
	sn.removePort(e.c, sn.groups, key, port)
	e.c.Delete(sn.members, member)
	return nil
}
