package cfgmgrd

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

func takeNeighbour(in *intent, op statedb.KeyOp) error {
	key, err := schema.ParseNeighKey(op.Key, schema.ConfigSeparator)
	if err != nil {
		return err
	}
	if a := key.Addr; a.IsMulticast() || a.IsUnspecified() || a.IsLoopback() || a.Is4In6() || a.Zone() != "" {
		return fmt.Errorf("address %s cannot be that of a neighbour", a)
	}
	return keep(in.neighbours, key, op)
}

// renderNeighbours hands static neighbours to the kernel, from which netsyncd takes them like any other.
func renderNeighbours(in *intent, p *plan) {
	for key, row := range in.neighbours {
		name := key.Interface.String()
		if _, routed := p.intfs[name]; !routed {
			p.miss(schema.TableNeigh, key.Join(schema.ConfigSeparator), "%s is no router interface", name)
			continue
		}
		d := p.devices[name]
		if d.neighbours == nil {
			d.neighbours = make(map[netip.Addr]schema.MAC)
		}
		d.neighbours[key.Addr] = row.MAC
		p.devices[name] = d
	}
}

// setNeighbours makes the permanent neighbours of a device those that are configured with an address, and has those without found.
func (d *devices) setNeighbours(index int, want map[netip.Addr]schema.MAC, have []netlink.Neigh) error {
	done := make(map[netip.Addr]bool)
	var errs []error
	for i := range have {
		a, ok := netip.AddrFromSlice(have[i].IP)
		if !ok {
			continue
		}
		a = a.Unmap()
		mac, wanted := want[a]
		permanent := have[i].State&netlink.NUD_PERMANENT != 0
		if done[a] = wanted && satisfied(&have[i], mac); permanent && !done[a] && (!wanted || mac.IsZero()) {
			if err := d.kernel.NeighDel(&have[i]); err != nil && !errors.Is(err, unix.ENOENT) {
				errs = append(errs, fmt.Errorf("remove neighbour %s: %w", a, err))
			}
		}
	}
	for a, mac := range want {
		if !done[a] {
			errs = append(errs, d.setNeighbour(index, a, mac))
		}
	}
	return errors.Join(errs...)
}

// satisfied says whether the kernel's entry is as configured. One without a MAC address is to be resolved, by and by.
func satisfied(have *netlink.Neigh, mac schema.MAC) bool {
	permanent := have.State&netlink.NUD_PERMANENT != 0
	if mac.IsZero() {
		return !permanent && have.State&netlink.NUD_FAILED == 0
	}
	return permanent && bytes.Equal(have.HardwareAddr, mac[:])
}

func (d *devices) setNeighbour(index int, addr netip.Addr, mac schema.MAC) error {
	if mac.IsZero() {
		return d.kernel.Hold(index, addr)
	}
	family := netlink.FAMILY_V4
	if addr.Is6() {
		family = netlink.FAMILY_V6
	}
	err := d.kernel.NeighSet(&netlink.Neigh{
		LinkIndex: index, Family: family, State: netlink.NUD_PERMANENT, IP: addr.AsSlice(), HardwareAddr: mac[:],
	})
	if err != nil {
		return fmt.Errorf("set neighbour %s: %w", addr, err)
	}
	return nil
}

// neighbours lists the kernel's by device, as long as some are configured or there may be some of an earlier configuration; else it is nil.
func (d *devices) neighbours(want map[string]device) (map[int][]netlink.Neigh, error) {
	configured := false
	for _, w := range want {
		configured = configured || len(w.neighbours) > 0
	}
	if !configured && d.noNeighbours {
		return nil, nil
	}
	list, err := d.kernel.Neighbours()
	if err != nil {
		return nil, err
	}
	d.noNeighbours = !configured
	by := make(map[int][]netlink.Neigh)
	for _, n := range list {
		if n.Flags&(netlink.NTF_PROXY|netlink.NTF_EXT_LEARNED) == 0 {
			by[n.LinkIndex] = append(by[n.LinkIndex], n)
		}
	}
	return by, nil
}
