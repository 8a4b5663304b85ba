package vlandev

import (
	"errors"
	"fmt"
	"hash/fnv"
	"net"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// mark is the alias of the devices that this package makes.
const mark = "heddle vlan device"

// hiddenMTU lets the hidden end pass whatever the device may send.
const hiddenMTU = 65535

// Device is a VLAN of a parent device as a device of its own.
type Device struct {
	Name   string
	Parent netlink.Link
	VLAN   uint16
}

// Ours tells whether this package made a device.
func Ours(link netlink.Link) bool { return link.Attrs().Alias == mark }

// Ensure makes the device that have (nil: there is none) should be, and tells
// what there is now. A device of the name that somebody else made is an error.
func Ensure(nl *netlink.Handle, d Device, have netlink.Link) (netlink.Link, error) {
	link, err := ensure(nl, d, have)
	if err != nil {
		return nil, fmt.Errorf("device of vlan %d of %s: %w", d.VLAN, d.Parent.Attrs().Name, err)
	}
	return link, nil
}

func ensure(nl *netlink.Handle, d Device, have netlink.Link) (netlink.Link, error) {
	if have != nil && !Ours(have) {
		return nil, fmt.Errorf("%s is another's", d.Name)
	}
	if have != nil {
		switch ok, err := d.joined(nl, have); {
		case err != nil:
			return nil, err
		case ok:
			return have, nil
		}
		if err := Remove(nl, have); err != nil {
			return nil, err
		}
	}
	err := d.addVLAN(nl)
	if errors.Is(err, unix.EOPNOTSUPP) {
		err = d.addPair(nl)
	}
	if err != nil {
		return nil, err
	}
	link, err := nl.LinkByName(d.Name)
	if err != nil {
		return nil, fmt.Errorf("find it: %w", err)
	}
	return link, nil
}

// joined tells whether a device is joined to the parent as it should be. A
// parent that was made anew has no classifiers.
func (d Device) joined(nl *netlink.Handle, link netlink.Link) (bool, error) {
	if v, ok := link.(*netlink.Vlan); ok {
		return v.VlanId == int(d.VLAN) && v.ParentIndex == d.Parent.Attrs().Index, nil
	}
	hidden, err := nl.LinkByIndex(link.Attrs().ParentIndex)
	if err != nil {
		return false, fmt.Errorf("find hidden end: %w", err)
	}
	in, err := attached(nl, d.Parent)
	if err != nil {
		return false, err
	}
	out, err := attached(nl, hidden)
	if err != nil {
		return false, err
	}
	return in[uint32(d.VLAN)] == d.receiver(link).Name && out[uint32(d.VLAN)] == d.sender().Name, nil
}

func (d Device) addVLAN(nl *netlink.Handle) error {
	at := netlink.NewLinkAttrs()
	at.Name, at.ParentIndex = d.Name, d.Parent.Attrs().Index
	vlan := &netlink.Vlan{LinkAttrs: at, VlanId: int(d.VLAN), VlanProtocol: netlink.VLAN_PROTOCOL_8021Q}
	if err := nl.LinkAdd(vlan); err != nil {
		return fmt.Errorf("create: %w", err)
	}
	if err := nl.LinkSetAlias(vlan, mark); err != nil {
		return errors.Join(fmt.Errorf("mark: %w", err), nl.LinkDel(vlan))
	}
	return nil
}

// addPair makes the stand-in for a VLAN device. One that is only half made goes.
func (d Device) addPair(nl *netlink.Handle) error {
	at := netlink.NewLinkAttrs()
	at.Name, at.MTU, at.HardwareAddr = d.Name, d.Parent.Attrs().MTU, d.Parent.Attrs().HardwareAddr
	pair := &netlink.Veth{LinkAttrs: at, PeerName: hiddenName(d.Name), PeerMTU: hiddenMTU}
	if err := nl.LinkAdd(pair); err != nil {
		return fmt.Errorf("create pair: %w", err)
	}
	if err := d.join(nl); err != nil {
		return errors.Join(err, nl.LinkDel(pair))
	}
	return nil
}

// join ties the pair to the parent. The mark comes last: with it the device
// is complete.
func (d Device) join(nl *netlink.Handle) error {
	link, err := nl.LinkByName(d.Name)
	if err != nil {
		return fmt.Errorf("find it: %w", err)
	}
	hidden, err := nl.LinkByName(hiddenName(d.Name))
	if err != nil {
		return fmt.Errorf("find hidden end: %w", err)
	}
	if err := Attach(nl, hidden, d.sender()); err != nil {
		return err
	}
	if err := Attach(nl, d.Parent, d.receiver(link)); err != nil {
		return err
	}
	if err := nl.LinkSetAlias(link, mark); err != nil {
		return fmt.Errorf("mark: %w", err)
	}
	return nil
}

// sender is the classifier at the hidden end: it sends by the parent.
func (d Device) sender() Classifier {
	parent := d.Parent.Attrs().Index
	return Classifier{Handle: uint32(d.VLAN), Name: fmt.Sprintf("vlan %d to %d", d.VLAN, parent), Code: sendTagged(d.VLAN, parent)}
}

// receiver is the classifier at the parent: the device receives.
func (d Device) receiver(link netlink.Link) Classifier {
	index := link.Attrs().Index
	return Classifier{Handle: uint32(d.VLAN), Name: fmt.Sprintf("vlan %d to %d", d.VLAN, index), Code: receiveUntagged(d.VLAN, index)}
}

// hiddenName names the hidden end: the name of the device may leave no room for
// a longer one.
func hiddenName(name string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name))
	return fmt.Sprintf("vl-%08x", h.Sum32())
}

// Carry gives a device the carrier of its parent. The kernel's own VLAN device
// has it by itself.
func Carry(nl *netlink.Handle, link netlink.Link, up bool) error {
	if _, own := link.(*netlink.Vlan); own {
		return nil
	}
	hidden, err := nl.LinkByIndex(link.Attrs().ParentIndex)
	if err != nil {
		return fmt.Errorf("find hidden end of %s: %w", link.Attrs().Name, err)
	}
	if up == (hidden.Attrs().Flags&net.FlagUp != 0) {
		return nil
	}
	change := nl.LinkSetDown
	if up {
		change = nl.LinkSetUp
	}
	if err := change(hidden); err != nil {
		return fmt.Errorf("carrier of %s: %w", link.Attrs().Name, err)
	}
	return nil
}

// Remove deletes a device and what joins it to its parent.
func Remove(nl *netlink.Handle, link netlink.Link) error {
	links, err := nl.LinkList()
	if err != nil {
		return fmt.Errorf("list devices: %w", err)
	}
	if err := nl.LinkDel(link); err != nil {
		return fmt.Errorf("delete %s: %w", link.Attrs().Name, err)
	}
	if _, own := link.(*netlink.Vlan); own {
		return nil
	}
	for _, parent := range links {
		err = errors.Join(err, leave(nl, parent, link.Attrs().Index))
	}
	return err
}

// leave takes the classifiers off a device that lead to one that is gone.
func leave(nl *netlink.Handle, parent netlink.Link, index int) error {
	names, err := attached(nl, parent)
	if err != nil {
		return nil // it has none, or is gone itself
	}
	for handle, name := range names {
		if name == fmt.Sprintf("vlan %d to %d", handle, index) {
			err = errors.Join(err, detach(nl, parent, handle))
		}
	}
	return err
}
