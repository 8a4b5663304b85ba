package configure

import (
	"cmp"
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
	name     string // of the group: vrrp, vrrp6; and where messages speak of tracked interfaces
	ip       string // of the group for addresses
	address  string // in messages: IP, IPv6
	table    string
	track    string
	instance string // in messages
}

// newVRRP makes `config interface vrrp` and `vrrp6`.
func newVRRP(s *session.Session) []*cobra.Command {
	v4 := &vrrp{s, "vrrp", "ip", "IP", "VRRP", "VRRP_TRACK", "vrrp"}
	v6 := &vrrp{s, "vrrp6", "ipv6", "IPv6", "VRRP6", "VRRP6_TRACK", "Vrrpv6"}
	version := v4.command("version", []string{"[<version>]"}, v4.version)
	group := v4.group()
	group.AddCommand(version)
	return []*cobra.Command{group, v6.group()}
}

func (v *vrrp) group() *cobra.Command {
	return click.Group(v.name, v.instance+" configuration",
		v.command("add", nil, v.add), v.command("remove", nil, v.remove),
		click.Group(v.ip, "Virtual addresses", v.command("add", []string{"<ip_addr>"}, v.addAddress), v.command("remove", []string{"<ip_addr>"}, v.removeAddress)),
		click.Group("track_interface", "Tracked interfaces",
			v.command("add", []string{"<track_interface>", "[<priority_increment>]"}, v.addTrack), v.command("remove", []string{"<track_interface>"}, v.removeTrack)),
		v.number("priority", "<priority>", "priority", "100", 1, 254),
		v.number("adv_interval", "<interval>", "adv_interval", "1", 1, 255),
		v.command("pre_empt", []string{"<mode>"}, v.preempt),
	)
}

// Bounds of a virtual router's identifier (RFC 9568 section 5.2.3), and SONiC's bounds of what a switch has.
const (
	firstVRID = 1
	lastVRID  = 255

	maxVRRP          = 254
	maxVRRPInterface = 16
	maxVRRPAddresses = 4
	maxVRRPTracks    = 8
)

// instance is one virtual router on an interface, which an edit is about.
type instance struct {
	*edit
	iface, id, key string
}

// command makes a command about one virtual router.
func (v *vrrp) command(name string, more []string, change func(instance) error) *cobra.Command {
	use := strings.Join(append([]string{name, "<interface_name>", "<vrrp_id>"}, more...), " ")
	return newEdit(v.Session, use, name+" of "+v.name, func(e *edit) error {
		id, err := click.IntRange(e.cmd, "<vrrp_id>", e.args[1], firstVRID, lastVRID)
		if err != nil {
			return err
		}
		iface, err := portNamed(e.s, e.cmd, e.c, e.args[0])
		if err != nil {
			return err
		}
		return change(instance{e, iface, strconv.Itoa(id), iface + "|" + strconv.Itoa(id)})
	})
}

// number makes a command that sets a number, the usual one unless another is said.
func (v *vrrp) number(name, arg, field, usual string, low, high int) *cobra.Command {
	return v.command(name, []string{"[" + arg + "]"}, func(i instance) error {
		n, err := click.IntRange(i.cmd, arg, cmp.Or(i.arg(2), usual), low, high)
		if err != nil {
			return err
		}
		return v.set(i, field, strconv.Itoa(n))
	})
}

// canRoute refuses an interface on which there can be no virtual router.
func (i instance) canRoute(name, argument string) error {
	switch schema.InterfaceName(name).Kind() {
	case schema.InterfacePort, schema.InterfaceVLAN, schema.InterfacePortChannel:
		return nil
	}
	return i.failf("'%s' is not valid. Valid names [Ethernet/PortChannel/Vlan]", argument)
}

// routes refuses an interface that is not a router interface.
func (i instance) routes(name, argument string) error {
	if err := i.canRoute(name, argument); err != nil {
		return err
	}
	if !i.c.Has(interfaceTable(name), name) {
		return i.failf("Router Interface '%s' not found", name)
	}
	return nil
}

func (v *vrrp) add(i instance) error {
	if err := i.routes(i.iface, "interface_name"); err != nil {
		return err
	}
	if i.c.Has(v.table, i.key) {
		return i.failf("%s has already configured the %s instance %s!", i.iface, v.instance, i.id)
	}
	if err := v.room(i); err != nil {
		return err
	}
	i.c.Replace(v.table, i.key, commit.Row{"vid": i.id})
	return nil
}

// room refuses one virtual router too many, and an identifier that another interface has.
func (v *vrrp) room(i instance) error {
	keys := i.c.Keys(v.table)
	if len(keys) >= maxVRRP {
		return i.failf("Has already configured %d %s instances!", maxVRRP, v.instance)
	}
	onInterface := 0
	for _, key := range keys {
		iface, id, _ := strings.Cut(key, "|")
		if id == i.id {
			return i.failf("The %s instance %s has already configured!", v.instance, i.id)
		}
		if iface == i.iface {
			onInterface++
		}
		if onInterface >= maxVRRPInterface {
			return i.failf("%s has already configured %d %s instances!", i.iface, maxVRRPInterface, v.instance)
		}
	}
	return nil
}

// exists wants the virtual router; messages about tracked interfaces have another name for it.
func (v *vrrp) exists(i instance, called string) error {
	if !i.c.Has(v.table, i.key) {
		return i.failf("%s instance %s not found on interface %s", called, i.id, i.iface)
	}
	return nil
}

// remove takes the tracked interfaces along.
func (v *vrrp) remove(i instance) error {
	if err := i.routes(i.iface, "interface_name"); err != nil {
		return err
	}
	if !i.c.Has(v.table, i.key) {
		return i.failf("%s dose not configured the %s instance %s!", i.iface, v.instance, i.id)
	}
	for _, key := range v.tracks(i) {
		i.c.Delete(v.track, key)
	}
	i.c.Delete(v.table, i.key)
	return nil
}

func (v *vrrp) set(i instance, field, value string) error {
	if err := i.routes(i.iface, "interface_name"); err != nil {
		return err
	}
	if err := v.exists(i, v.instance); err != nil {
		return err
	}
	i.c.SetField(v.table, i.key, field, value)
	return nil
}

func (v *vrrp) preempt(i instance) error {
	mode, err := click.Choice(i.cmd, "<mode>", i.args[2], "enabled", "disabled")
	if err != nil {
		return err
	}
	return v.set(i, "preempt", mode)
}

// version chooses what is sent (RFC 3768 or RFC 9568).
func (v *vrrp) version(i instance) error {
	version, err := click.Choice(i.cmd, "<version>", cmp.Or(i.arg(2), "3"), "2", "3")
	if err != nil {
		return err
	}
	return v.set(i, "version", version)
}

// tracks lists the keys of the interfaces that a virtual router watches.
func (v *vrrp) tracks(i instance) []string {
	var out []string
	for _, key := range i.c.Keys(v.track) {
		if strings.HasPrefix(key, i.key+"|") {
			out = append(out, key)
		}
	}
	return out
}

func (v *vrrp) addTrack(i instance) error {
	n, err := click.IntRange(i.cmd, "<priority_increment>", cmp.Or(i.arg(3), "20"), 10, 50)
	if err != nil {
		return err
	}
	tracked, err := v.trackable(i)
	if err != nil {
		return err
	}
	if err := i.routes(tracked, "track_interface"); err != nil {
		return err
	}
	if err := v.exists(i, v.name); err != nil {
		return err
	}
	if len(v.tracks(i)) >= maxVRRPTracks {
		return i.failf("The %s instance %s has already configured %d track interfaces", v.instance, i.id, maxVRRPTracks)
	}
	i.c.SetField(v.track, i.key+"|"+tracked, "priority_increment", strconv.Itoa(n))
	return nil
}

// trackable gives the interface to be watched by its name.
func (v *vrrp) trackable(i instance) (string, error) {
	if err := i.routes(i.iface, "interface_name"); err != nil {
		return "", err
	}
	tracked, err := portNamed(i.s, i.cmd, i.c, i.args[2])
	if err != nil {
		return "", err
	}
	return tracked, i.canRoute(tracked, "track_interface")
}

func (v *vrrp) removeTrack(i instance) error {
	tracked, err := v.trackable(i)
	if err != nil {
		return err
	}
	if err := v.exists(i, v.name); err != nil {
		return err
	}
	key := i.key + "|" + tracked
	if !i.c.Has(v.track, key) {
		return i.failf("%s is not configured on the %s instance %s!", tracked, v.name, i.id)
	}
	i.c.Delete(v.track, key)
	return nil
}
