package netsyncd

import (
	"net"
	"strconv"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// links knows the front-panel devices and keeps the rows of ports in STATE_DB.
type links struct {
	rows   *statedb.Desired
	byName map[string]int
	names  map[int]schema.InterfaceName // front panel only
	up     map[int]bool                 // administratively
	vrfs   map[int]string               // names of the VRFs that the ASIC has too, by their routing tables; the main table's is empty
	tables map[int]int                  // of VRF devices, by index
}

func newLinks(state *statedb.DB) *links {
	ours := func(field string) bool {
		return field == "state" || field == "netdev_oper_status" || field == "admin_status" || field == "mtu"
	}
	owns := func(_ string, row statedb.Fields) bool { return row["netdev_oper_status"] != "" }
	return &links{
		rows:   statedb.NewDesiredStored(state, schema.StateTablePort, statedb.DesiredOptions{Owns: owns, Ours: ours}),
		byName: make(map[string]int),
		names:  make(map[int]schema.InterfaceName),
		up:     make(map[int]bool),
		vrfs:   map[int]string{unix.RT_TABLE_MAIN: ""},
		tables: make(map[int]int),
	}
}

// frontPanel says whether a device belongs to the ASIC.
func frontPanel(name schema.InterfaceName) bool {
	switch name.Kind() {
	case schema.InterfacePort, schema.InterfaceVLAN, schema.InterfacePortChannel, schema.InterfaceSub:
		return true
	}
	return false
}

// name is the front-panel device with this index.
func (l *links) name(index int) (schema.InterfaceName, bool) {
	n, ok := l.names[index]
	return n, ok
}

// take notes a change, and says whether routes and neighbours must be listed: when a front-panel device is new, so that what was said about
// its index before is now of the front panel, and when one goes down, which takes its IPv4 routes with it without an event for each.
func (l *links) take(u *netlink.LinkUpdate) bool {
	at := u.Attrs()
	if u.Header.Type == unix.RTM_DELLINK {
		_, known := l.names[at.Index]
		l.remove(at.Index)
		return l.removeVRF(at.Index) || known
	}
	return l.putVRF(u.Link) || l.put(at)
}

// putVRF notes the routing table of a VRF, and says whether it is new.
func (l *links) putVRF(link netlink.Link) bool {
	v, ok := link.(*netlink.Vrf)
	if !ok || new(schema.VRFName).UnmarshalText([]byte(v.Name)) != nil {
		return false
	}
	table := int(v.Table)
	if l.tables[v.Index] == table && l.vrfs[table] == v.Name {
		return false
	}
	l.removeVRF(v.Index)
	l.tables[v.Index], l.vrfs[table] = table, v.Name
	return true
}

func (l *links) removeVRF(index int) bool {
	table, known := l.tables[index]
	if known {
		delete(l.tables, index)
		delete(l.vrfs, table)
	}
	return known
}

func (l *links) put(at *netlink.LinkAttrs) bool {
	name := schema.InterfaceName(at.Name)
	if old, ok := l.names[at.Index]; ok && old != name {
		l.remove(at.Index)
	}
	if !frontPanel(name) {
		return false
	}
	_, known := l.names[at.Index]
	up := at.Flags&net.FlagUp != 0
	changed := !known || up != l.up[at.Index]
	l.names[at.Index], l.byName[at.Name], l.up[at.Index] = name, at.Index, up
	if name.Kind() == schema.InterfacePort {
		l.rows.Put(at.Name, portRow(at))
	}
	return changed
}

func (l *links) remove(index int) {
	name, ok := l.names[index]
	if !ok {
		return
	}
	delete(l.names, index)
	delete(l.up, index)
	if l.byName[name.String()] == index { // not when the name was taken by a newer device
		delete(l.byName, name.String())
		l.rows.Remove(name.String())
	}
}

// replace takes a whole listing.
func (l *links) replace(list map[string]netlink.Link) {
	present := make(map[int]bool, len(list))
	for _, link := range list {
		present[link.Attrs().Index] = true
	}
	for index := range l.names {
		if !present[index] {
			l.remove(index)
		}
	}
	for index := range l.tables {
		if !present[index] {
			l.removeVRF(index)
		}
	}
	for _, link := range list {
		l.putVRF(link)
		l.put(link.Attrs())
	}
}

// portRow is what SONiC's portsyncd tells about a port's device.
func portRow(at *netlink.LinkAttrs) statedb.Fields {
	return statedb.Fields{
		"state":              schema.StateOK,
		"admin_status":       upDown(at.Flags&net.FlagUp != 0),
		"netdev_oper_status": upDown(at.RawFlags&unix.IFF_RUNNING != 0),
		"mtu":                strconv.Itoa(at.MTU),
	}
}

func upDown(up bool) string {
	if up {
		return "up"
	}
	return "down"
}
