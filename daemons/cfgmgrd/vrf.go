package cfgmgrd

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/yang/schema"
)

// The kernel's routing tables of VRFs, numbered as SONiC does.
const (
	firstVRFTable = 1001
	lastVRFTable  = 2000
	mgmtVRFTable  = 5000
)

// vrfDevice is a VRF of the kernel as it should be.
type vrfDevice struct {
	table    uint32 // 0 for any free one
	fallback bool   // what it has no route for is looked up in the main table
}

// errNoVRFs says that this kernel has no VRF devices. VRFs are then the ASIC's alone.
var errNoVRFs = errors.New("the kernel has no VRF devices")

// reconcileVRFs makes the VRF devices those that are wanted, puts them into links, and tells which of them there are not, and why.
func (d *devices) reconcileVRFs(links map[string]netlink.Link, want map[string]vrfDevice) map[string]error {
	d.removeVRFs(links, want)
	missing := make(map[string]error)
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if err := d.reconcileVRF(links, name, want[name]); err != nil {
			missing[name] = err
		}
	}
	return missing
}

// removeVRFs deletes the VRF devices that are not wanted, also those of an earlier life.
func (d *devices) removeVRFs(links map[string]netlink.Link, want map[string]vrfDevice) {
	for name, link := range links {
		v, ok := link.(*netlink.Vrf)
		if !ok || !ourVRF(name) {
			continue
		}
		if w, wanted := want[name]; wanted && (w.table == 0 || w.table == v.Table) {
			continue
		}
		d.floor(v, false) // a table outlives its device
		if err := d.kernel.LinkDel(link); err != nil {
			d.note(name, fmt.Errorf("delete VRF: %w", err))
			continue
		}
		delete(links, name)
		delete(d.errs, name)
		delete(d.floors, v.Index)
		d.log.Info("VRF deleted", "device", name, "table", v.Table)
	}
}

// ourVRF tells the VRFs of the configuration from those that an operator may have made.
func ourVRF(name string) bool {
	return name == schema.MgmtVRF || new(schema.VRFName).UnmarshalText([]byte(name)) == nil
}

func (d *devices) reconcileVRF(links map[string]netlink.Link, name string, want vrfDevice) error {
	link := links[name]
	if link == nil {
		var err error
		if link, err = d.addVRF(links, name, want.table); err != nil {
			return err
		}
		links[name] = link
	}
	v, ok := link.(*netlink.Vrf)
	if !ok {
		return fmt.Errorf("device %s is a %s, not a VRF", name, link.Type())
	}
	if err := d.setAdmin(v, true); err != nil {
		return err
	}
	if done, known := d.floors[v.Index]; !known || done == want.fallback {
		d.floor(v, !want.fallback)
		d.floors[v.Index] = !want.fallback
	}
	return nil
}

func (d *devices) addVRF(links map[string]netlink.Link, name string, table uint32) (netlink.Link, error) {
	if table == 0 {
		var err error
		if table, err = freeTable(links); err != nil {
			return nil, err
		}
	}
	at := netlink.NewLinkAttrs()
	at.Name = name
	err := d.kernel.LinkAdd(&netlink.Vrf{LinkAttrs: at, Table: table})
	if errors.Is(err, unix.EOPNOTSUPP) {
		return nil, errNoVRFs
	}
	if err != nil {
		return nil, fmt.Errorf("create VRF with table %d: %w", table, err)
	}
	link, err := d.kernel.LinkByName(name)
	if err != nil {
		return nil, fmt.Errorf("find new VRF: %w", err)
	}
	d.log.Info("VRF created", "device", name, "table", table)
	return link, d.prepareVRFs()
}

// freeTable is the lowest table without a VRF.
func freeTable(links map[string]netlink.Link) (uint32, error) {
	used := make(map[uint32]bool)
	for _, table := range kernel.VRFs(links) {
		used[table] = true
	}
	for t := uint32(firstVRFTable); t <= lastVRFTable; t++ {
		if !used[t] {
			return t, nil
		}
	}
	return 0, fmt.Errorf("all tables from %d to %d are in use", firstVRFTable, lastVRFTable)
}

// localRule is the place that SONiC gives the rule for the switch's own addresses: behind that of VRFs (1000), so that an address of the
// default VRF is not taken for local in another one.
const localRule = 1001

// prepareVRFs makes the kernel look into VRFs first, and lets services that listen everywhere serve all of them.
func (d *devices) prepareVRFs() error {
	for _, key := range []string{"net/ipv4/tcp_l3mdev_accept", "net/ipv4/udp_l3mdev_accept"} {
		if err := d.kernel.Sysctl(key, "1"); err != nil {
			d.log.Warn("kernel setting", "err", err)
		}
	}
	for _, family := range []int{netlink.FAMILY_V4, netlink.FAMILY_V6} {
		if err := d.moveLocalRule(family); err != nil {
			return fmt.Errorf("move the rule for local addresses: %w", err)
		}
	}
	return nil
}

func (d *devices) moveLocalRule(family int) error {
	rules, err := d.kernel.RuleList(family)
	if err != nil {
		return err
	}
	first := func(r netlink.Rule) bool { return r.Table == unix.RT_TABLE_LOCAL && r.Priority <= 0 }
	at := slices.IndexFunc(rules, first)
	if at < 0 {
		return nil
	}
	if !slices.ContainsFunc(rules, func(r netlink.Rule) bool { return r.Table == unix.RT_TABLE_LOCAL && r.Priority == localRule }) {
		rule := netlink.NewRule()
		rule.Family, rule.Table, rule.Priority = family, unix.RT_TABLE_LOCAL, localRule
		if err := d.kernel.RuleAdd(rule); err != nil {
			return err
		}
	}
	old := rules[at]
	old.Family, old.Priority = family, 0
	return d.kernel.RuleDel(&old)
}

// floor ends the lookup in a VRF's table with an unreachable route, or no longer.
func (d *devices) floor(v *netlink.Vrf, on bool) {
	for _, all := range []string{"0.0.0.0/0", "::/0"} {
		_, dst, _ := net.ParseCIDR(all) // well-formed by itself
		r := &netlink.Route{
			Dst: dst, Table: int(v.Table), Type: unix.RTN_UNREACHABLE, Priority: kernel.UnreachableMetric, Protocol: unix.RTPROT_KERNEL,
		}
		var err error
		if on {
			err = d.kernel.RouteReplace(r)
		} else if err = d.kernel.RouteDel(r); errors.Is(err, unix.ESRCH) {
			err = nil
		}
		if err != nil {
			d.log.Warn("end of VRF", "device", v.Name, "route", all, "err", err)
		}
	}
}

// enslave puts the devices into their VRFs, and takes those out that are in another one. The kernel thereby takes routes, and perhaps
// addresses, from them.
func (d *devices) enslave(links map[string]netlink.Link, want map[string]device) (refused bool) {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if link := links[name]; link != nil {
			if err := d.enslaveOne(links, link, want[name].vrf); err != nil {
				d.note(name, err)
				refused = true
			}
		}
	}
	return refused
}

func (d *devices) enslaveOne(links map[string]netlink.Link, link netlink.Link, vrf string) error {
	at := link.Attrs()
	v, ok := links[vrf].(*netlink.Vrf)
	switch {
	case ok && at.MasterIndex != v.Index:
		if err := d.kernel.LinkSetMasterByIndex(link, v.Index); err != nil {
			return fmt.Errorf("put into %s: %w", vrf, err)
		}
	case !ok && inVRF(links, at.MasterIndex):
		if err := d.kernel.LinkSetNoMaster(link); err != nil {
			return fmt.Errorf("take out of its VRF: %w", err)
		}
		vrf = schema.DefaultVRF
	default:
		return nil
	}
	d.log.Info("device moved", "device", at.Name, "vrf", vrf)
	return nil
}

func inVRF(links map[string]netlink.Link, master int) bool {
	for name, link := range links {
		if _, ok := link.(*netlink.Vrf); ok && master != 0 && link.Attrs().Index == master && ourVRF(name) {
			return true
		}
	}
	return false
}
