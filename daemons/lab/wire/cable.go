package wire

import (
	"fmt"
	"net"
	"os"

	"github.com/vishvananda/netlink"

	"github.com/heddle-nos/heddle/daemons/lab/namespace"
)

// jumboMTU fits every frame that a switch forwards, so that the cable never is the limit.
const jumboMTU = 9216

// Plug is one end of a cable: the device that appears in a namespace. A plug at
// a port of a switch is left down and unconfigured for asicd.
type Plug struct {
	Namespace string
	Device    string
	MAC       net.HardwareAddr // nil for any
	MTU       int              // 0 for the largest
}

// Lay joins two plugs.
func Lay(a, b Plug) error {
	if err := lay(a, b); err != nil {
		return fmt.Errorf("lay cable from %s in %s to %s in %s: %w", a.Device, a.Namespace, b.Device, b.Namespace, err)
	}
	return nil
}

func lay(a, b Plug) error {
	far, err := os.Open(namespace.Path(b.Namespace))
	if err != nil {
		return err
	}
	defer far.Close()
	err = namespace.Do(a.Namespace, func() error {
		attrs := netlink.NewLinkAttrs()
		attrs.Name, attrs.MTU, attrs.HardwareAddr = a.Device, a.mtu(), a.MAC
		return netlink.LinkAdd(&netlink.Veth{
			LinkAttrs:        attrs,
			PeerName:         b.Device,
			PeerHardwareAddr: b.MAC,
			PeerMTU:          uint32(b.mtu()),
			PeerNamespace:    netlink.NsFd(int(far.Fd())),
		})
	})
	if err != nil {
		return err
	}
	for _, p := range []Plug{a, b} {
		if err := namespace.Do(p.Namespace, func() error { return plainFrames(p.Device) }); err != nil {
			return err
		}
	}
	return nil
}

func (p Plug) mtu() int {
	if p.MTU == 0 {
		return jumboMTU
	}
	return p.MTU
}

// Pull takes the carrier off a device, or gives it back, as pulling a cable does.
func Pull(ns, device string, pulled bool) error {
	return namespace.Do(ns, func() error {
		link, err := netlink.LinkByName(device)
		if err != nil {
			return fmt.Errorf("find %s in %s: %w", device, ns, err)
		}
		if pulled {
			return netlink.LinkSetDown(link)
		}
		return netlink.LinkSetUp(link)
	})
}
