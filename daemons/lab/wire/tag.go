package wire

import (
	"errors"
	"fmt"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/vlandev"
)

// Tag makes every frame that a link sends carry a VLAN tag on the wire, and
// takes it off frames received with it; frames of other VLANs and untagged ones
// are dropped. The link thereby is what a VLAN device is, on kernels that have
// none. It must be called inside the link's namespace.
func Tag(link netlink.Link, vlan uint16) error {
	nl, err := netlink.NewHandle(unix.NETLINK_ROUTE)
	if err != nil {
		return fmt.Errorf("open netlink: %w", err)
	}
	defer nl.Close()
	err = errors.Join(
		vlandev.Attach(nl, link, vlandev.Classifier{Egress: true, Handle: 1, Name: "tag", Code: vlandev.PushTag(vlan)}),
		vlandev.Attach(nl, link, vlandev.Classifier{Handle: 1, Name: "untag", Code: vlandev.PopTag(vlan)}),
	)
	if err != nil {
		return fmt.Errorf("tag %s with vlan %d: %w", link.Attrs().Name, vlan, err)
	}
	return nil
}
