package cfgmgrd

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/yang/schema"
)

// devices makes the kernel's network devices right.
type devices struct {
	kernel *kernel.Kernel
	log    *slog.Logger
	tuned  bool
	ipv6   map[int]bool       // what the IPv6 switch of a device was set to, by its index
	proxy  map[int]bool       // likewise for proxy ARP
	grat   map[int]bool       // and for learning from announcements
	macs   map[int]schema.MAC // what devices had before they got another address
	errs   map[string]string  // last error of a device, so that each is logged once

	noNeighbours bool // the kernel holds no static ones, nor should it

	floors   map[int]bool    // whether the lookup ends in a VRF's table, by the VRF's index
	noVRFs   bool            // told that the kernel has none
	mgmtErr  error           // why there is no management VRF
	mgmtDone string          // the routes and rules of management last set
	managed  map[string]bool // management ports whose addresses are ours
}

func newDevices(k *kernel.Kernel, log *slog.Logger) *devices {
	return &devices{
		kernel: k, log: log, ipv6: make(map[int]bool), proxy: make(map[int]bool), grat: make(map[int]bool), macs: make(map[int]schema.MAC), errs: make(map[string]string),
		floors: make(map[int]bool), managed: make(map[string]bool),
	}
}

// errRefused says that some device, named in the log, could not be configured.
var errRefused = errors.New("a device could not be configured")

// presence is which addresses the devices have.
type presence map[string]map[netip.Prefix]bool

func (p presence) has(name string, prefix netip.Prefix) bool { return p[name][prefix] }

// reconcile makes every device that exists as it should be, and tells which addresses there are now. A device that refuses is logged and
// tried again later; it does not keep the others from being served.
func (d *devices) reconcile(want map[string]device, vrfs map[string]vrfDevice) (presence, error) {
	d.tune()
	links, err := d.kernel.Links()
	if err != nil {
		return nil, err
	}
	refused := d.placeInVRFs(links, want, vrfs)
	d.removeLoopbacks(links, want)
	d.removeSubs(links, want)
	addrs, err := d.kernel.Addrs()
	if err != nil {
		return nil, err
	}
	neighbours, err := d.neighbours(want)
	if err != nil {
		return nil, err
	}
	present := make(presence)
	for _, name := range slices.SortedFunc(maps.Keys(want), parentsFirst) {
		got, err := d.reconcileOne(name, want[name], links, addrs)
		if link := links[name]; err == nil && link != nil && want[name].up && neighbours != nil {
			index := link.Attrs().Index
			err = d.setNeighbours(index, want[name].neighbours, neighbours[index])
		}
		if got != nil {
			present[name] = got
		}
		d.note(name, err)
		if err != nil {
			refused = true
		}
	}
	d.releaseManagement(links, want, addrs)
	if err := d.setManagement(links, want); err != nil {
		d.note("management", err)
		refused = true
	}
	if refused {
		return present, errRefused
	}
	return present, nil
}

// placeInVRFs makes the VRFs right and puts the devices into them, before anything else: moving takes addresses and routes away. A kernel
// without VRFs refuses nothing.
func (d *devices) placeInVRFs(links map[string]netlink.Link, want map[string]device, vrfs map[string]vrfDevice) (refused bool) {
	missing := d.reconcileVRFs(links, vrfs)
	for name, err := range missing {
		if !errors.Is(err, errNoVRFs) {
			d.note(name, err)
			refused = true
		} else if !d.noVRFs {
			d.noVRFs = true
			d.log.Info("no VRF devices: VRFs are in the ASIC alone")
		}
	}
	if d.mgmtErr = missing[schema.MgmtVRF]; d.mgmtErr != nil {
		delete(want, mgmtLoopback) // it would be a second loopback in the default VRF
	}
	return d.enslave(links, want) || refused
}

// doubt forgets what was done and is not listed each time, so that it is done again.
func (d *devices) doubt() {
	d.mgmtDone = ""
	d.floors = make(map[int]bool)
}

func (d *devices) note(name string, err error) {
	if err == nil {
		delete(d.errs, name)
	} else if d.errs[name] != err.Error() {
		d.errs[name] = err.Error()
		d.log.Error("configure device", "device", name, "err", err)
	}
}

// parentsFirst orders devices so that a subinterface comes behind its parent.
func parentsFirst(a, b string) int {
	return cmp.Or(cmp.Compare(strings.Count(a, "."), strings.Count(b, ".")), cmp.Compare(a, b))
}

// device finds the device of a name, or makes it if that is ours to do. There is
// none yet if it comes with its host interface; an event tells then.
func (d *devices) device(name string, want *device, links map[string]netlink.Link) (netlink.Link, error) {
	have := links[name]
	switch {
	case want.sub != nil:
		return d.ensureSub(name, want, have, links[want.sub.parent])
	case have == nil && want.loopback:
		return d.addLoopback(name)
	}
	return have, nil
}

func (d *devices) reconcileOne(name string, want device, links map[string]netlink.Link, addrs map[int][]netlink.Addr) (map[netip.Prefix]bool, error) {
	link, err := d.device(name, &want, links)
	if link == nil || err != nil {
		return nil, err
	}
	if links[name] == nil { // new; the others are in their VRFs already
		if err := d.enslaveOne(links, link, want.vrf); err != nil {
			return nil, err
		}
	}
	links[name] = link
	at := link.Attrs()
	if err := d.setMAC(link, want.mac); err != nil {
		return nil, err
	}
	if err := d.setIPv6(at, want.ipv6); err != nil {
		return nil, err
	}
	if err := d.turn(d.proxy, at.Index, want.proxyARP, proxyARP(at.Name)); err != nil {
		return nil, err
	}
	if err := d.turn(d.grat, at.Index, want.gratARP, gratARP(at.Name)); err != nil {
		return nil, err
	}
	if at.MTU != want.mtu && want.mtu != 0 {
		if err := d.kernel.LinkSetMTU(link, want.mtu); err != nil {
			return nil, fmt.Errorf("set mtu %d: %w", want.mtu, err)
		}
	}
	if err := d.setAdmin(link, want.up); err != nil {
		return nil, err
	}
	if want.management && len(want.addrs) == 0 && !d.managed[name] {
		return nil, nil // they are somebody else's, a DHCP client's for example
	}
	if d.managed[name] = want.management && len(want.addrs) > 0; !d.managed[name] {
		delete(d.managed, name)
	}
	return d.setAddrs(link, want.addrs, addrs[at.Index])
}

// setMAC gives a device the address that its router interface has, and what the
// switch has again when none is configured any more.
func (d *devices) setMAC(link netlink.Link, want schema.MAC) error {
	at := link.Attrs()
	if want.IsZero() {
		was, changed := d.macs[at.Index]
		if !changed {
			return nil
		}
		want = was
		delete(d.macs, at.Index)
	} else if _, changed := d.macs[at.Index]; !changed && !bytes.Equal(at.HardwareAddr, want[:]) {
		var was schema.MAC
		copy(was[:], at.HardwareAddr)
		d.macs[at.Index] = was
	}
	if bytes.Equal(at.HardwareAddr, want[:]) || len(at.HardwareAddr) == 0 {
		return nil
	}
	if err := d.kernel.LinkSetHardwareAddr(link, want[:]); err != nil {
		return fmt.Errorf("set address %s: %w", want, err)
	}
	return nil
}

func (d *devices) setAdmin(link netlink.Link, up bool) error {
	if is := link.Attrs().Flags&net.FlagUp != 0; is == up {
		return nil
	}
	if up {
		// A VLAN device comes up with its parent, and not before.
		if err := d.kernel.LinkSetUp(link); err != nil && !errors.Is(err, unix.ENETDOWN) {
			return fmt.Errorf("set up: %w", err)
		}
		return nil
	}
	if err := d.kernel.LinkSetDown(link); err != nil {
		return fmt.Errorf("set down: %w", err)
	}
	return nil
}

// setAddrs adds what lacks and removes what is too much; link-local addresses are the kernel's own.
func (d *devices) setAddrs(link netlink.Link, want []netip.Prefix, have []netlink.Addr) (map[netip.Prefix]bool, error) {
	present := make(map[netip.Prefix]bool)
	var errs []error
	for _, a := range have {
		p, ok := prefixOf(a.IPNet)
		if !ok {
			continue
		}
		if slices.Contains(want, p) {
			present[p] = true
			continue
		}
		if p.Addr().IsLinkLocalUnicast() && p.Addr().Is6() {
			continue
		}
		if err := d.kernel.AddrDel(link, &a); err != nil && !errors.Is(err, unix.EADDRNOTAVAIL) {
			errs = append(errs, fmt.Errorf("remove address %s: %w", p, err))
		}
	}
	for _, p := range want {
		if present[p] {
			continue
		}
		if err := d.kernel.AddrAdd(link, addrOf(p)); err != nil && !errors.Is(err, unix.EEXIST) {
			errs = append(errs, fmt.Errorf("add address %s: %w", p, err))
			continue
		}
		present[p] = true
		d.log.Info("address added", "device", link.Attrs().Name, "address", p)
	}
	return present, errors.Join(errs...)
}

// addrOf is an address for the kernel. Duplicate address detection (RFC 4862 section 5.4) would keep an IPv6 address unusable for a
// second after each link-up; as SONiC does, a switch takes its addresses at once.
func addrOf(p netip.Prefix) *netlink.Addr {
	a := &netlink.Addr{IPNet: &net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}}
	if p.Addr().Is6() {
		a.Flags = unix.IFA_F_NODAD
	}
	return a
}

func prefixOf(n *net.IPNet) (netip.Prefix, bool) {
	if n == nil {
		return netip.Prefix{}, false
	}
	a, ok := netip.AddrFromSlice(n.IP)
	bits, _ := n.Mask.Size()
	return netip.PrefixFrom(a.Unmap(), bits), ok
}
