package configure

import (
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/commit"
)

// addAddress makes the virtual router when it is not there yet.
func (v *vrrp) addAddress(i instance) error {
	said := i.args[2]
	if err := i.routes(i.iface, "interface_name"); err != nil {
		return err
	}
	if err := virtualAddress(said); err != nil {
		return err
	}
	if err := v.freeAddress(i, said); err != nil {
		return err
	}
	if p, _ := prefixArgument(said); p.Addr().Is4() != (v.address == "IP") {
		return i.failf("IP address %s is not of the family of %s", said, v.name)
	}
	if !strings.Contains(said, "/") {
		shape := "xx:xx::xx/yy"
		if v.address == "IP" {
			shape = "xx.xx.xx.xx/yy or " + shape
		}
		return i.failf("%s address %s is missing a mask. Such as %s", v.address, said, shape)
	}
	row, there := i.c.Row(v.table, i.key)
	list := splitList(row["vip@"])
	if !there {
		if err := v.room(i); err != nil {
			return err
		}
	}
	if len(list) >= maxVRRPAddresses {
		return i.failf("The vrrp instance %s has already configured %d %s addresses", i.id, maxVRRPAddresses, v.address)
	}
	i.c.Set(v.table, i.key, commit.Row{"vid": i.id, "vip@": strings.Join(append(list, said), ",")})
	return nil
}

// virtualAddress refuses what no virtual router can have.
func virtualAddress(said string) error {
	p, err := prefixArgument(said)
	refused := ""
	switch {
	case err != nil:
		refused = "IP address " + said + " is not valid: '" + said + "' does not appear to be an IPv4 or IPv6 interface"
	case p.Addr().IsUnspecified() && p.Addr().Is4():
		refused = "IPv4 address " + p.String() + " is Zero"
	case p.Addr().IsUnspecified():
		refused = "IPv6 address " + p.String() + " is unspecified"
	case p.Addr().IsMulticast():
		refused = "IP address " + p.String() + " is multicast"
	case p.Addr().IsLoopback():
		refused = "IP address " + p.String() + " is loopback address"
	default:
		return nil
	}
	return quitf(click.CodeError, "%s\nAborted!", refused)
}

// freeAddress refuses an address that any virtual router has. The family of the address decides where to look.
func (v *vrrp) freeAddress(i instance, said string) error {
	table := "VRRP6"
	if p, _ := prefixArgument(said); p.Addr().Is4() {
		table = "VRRP"
	}
	for _, key := range i.c.Keys(table) {
		if slices.Contains(splitList(i.row(table, key)["vip@"]), said) {
			iface, id, _ := strings.Cut(key, "|")
			return quitf(click.CodeError, "%s has already configured on the %s vrrp instance %s!\nAborted!", said, iface, id)
		}
	}
	return nil
}

func (v *vrrp) removeAddress(i instance) error {
	said := i.args[2]
	if err := i.routes(i.iface, "interface_name"); err != nil {
		return err
	}
	if _, err := prefixArgument(said); err != nil {
		return i.failf("%s address is not valid: '%s' does not appear to be an IPv4 or IPv6 interface", v.address, said)
	}
	list := splitList(i.row(v.table, i.key)["vip@"])
	at := slices.Index(list, said)
	if at < 0 {
		return i.failf("%s is not configured on the %s instance %s!", said, v.instance, i.id)
	}
	i.c.SetField(v.table, i.key, "vip@", strings.Join(slices.Delete(list, at, at+1), ","))
	return nil
}
