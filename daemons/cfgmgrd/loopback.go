package cfgmgrd

import (
	"errors"
	"fmt"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/yang/schema"
)

// addLoopback makes the device of a loopback interface: a dummy where the kernel has it, else a TUN device that nobody reads.
func (d *devices) addLoopback(name string) (netlink.Link, error) {
	at := netlink.NewLinkAttrs()
	at.Name = name
	err := d.kernel.LinkAdd(&netlink.Dummy{LinkAttrs: at})
	if errors.Is(err, unix.EOPNOTSUPP) {
		err = d.kernel.Inside(func() error {
			return netlink.LinkAdd(&netlink.Tuntap{LinkAttrs: at, Mode: netlink.TUNTAP_MODE_TUN})
		})
	}
	if err != nil && !errors.Is(err, unix.EEXIST) {
		return nil, fmt.Errorf("create loopback: %w", err)
	}
	link, err := d.kernel.LinkByName(name)
	if err != nil {
		return nil, fmt.Errorf("find new loopback: %w", err)
	}
	d.log.Info("loopback created", "device", name, "kind", link.Type())
	return link, nil
}

func isLoopback(name string) bool {
	return name == mgmtLoopback || schema.InterfaceName(name).Kind() == schema.InterfaceLoopback
}

// removeLoopbacks deletes loopback devices that are not configured any more, also those of an earlier life.
func (d *devices) removeLoopbacks(links map[string]netlink.Link, want map[string]device) {
	for name, link := range links {
		if !isLoopback(name) || want[name].loopback {
			continue
		}
		if t := link.Type(); t != "dummy" && !strings.HasPrefix(t, "tun") {
			continue
		}
		if err := d.kernel.LinkDel(link); err != nil {
			d.note(name, fmt.Errorf("delete loopback: %w", err))
			continue
		}
		delete(links, name)
		delete(d.errs, name)
		d.log.Info("loopback deleted", "device", name)
	}
}
