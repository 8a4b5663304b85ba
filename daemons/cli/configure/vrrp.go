package configure

import (
	"context"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// vrrp is one of the two address families, which have commands and tables of
// the same shape.
type vrrp struct {
	*session.Session
	name   string // of the group: vrrp, vrrp6
	ip     string // of the group for addresses
	table  string
	track  string
	titled string // in messages
}

// newVRRP makes `config interface vrrp` and `vrrp6`.
func newVRRP(s *session.Session) []*cobra.Command {
	v4 := &vrrp{s, "vrrp", "ip", "VRRP", "VRRP_TRACK", "Vrrp"}
	v6 := &vrrp{s, "vrrp6", "ipv6", "VRRP6", "VRRP6_TRACK", "Vrrpv6"}
	return []*cobra.Command{v4.group(), v6.group()}
}

func (v *vrrp) group() *cobra.Command {
	return click.Group(v.name, v.titled+" configuration",
		v.command("add", nil, v.add), v.command("remove", nil, v.remove),
		click.Group(v.ip, "Virtual addresses", v.command("add", []string{"<ip_addr>"}, v.addAddress), v.command("remove", []string{"<ip_addr>"}, v.removeAddress)),
		click.Group("track_interface", "Tracked interfaces",
			v.command("add", []string{"<track_interface>", "<priority_increment>"}, v.addTrack), v.command("remove", []string{"<track_interface>"}, v.removeTrack)),
		v.number("priority", "<priority>", "priority", 1, 254),
		v.number("adv_interval", "<interval>", "adv_interval", 1, 255),
		v.command("pre_empt", []string{"<mode>"}, v.preempt),
	)
}

// instance is one virtual router on an interface, with the words behind it.
type instance struct {
	cmd   *cobra.Command
	c     *commit.Candidate
	iface string
	key   string
	id    string
	rest  []string
}

// Bounds of a virtual router's identifier (RFC 9568 section 5.2.3).
const (
	firstVRID = 1
	lastVRID  = 255
)

// command makes a command about one virtual router.
func (v *vrrp) command(name string, more []string, edit func(instance) error) *cobra.Command {
	names := append([]string{"<interface_name>", "<vrrp_id>"}, more...)
	return click.Command(name+" "+strings.Join(names, " "), name+" of "+v.name, click.Args(names...), func(cmd *cobra.Command, args []string) error {
		id, err := click.IntRange(cmd, "<vrrp_id>", args[1], firstVRID, lastVRID)
		if err != nil {
			return err
		}
		if len(more) == 2 {
			if _, err := click.IntRange(cmd, more[1], args[3], 10, 50); err != nil {
				return err
			}
		}
		return v.edit(cmd.Context(), instance{cmd: cmd, iface: args[0], id: strconv.Itoa(id), rest: args[2:]}, edit)
	})
}

func (v *vrrp) number(name, arg, field string, low, high int) *cobra.Command {
	use := name + " <interface_name> <vrrp_id> " + arg
	return click.Command(use, name+" of "+v.name, click.Args("<interface_name>", "<vrrp_id>", arg), func(cmd *cobra.Command, args []string) error {
		id, err := click.IntRange(cmd, "<vrrp_id>", args[1], firstVRID, lastVRID)
		if err != nil {
			return err
		}
		n, err := click.IntRange(cmd, arg, args[2], low, high)
		if err != nil {
			return err
		}
		return v.edit(cmd.Context(), instance{cmd: cmd, iface: args[0], id: strconv.Itoa(id)}, func(i instance) error {
			return v.set(i, field, strconv.Itoa(n))
		})
	})
}

func (v *vrrp) edit(ctx context.Context, i instance, edit func(instance) error) error {
	return v.Change(ctx, func(c *commit.Candidate) error {
		i.c = c
		if err := routes(i, i.iface, "interface_name"); err != nil {
			return err
		}
		i.key = i.iface + "|" + i.id
		return edit(i)
	})
}

// routes refuses an interface that is not a router interface.
func routes(i instance, name, argument string) error {
	switch schema.InterfaceName(name).Kind() {
	case schema.InterfacePort, schema.InterfaceVLAN, schema.InterfacePortChannel:
	default:
		return click.Fail(i.cmd, "'%s' is not valid. Valid names [Ethernet/PortChannel/Vlan]", argument)
	}
	if !i.c.Has(interfaceTable(name), name) {
		return click.Fail(i.cmd, "Router Interface '%s' not found", name)
	}
	return nil
}

func (v *vrrp) add(i instance) error {
	if i.c.Has(v.table, i.key) {
		return click.Fail(i.cmd, "%s already has %s instance %s!", i.iface, v.name, i.id)
	}
	i.c.Replace(v.table, i.key, commit.Row{"vid": i.id})
	return nil
}

func (v *vrrp) exists(i instance) error {
	if !i.c.Has(v.table, i.key) {
		return click.Fail(i.cmd, "%s instance %s not found on interface %s", v.titled, i.id, i.iface)
	}
	return nil
}

func (v *vrrp) remove(i instance) error {
	if err := v.exists(i); err != nil {
		return err
	}
	for _, key := range i.c.Keys(v.track) {
		if strings.HasPrefix(key, i.key+"|") {
			i.c.Delete(v.track, key)
		}
	}
	i.c.Delete(v.table, i.key)
	return nil
}

func (v *vrrp) set(i instance, field, value string) error {
	if err := v.exists(i); err != nil {
		return err
	}
	i.c.SetField(v.table, i.key, field, value)
	return nil
}

func (v *vrrp) preempt(i instance) error {
	mode, err := click.Choice(i.cmd, "<mode>", i.rest[0], "enabled", "disabled")
	if err != nil {
		return err
	}
	return v.set(i, "preempt", mode)
}

// addAddress makes the virtual router when it is not there yet.
func (v *vrrp) addAddress(i instance) error {
	p, err := netip.ParsePrefix(i.rest[0])
	if err != nil || p.Addr().Is4() != (v.ip == "ip") {
		return click.Fail(i.cmd, "IP address %s is not valid!!", i.rest[0])
	}
	row, _ := i.c.Row(v.table, i.key)
	list := splitList(row["vip@"])
	if slices.Contains(list, i.rest[0]) {
		return &click.ExitError{Code: click.CodeError, Text: i.rest[0] + " has already configured on the " + i.iface + " vrrp instance " + i.id + "!\nAborted!"}
	}
	i.c.Set(v.table, i.key, commit.Row{"vid": i.id, "vip@": strings.Join(append(list, i.rest[0]), ",")})
	return nil
}

func (v *vrrp) removeAddress(i instance) error {
	row, _ := i.c.Row(v.table, i.key)
	list := splitList(row["vip@"])
	at := slices.Index(list, i.rest[0])
	if at < 0 {
		return click.Fail(i.cmd, "%s is not configured on the %s instance %s!", i.rest[0], v.titled, i.id)
	}
	i.c.SetField(v.table, i.key, "vip@", strings.Join(slices.Delete(list, at, at+1), ","))
	return nil
}

func (v *vrrp) addTrack(i instance) error {
	if err := routes(i, i.rest[0], "track_interface"); err != nil {
		return err
	}
	if err := v.exists(i); err != nil {
		return err
	}
	i.c.SetField(v.track, i.key+"|"+i.rest[0], "priority_increment", i.rest[1])
	return nil
}

func (v *vrrp) removeTrack(i instance) error {
	if kind := schema.InterfaceName(i.rest[0]).Kind(); kind != schema.InterfacePort && kind != schema.InterfaceVLAN && kind != schema.InterfacePortChannel {
		return click.Fail(i.cmd, "'track_interface' is not valid. Valid names [Ethernet/PortChannel/Vlan]")
	}
	key := i.key + "|" + i.rest[0]
	if !i.c.Has(v.track, key) {
		return click.Fail(i.cmd, "%s is not configured on the %s instance %s!", i.rest[0], v.name, i.id)
	}
	i.c.Delete(v.track, key)
	return nil
}
