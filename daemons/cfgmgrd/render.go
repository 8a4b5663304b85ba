package cfgmgrd

import (
	"fmt"
	"hash/crc32"
	"maps"
	"net/netip"
	"slices"
	"strconv"

	"github.com/heddle-nos/heddle/daemons/badrow"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

type rows = map[string]statedb.Fields

// danglingRow is a row that names something that does not exist, or does not fit another.
type danglingRow struct {
	row rowRef
	err error
}

// plan is everything that should be there.
type plan struct {
	ports    rows // APPL_DB PORT_TABLE, and so on
	vrfs     rows
	vlans    rows
	members  rows
	intfs    rows
	switches rows
	fdb      rows
	copp     rows
	devices  map[string]device // by name
	subs     map[subDevice]schema.InterfaceName
	kernel   map[string]vrfDevice // VRFs, by name
	dangling []danglingRow
	mac      schema.MAC // of the switch
}

// device is a network device of the kernel as it should be.
type device struct {
	up       bool
	mtu      int  // 0 leaves it alone
	ipv6     bool // whether the device speaks IPv6 at all
	addrs    []netip.Prefix
	loopback bool       // ours to create and delete
	proxyARP bool       // a VLAN answers for the hosts in it
	gratARP  bool       // a VLAN learns neighbours from what they announce
	mac      schema.MAC // zero: that of the switch
	sub      *subDevice // a subinterface: ours to create and delete
	vrf      string     // the VRF device that it is in, if the kernel has such; empty: none

	neighbours map[netip.Addr]schema.MAC // static ones; without address: to be found, and kept

	management bool           // a management port
	gateways   []netip.Addr   // of a management port
	forced     []netip.Prefix // destinations that are reached by the management port, whatever the other routes
}

// render computes the plan of a configuration. It has no other input and changes nothing.
func render(in *intent) plan {
	p := plan{
		ports: rows{}, vrfs: rows{}, vlans: rows{}, members: rows{}, intfs: rows{}, fdb: rows{}, copp: rows{}, devices: make(map[string]device),
		subs: make(map[subDevice]schema.InterfaceName), kernel: make(map[string]vrfDevice), mac: in.device.MAC,
	}
	renderSwitch(in, &p)
	renderPorts(in, &p)
	renderLAGs(in, &p)
	renderVRFs(in, &p)
	renderVLANs(in, &p)
	renderMembers(in, &p)
	renderInterfaces(in, &p)
	renderAddresses(in, &p)
	renderFDB(in, &p)
	renderCoPP(in, &p)
	renderNeighbours(in, &p)
	renderManagement(in, &p)
	return p
}

// miss notes a row that waits for something that does not exist.
func (p *plan) miss(table, key, format string, args ...any) {
	p.refuse(table, key, &badrow.AbsentError{Err: fmt.Errorf(format, args...)})
}

// refuse notes a row that cannot be used as it is.
func (p *plan) refuse(table, key string, err error) {
	p.dangling = append(p.dangling, danglingRow{rowRef{table, key}, err})
}

// defaultAgeing is SONiC's, in seconds.
const defaultAgeing = "600"

// renderSwitch gives SWITCH_TABLE what every switch needs, under what is configured.
func renderSwitch(in *intent, p *plan) {
	seed := hashSeed(in.device.MAC)
	row := statedb.Fields{"ecmp_hash_seed": seed, "lag_hash_seed": seed, "fdb_aging_time": defaultAgeing}
	maps.Copy(row, in.switches["switch"])
	p.switches = rows{"switch": row}
}

// hashSeed makes switches in a row choose differently: one that chose as the switch before it did would use one of its ways for all that it gets
// from there. The same switch chooses the same after a restart.
func hashSeed(mac schema.MAC) string {
	return strconv.FormatUint(uint64(crc32.ChecksumIEEE([]byte(mac.String()))), 10)
}

func renderPorts(in *intent, p *plan) {
	inLAG := in.membersMTU()
	for name, port := range in.ports {
		app := schema.AppPort{
			Alias: port.Alias, Lanes: port.Lanes, Speed: port.Speed, AdminStatus: port.AdminStatus, MTU: port.MTU,
			Description: port.Description, Index: port.Index, Autoneg: port.Autoneg, FEC: port.FEC, TPID: port.TPID,
			Mode: port.Mode, Role: port.Role, InterfaceType: port.InterfaceType, LinkTraining: port.LinkTraining,
			AdvSpeeds: port.AdvSpeeds, AdvTypes: port.AdvTypes,
			PFCAsym: port.PFCAsym, Loopback: port.Loopback, LearnMode: port.LearnMode, Unknown: port.Unknown,
		}
		app.AdminStatus = orElse(app.AdminStatus, schema.AdminDown)
		app.MTU = orElse(inLAG[name], orElse(app.MTU, schema.DefaultMTU))
		p.ports[name.String()] = fields(app)
		p.devices[name.String()] = device{up: app.AdminStatus.Up(), mtu: int(app.MTU)}
	}
	if n := len(p.ports); n > 0 { // before the first port the configuration has not been loaded
		p.ports[schema.KeyPortConfigDone] = statedb.Fields{"count": strconv.Itoa(n)}
	}
}

// membersMTU gives the ports that are in a port channel its MTU: what fits one of them must fit all.
func (in *intent) membersMTU() map[schema.PortName]schema.MTU {
	mtus := make(map[schema.PortName]schema.MTU, len(in.lagMembers))
	for key := range in.lagMembers {
		if lag, ok := in.lags[key.PortChannel]; ok {
			mtus[key.Port] = orElse(lag.MTU, schema.DefaultMTU)
		}
	}
	return mtus
}

// renderLAGs prepares the devices of port channels; their tables are lacpd's.
func renderLAGs(in *intent, p *plan) {
	for name, lag := range in.lags {
		p.devices[name.String()] = device{
			up: orElse(lag.AdminStatus, schema.AdminUp).Up(), mtu: int(orElse(lag.MTU, schema.DefaultMTU)),
		}
	}
}

func renderVRFs(in *intent, p *plan) {
	for name, vrf := range in.vrfs {
		p.vrfs[name.String()] = fields(schema.AppVRF{Fallback: vrf.Fallback, VNI: vrf.VNI, Unknown: vrf.Unknown})
		p.kernel[name.String()] = vrfDevice{fallback: vrf.Fallback == "true"}
	}
}

func renderVLANs(in *intent, p *plan) {
	for name, vlan := range in.vlans {
		app := schema.AppVLAN{AdminStatus: orElse(vlan.AdminStatus, schema.AdminUp), MTU: orElse(vlan.MTU, schema.DefaultMTU), MAC: vlan.MAC}
		app.MAC = orElse(app.MAC, in.device.MAC)
		p.vlans[name.String()] = fields(app)
		p.devices[name.String()] = device{up: app.AdminStatus.Up(), mtu: int(app.MTU)}
	}
}

func renderMembers(in *intent, p *plan) {
	for key, member := range in.members {
		if _, ok := in.vlans[key.VLAN]; !ok {
			p.miss(schema.TableVLANMember, key.String(), "%s does not exist", key.VLAN)
			continue
		}
		if !in.exists(key.Port) {
			p.miss(schema.TableVLANMember, key.String(), "%s does not exist", key.Port)
			continue
		}
		p.members[key.Join(schema.AppSeparator)] = fields(schema.AppVLANMember{TaggingMode: member.TaggingMode})
	}
}

// exists says whether what an interface stands for is configured; a loopback stands for itself.
func (in *intent) exists(name schema.InterfaceName) bool {
	var ok bool
	switch name.Kind() {
	case schema.InterfacePort:
		_, ok = in.ports[name.Port()]
	case schema.InterfaceVLAN:
		_, ok = in.vlans[name.VLAN()]
	case schema.InterfacePortChannel:
		_, ok = in.lags[schema.PortChannelName(name)]
	case schema.InterfaceSub:
		parent, _, is := name.Sub()
		ok = is && in.exists(parent)
	case schema.InterfaceLoopback:
		ok = true
	}
	return ok
}

func renderInterfaces(in *intent, p *plan) {
	for _, name := range slices.SortedFunc(maps.Keys(in.interfaces), longFirst) {
		i := in.interfaces[name]
		if !in.exists(name) {
			p.miss(i.table, name.String(), "%s does not exist", name)
			continue
		}
		if vrf := schema.VRFName(i.row.VRFName); vrf != "" && vrf != schema.DefaultVRF {
			if _, ok := in.vrfs[vrf]; !ok { // the addresses wait in their VRF, not in the default one
				p.miss(i.table, name.String(), "VRF %s does not exist", vrf)
			}
		}
		if err := p.addInterface(name, in.gateway(name, i.row)); err != nil {
			p.refuse(i.table, name.String(), err)
		}
	}
}

// addInterface makes name a router interface.
func (p *plan) addInterface(name schema.InterfaceName, row schema.Interface) error {
	app := schema.AppInterface{
		VRFName: row.VRFName, MAC: row.MAC, NATZone: row.NATZone, MPLS: row.MPLS,
		LoopbackAction: row.LoopbackAction, ProxyARP: row.ProxyARP, GratARP: row.GratARP,
	}
	d := p.devices[name.String()]
	switch name.Kind() {
	case schema.InterfaceLoopback:
		status := orElse(row.AdminStatus, schema.AdminUp)
		app.AdminStatus = row.AdminStatus
		d = device{up: status.Up(), mtu: loopbackMTU, loopback: true, ipv6: true}
	case schema.InterfaceSub:
		var err error
		if d, err = p.addSub(name, row, &app); err != nil {
			return err
		}
	}
	d.mac = row.MAC
	if name.Kind() == schema.InterfaceVLAN { // it may have had another in an earlier life of this process
		d.mac = orElse(row.MAC, p.mac)
	}
	if row.VRFName != schema.DefaultVRF {
		d.vrf = string(row.VRFName)
	}
	d.ipv6 = d.ipv6 || row.LinkLocalOnly.Enabled()
	d.proxyARP, d.gratARP = row.ProxyARP.On(), row.GratARP.On()
	p.devices[name.String()] = d
	p.intfs[name.String()] = fields(app)
	return nil
}

// loopbackMTU lets a loopback carry whatever any port does.
const loopbackMTU = 65500

func renderAddresses(in *intent, p *plan) {
	for key, a := range in.addresses {
		name := key.Name.String()
		if !in.exists(key.Name) {
			p.miss(a.table, key.String(), "%s does not exist", name)
			continue
		}
		if _, ok := p.intfs[name]; !ok { // configurations of before 2019 have only the address
			if err := p.addInterface(key.Name, schema.Interface{}); err != nil {
				p.refuse(a.table, key.String(), err)
				continue
			}
		}
		app := schema.AppInterfaceAddress{Scope: orElse(a.row.Scope, schema.ScopeGlobal), Family: schema.IPv4}
		d := p.devices[name]
		if key.Prefix.Addr().Is6() {
			app.Family = schema.IPv6
			d.ipv6 = true
		}
		d.addrs = append(d.addrs, key.Prefix)
		p.devices[name] = d
		p.intfs[key.Join(schema.AppSeparator)] = fields(app)
	}
	for _, d := range p.devices {
		slices.SortFunc(d.addrs, netip.Prefix.Compare)
	}
}

// fields is the stored form of a row of the schema, all of whose types have one.
func fields(row any) statedb.Fields {
	list, err := statedb.Encode(row)
	if err != nil {
		panic(err) // a row type without text form: a programmer's error
	}
	return statedb.FieldMap(list)
}

func orElse[T comparable](value, otherwise T) T {
	var none T
	if value == none {
		return otherwise
	}
	return value
}
