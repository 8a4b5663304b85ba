package cfgmgrd

import (
	"errors"
	"io/fs"

	"github.com/vishvananda/netlink"
)

// sysctls make the kernel a router's control plane. It forwards the packets that the ASIC gives it, which resolves the neighbours of
// subnets, and answers expired TTLs.
func sysctls() [][2]string {
	return [][2]string{
		{"net/ipv4/ip_forward", "1"},
		{"net/ipv4/conf/all/rp_filter", "0"},
		{"net/ipv4/conf/default/rp_filter", "0"},
		{"net/ipv4/conf/all/arp_ignore", "2"}, // answer only for addresses of that interface, to askers of its subnet
		{"net/ipv4/conf/all/arp_announce", "1"},
		{"net/ipv4/conf/all/promote_secondaries", "1"}, // removing one address keeps the others of its subnet
		{"net/ipv4/conf/all/send_redirects", "0"},      // a packet back to its VLAN was sent up by the ASIC on purpose
		{"net/ipv4/conf/default/send_redirects", "0"},
		{"net/ipv6/conf/all/forwarding", "1"},
		{"net/ipv6/conf/all/keep_addr_on_down", "1"},
		{"net/ipv6/conf/all/accept_dad", "0"},
		{"net/ipv6/conf/default/accept_dad", "0"},
	}
}

// tune sets the sysctls once. A container without the right to do so is configured by whoever starts it.
func (d *devices) tune() {
	if d.tuned {
		return
	}
	d.tuned = true
	for _, s := range sysctls() {
		if err := d.kernel.Sysctl(s[0], s[1]); err != nil {
			d.log.Warn("kernel setting", "err", err)
		}
	}
}

// setIPv6 switches IPv6 of a device. A bridged port without it sends no router solicitations and listener reports into its VLAN.
func (d *devices) setIPv6(at *netlink.LinkAttrs, on bool) error {
	if was, known := d.ipv6[at.Index]; known && was == on {
		return nil
	}
	off := "1"
	if on {
		off = "0"
	}
	if err := d.kernel.Sysctl("net/ipv6/conf/"+at.Name+"/disable_ipv6", off); err != nil {
		if !on { // a kernel without IPv6 has nothing to switch off
			return nil
		}
		return err
	}
	d.ipv6[at.Index] = on
	return nil
}

// deviceSwitch is a switch of the kernel for one device.
type deviceSwitch struct {
	name     string // below net/
	optional bool   // older kernels lack it
}

// proxyARP lets a VLAN answer requests for hosts of its own subnet, as SONiC does: hosts that private VLANs (RFC 5517) keep apart reach
// each other through the router then.
func proxyARP(device string) []deviceSwitch {
	return []deviceSwitch{{name: "ipv4/conf/" + device + "/proxy_arp_pvlan"}}
}

// gratARP lets a VLAN learn neighbours from what they announce without being asked, ARP (RFC 5227) and ND (RFC 9131).
func gratARP(device string) []deviceSwitch {
	return []deviceSwitch{{name: "ipv4/conf/" + device + "/arp_accept"}, {name: "ipv6/conf/" + device + "/accept_untracked_na", optional: true}}
}

// turn sets switches of a device; known is how they were set last, by the device's index.
func (d *devices) turn(known map[int]bool, index int, on bool, list []deviceSwitch) error {
	if was, ok := known[index]; ok && was == on {
		return nil
	}
	value := "0"
	if on {
		value = "1"
	}
	for _, s := range list {
		err := d.kernel.Sysctl("net/"+s.name, value)
		missing := errors.Is(err, fs.ErrNotExist) && (s.optional || !on) // what is not there need not be switched off
		if err != nil && !missing {
			return err
		}
	}
	known[index] = on
	return nil
}
