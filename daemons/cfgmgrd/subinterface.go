package cfgmgrd

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/vlandev"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// subDevice is a VLAN of a port or port channel.
type subDevice struct {
	parent string
	vlan   schema.VLANID
}

// longFirst orders interfaces: of two subinterfaces for one VLAN the one wins
// whose name says so.
func longFirst(a, b schema.InterfaceName) int {
	return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
}

// addSub plans a subinterface: its device, and its row. It is never up without
// its parent, and has its MTU.
func (p *plan) addSub(name schema.InterfaceName, row schema.Interface, app *schema.AppInterface) (device, error) {
	parent, number, _ := name.Sub()
	if row.VLAN == 0 && !strings.HasPrefix(name.String(), parent.String()) {
		return device{}, fmt.Errorf("vlan is missing: the short name %s does not say the VLAN", name)
	}
	sub := subDevice{parent.String(), orElse(row.VLAN, number)}
	if other, taken := p.subs[sub]; taken && other != name {
		return device{}, fmt.Errorf("VLAN %s of %s is %s already", sub.vlan, sub.parent, other)
	}
	p.subs[sub] = name
	below := p.devices[sub.parent]
	app.VLAN, app.AdminStatus = sub.vlan, orElse(row.AdminStatus, schema.AdminUp)
	app.MTU = fmt.Sprint(below.mtu)
	return device{up: below.up && app.AdminStatus.Up(), mtu: below.mtu, sub: &sub}, nil
}

// subState tells other programs of the devices of subinterfaces, as those of
// their parents are told: of ports, and of port channels.
func subState(p plan, present presence) (ports, lags rows) {
	ports, lags = rows{}, rows{}
	for sub, name := range p.subs {
		if _, there := present[name.String()]; !there {
			continue
		}
		to := ports
		if schema.InterfaceName(sub.parent).Kind() == schema.InterfacePortChannel {
			to = lags
		}
		to[name.String()] = statedb.Fields{"state": schema.StateOK}
	}
	return ports, lags
}

// ensureSub makes the device of a subinterface, as soon as its parent is there,
// and gives it the parent's carrier and address.
func (d *devices) ensureSub(name string, want *device, have, parent netlink.Link) (netlink.Link, error) {
	if parent == nil {
		return nil, nil // an event will tell
	}
	link, err := vlandev.Ensure(d.kernel.Handle, vlandev.Device{Name: name, Parent: parent, VLAN: uint16(want.sub.vlan)}, have)
	if err != nil {
		return nil, err
	}
	if have == nil || have.Attrs().Index != link.Attrs().Index {
		d.log.Info("subinterface created", "device", name, "kind", link.Type())
	}
	if want.mac.IsZero() {
		copy(want.mac[:], parent.Attrs().HardwareAddr)
	}
	return link, vlandev.Carry(d.kernel.Handle, link, parent.Attrs().RawFlags&unix.IFF_RUNNING != 0)
}

// removeSubs deletes devices of subinterfaces that are not configured any more,
// also those of an earlier life.
func (d *devices) removeSubs(links map[string]netlink.Link, want map[string]device) {
	for name, link := range links {
		if want[name].sub != nil || schema.InterfaceName(name).Kind() != schema.InterfaceSub || !vlandev.Ours(link) {
			continue
		}
		if err := vlandev.Remove(d.kernel.Handle, link); err != nil {
			d.note(name, fmt.Errorf("delete subinterface: %w", err))
			continue
		}
		delete(links, name)
		delete(d.errs, name)
		d.log.Info("subinterface deleted", "device", name)
	}
}
