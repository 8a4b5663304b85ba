package stpd

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/daemons/stpd/rstp"
	"github.com/heddle-nos/heddle/yang/schema"
)

// maxTrees is how many instances an ASIC has beside the one of VLANs without spanning tree, as SONiC counts them.
const maxTrees = 255

// treeID names a tree: its VLAN, or 0 for the one tree of all VLANs.
type treeID uint16

// treePlan is how one tree is to be.
type treePlan struct {
	bridge rstp.BridgeConfig
	ports  map[schema.InterfaceName]rstp.PortConfig
	free   []schema.InterfaceName // members of its VLANs that take no part: they forward
	// VLANs of the tree, by instance of the ASIC. In mode pvst stpd finds an instance for the one VLAN itself.
	instances map[int][]schema.VLANName
}

// portPlan is what a port is whatever the tree.
type portPlan struct {
	untagged schema.VLANID // 0: none
	trunk    bool          // it has VLANs with a tag
	vlan1    bool          // it is in the tree of VLAN 1
	fast     bool
	guarded  bool // BPDU guard shuts it down
}

// plan is what is to be.
type plan struct {
	mode  schema.STPMode // "": no spanning tree
	trees map[treeID]treePlan
	ports map[schema.InterfaceName]portPlan
	lags  map[schema.PortName]schema.PortChannelName
	bad   map[linkproto.RowRef]error
}

// resolve makes the plan. fallback is the switch's address where CONFIG_DB has none.
func (in *intent) resolve(fallback schema.MAC) plan {
	p := plan{
		trees: make(map[treeID]treePlan), ports: make(map[schema.InterfaceName]portPlan),
		lags: maps.Clone(in.lags), bad: maps.Clone(in.bad),
	}
	mac := rstp.MAC(cmp.Or(in.mac, fallback))
	if in.global == nil || mac == (rstp.MAC{}) { // a bridge without an address cannot speak
		return p
	}
	p.mode = in.global.Mode
	for key, mode := range in.members {
		port := p.ports[key.Port]
		if mode == schema.Tagged {
			port.trunk = true
		} else {
			port.untagged = key.VLAN.ID()
		}
		row := in.ports[key.Port]
		port.fast, port.guarded = row.PortFast || row.EdgePort, row.BPDUGuard && row.GuardShutdown
		p.ports[key.Port] = port
	}
	numbers := portNumbers(slices.Collect(maps.Keys(p.ports)))
	if p.mode == schema.STPModeMST {
		in.resolveMST(&p, mac, numbers)
		return p
	}
	in.resolvePVST(&p, mac, numbers)
	return p
}

func (in *intent) resolvePVST(p *plan, mac rstp.MAC, numbers map[schema.InterfaceName]uint16) {
	byID := func(a, b schema.VLANName) int { return cmp.Compare(a.ID(), b.ID()) }
	for _, vlan := range slices.SortedFunc(maps.Keys(in.trees), byID) {
		row, ref := in.trees[vlan], linkproto.RowRef{Table: schema.TableSTPVLAN, Key: string(vlan)}
		switch {
		case !in.vlans[vlan]:
			p.bad[ref] = fmt.Errorf("%s does not exist", vlan)
		case !row.Enabled:
		case len(p.trees) >= maxTrees:
			p.bad[ref] = fmt.Errorf("there are %d trees already", maxTrees)
		default:
			p.trees[treeID(vlan.ID())] = in.vlanTree(p, vlan, row, mac, numbers)
		}
	}
}

func (in *intent) vlanTree(p *plan, vlan schema.VLANName, row schema.STPVLAN, mac rstp.MAC, numbers map[schema.InterfaceName]uint16) treePlan {
	g := in.global
	t := treePlan{
		bridge: rstp.BridgeConfig{
			ID:           rstp.MakeBridgeID(priorityOf(row.Priority, g.Priority), uint16(vlan.ID()), mac),
			Times:        times(cmp.Or(row.MaxAge, g.MaxAge), cmp.Or(row.HelloTime, g.HelloTime), cmp.Or(row.ForwardDelay, g.ForwardDelay)),
			GuardTimeout: time.Duration(cmp.Or(g.RootGuardTimeout, 30)) * time.Second,
		},
		ports: make(map[schema.InterfaceName]rstp.PortConfig), instances: map[int][]schema.VLANName{-1: {vlan}},
	}
	for key := range in.members {
		if key.VLAN != vlan {
			continue
		}
		if !in.ports[key.Port].Enabled {
			t.free = append(t.free, key.Port)
			continue
		}
		t.ports[key.Port] = in.portConfig(key.Port, in.vlanPorts[key], numbers)
		if vlan.ID() == 1 {
			port := p.ports[key.Port]
			port.vlan1 = true
			p.ports[key.Port] = port
		}
	}
	slices.Sort(t.free)
	return t
}

// resolveMST makes one tree for all VLANs. Each instance takes the states of that tree, as the ports of a region's boundary do (IEEE
// 802.1Q-2018 section 13.5): to its neighbours this switch is a region of its own.
func (in *intent) resolveMST(p *plan, mac rstp.MAC, numbers map[schema.InterfaceName]uint16) {
	first := in.instances[0]
	t := treePlan{
		bridge: rstp.BridgeConfig{
			ID:        rstp.MakeBridgeID(priorityOf(first.Priority), 0, mac),
			Times:     times(in.mst.MaxAge, in.mst.HelloTime, in.mst.ForwardDelay),
			HoldCount: int(in.mst.HoldCount), GuardTimeout: 30 * time.Second,
		},
		ports: make(map[schema.InterfaceName]rstp.PortConfig), instances: in.mapVLANs(p),
	}
	for port := range p.ports {
		if !in.ports[port].Enabled {
			t.free = append(t.free, port)
			continue
		}
		t.ports[port] = in.portConfig(port, in.mstPorts[mstPortKey{0, port}], numbers)
	}
	slices.Sort(t.free)
	p.trees[0] = t
}

// mapVLANs puts every VLAN into the instance that names it, or into instance 0.
func (in *intent) mapVLANs(p *plan) map[int][]schema.VLANName {
	of := make(map[schema.VLANName]int)
	for _, n := range slices.Sorted(maps.Keys(in.instances)) {
		row := in.instances[n]
		for _, text := range strings.FieldsFunc(row.VLANs+","+row.VLANList, func(r rune) bool { return r == ',' }) {
			vlan := schema.VLANName("Vlan" + text)
			if other, taken := of[vlan]; taken && other != n {
				p.bad[linkproto.RowRef{Table: schema.TableSTPMSTInst, Key: strconv.Itoa(n)}] = fmt.Errorf("%s is in instance %d", vlan, other)
				continue
			}
			of[vlan] = n
		}
	}
	out := make(map[int][]schema.VLANName)
	for vlan := range in.vlans {
		out[of[vlan]] = append(out[of[vlan]], vlan)
	}
	for _, list := range out {
		slices.Sort(list)
	}
	return out
}

func (in *intent) portConfig(port schema.InterfaceName, own schema.STPVLANPort, numbers map[schema.InterfaceName]uint16) rstp.PortConfig {
	row := in.ports[port]
	priority := schema.STPPortPriority(128)
	for _, p := range []*schema.STPPortPriority{row.Priority, own.Priority} {
		if p != nil {
			priority = *p
		}
	}
	cost := longCost
	if in.short {
		cost = shortCost
	}
	return rstp.PortConfig{
		ID:   rstp.MakePortID(uint8(priority), numbers[port]),
		Cost: cmp.Or(uint32(own.PathCost), uint32(row.PathCost), cost(in.speedOf(port))),
		Edge: row.PortFast || row.EdgePort, AutoEdge: true, Shared: row.LinkType == schema.STPLinkShared,
		RootGuard: row.RootGuard, LoopGuard: row.LoopGuard, BPDUGuard: row.BPDUGuard, DoDisable: row.GuardShutdown,
	}
}

// speedOf is that of a port, or of a port channel's members: the way does not change with the number of its links.
func (in *intent) speedOf(port schema.InterfaceName) schema.Speed {
	best := in.speeds[schema.PortName(port)]
	for member, lag := range in.lags {
		if lag.Interface() == port {
			best = max(best, in.speeds[member])
		}
	}
	return best
}

func priorityOf(rows ...*schema.STPPriority) uint16 {
	for _, p := range rows {
		if p != nil {
			return uint16(*p)
		}
	}
	return 32768
}

func times(maxAge, hello, delay schema.STPTime) rstp.Times {
	t := rstp.DefaultTimes()
	set := func(to *rstp.Units, seconds schema.STPTime) {
		if seconds != 0 {
			*to = rstp.Seconds(int(seconds))
		}
	}
	set(&t.MaxAge, maxAge)
	set(&t.Hello, hello)
	set(&t.ForwardDelay, delay)
	return t
}

// Port numbers have twelve bits, and 0 is no port. Those of ports are one more than the number in their name; port channels follow them.
const (
	lastPort = 0x7ff
	firstLAG = 0x800
	lastLAG  = 0xfff
)

// portNumbers gives every port a number that no other has. It depends on the names alone.
func portNumbers(ports []schema.InterfaceName) map[schema.InterfaceName]uint16 {
	slices.Sort(ports)
	out, taken := make(map[schema.InterfaceName]uint16, len(ports)), make(map[uint16]bool, len(ports))
	for _, port := range ports {
		n := numberOf(port)
		for taken[n] {
			n = n%lastLAG + 1
		}
		out[port], taken[n] = n, true
	}
	return out
}

func numberOf(port schema.InterfaceName) uint16 {
	digits := strings.TrimLeft(string(port), "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
	n, err := strconv.ParseUint(digits, 10, 16)
	switch {
	case port.Kind() == schema.InterfacePortChannel:
		return firstLAG | uint16(n)&(lastLAG-firstLAG)
	case err == nil && n < lastPort:
		return uint16(n + 1)
	}
	return lastPort
}
