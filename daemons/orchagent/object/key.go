package object

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/sai"
)

// Key is the stable name of an object, "<kind>/<identity>". Keys survive
// restarts; object ids need not.
type Key string

// Keys of the objects that exist from the switch's creation on.
const (
	Switch           Key = "switch"
	DefaultVR        Key = "vr/default"
	DefaultBridge    Key = "bridge/default"
	DefaultVLAN      Key = "vlan/1"
	DefaultTrapGroup Key = "trapgroup/default"
	DefaultSTP       Key = "stp/default"
	CPUPort          Key = "port/CPU"
	ECMPHash         Key = "hash/ecmp"
	LAGHash          Key = "hash/lag"
)

// Port is the key of a front-panel port.
func Port(name string) Key { return Key("port/" + name) }

// MulticastGroup is the key of the ports that get multicast of a VLAN: that of a
// stream, or of what no stream names.
func MulticastGroup(vlan uint16, stream string) Key {
	return Key("l2mcgroup/" + strconv.Itoa(int(vlan)) + "/" + stream)
}

// MulticastMember is the key of a port's membership in a multicast group.
func MulticastMember(group Key, port string) Key {
	return Key("l2mcmember/" + group.Name() + "/" + port)
}

// MulticastEntry is the key of multicast to a group in a VLAN, from one sender or,
// without a valid source, from all.
func MulticastEntry(vlan uint16, source, group netip.Addr) Key {
	return Key("l2mcentry/" + strconv.Itoa(int(vlan)) + "/" + Stream(source, group))
}

// Stream names multicast from a sender, or from all, to a group: "*,239.1.1.1".
func Stream(source, group netip.Addr) string {
	if !source.IsValid() {
		return "*," + group.String()
	}
	return source.String() + "," + group.String()
}

// LAG is the key of a link aggregation group.
func LAG(name string) Key { return Key("lag/" + name) }

// LAGMember is the key of a port's membership in a LAG.
func LAGMember(lag, port string) Key { return Key("lagmember/" + lag + "/" + port) }

// Hostif is the key of a host interface, named as its netdev.
func Hostif(name string) Key { return Key("hostif/" + name) }

// BridgePort is the key of a port's or LAG's attachment to the default bridge.
func BridgePort(name string) Key { return Key("bridgeport/" + name) }

// VLAN is the key of a VLAN.
func VLAN(id uint16) Key { return Key("vlan/" + strconv.Itoa(int(id))) }

// VLANMember is the key of a port's membership in a VLAN.
func VLANMember(id uint16, port string) Key {
	return Key("vlanmember/" + strconv.Itoa(int(id)) + "/" + port)
}

// FDB is the key of a static forwarding-database entry.
func FDB(vlan uint16, mac sai.MAC) Key {
	return Key("fdb/" + strconv.Itoa(int(vlan)) + "/" + mac.String())
}

// RIF is the key of the router interface on a port, LAG or VLAN.
func RIF(name string) Key { return Key("rif/" + name) }

// VR is the key of a virtual router; the empty name is the default one.
func VR(vrf string) Key {
	if vrf == "" || vrf == "default" {
		return DefaultVR
	}
	return Key("vr/" + vrf)
}

// Neighbor is the key of a neighbour on a router interface.
func Neighbor(intf string, ip netip.Addr) Key {
	return Key("neighbor/" + intf + "/" + ip.String())
}

// KindNextHop is the kind of the keys of next hops.
const KindNextHop = "nexthop"

// NextHop is the key of the next hop through a neighbour.
func NextHop(intf string, ip netip.Addr) Key {
	return Key(KindNextHop + "/" + intf + "/" + ip.String())
}

// NextHopGroup is the key of a group of next hops, by a digest of its members.
func NextHopGroup(digest string) Key { return Key("nexthopgroup/" + digest) }

// NextHopGroupMember is the key of a next hop's place in a group.
func NextHopGroupMember(group, nexthop Key) Key {
	return Key("nexthopgroupmember/" + group.Name() + "/" + nexthop.Name())
}

// fineGroup begins the keys of the fine-grained groups of routes.
const fineGroup = "nexthopgroup/fine/"

// FineGroup is the key of the fine-grained group of a route.
func FineGroup(p netip.Prefix) Key { return Key(fineGroup + p.String()) }

// FinePrefix tells the route that has a fine-grained group.
func FinePrefix(group Key) (p netip.Prefix, ok bool) {
	text, ok := strings.CutPrefix(string(group), fineGroup)
	if !ok {
		return p, false
	}
	p, err := netip.ParsePrefix(text)
	return p, err == nil
}

// FineBucket is the key of a bucket of a fine-grained group.
func FineBucket(group Key, i int) Key {
	return Key("nexthopgroupmember/" + group.Name() + "/" + strconv.Itoa(i))
}

// TrapGroup is the key of a group of host-interface traps.
func TrapGroup(name string) Key { return Key("trapgroup/" + name) }

// Trap is the key of a host-interface trap, by SONiC's trap name.
func Trap(name string) Key { return Key("trap/" + name) }

// Policer is the key of a policer.
func Policer(name string) Key { return Key("policer/" + name) }

// TrapCounter is the key of the counter of a trap's packets.
func TrapCounter(trap string) Key { return Key("counter/trap/" + trap) }

// RouteCounter is the key of the counter of a route's packets.
func RouteCounter(route string) Key { return Key("counter/route/" + route) }

// DropCounter is the key of a counter of dropped packets. A row that names a
// reason does not tell which way the packets go, so there is a key for each.
func DropCounter(out bool, name string) Key {
	if out {
		return Key("dropcounter/out/" + name)
	}
	return Key("dropcounter/in/" + name)
}

// STP is the key of an instance of spanning tree.
func STP(instance uint16) Key { return Key("stp/" + strconv.Itoa(int(instance))) }

// STPPort is the key of a port's state in an instance of spanning tree.
func STPPort(instance uint16, port string) Key {
	return Key("stpport/" + strconv.Itoa(int(instance)) + "/" + port)
}

// Kind returns the part before the first slash.
func (k Key) Kind() string {
	kind, _, _ := strings.Cut(string(k), "/")
	return kind
}

// Name returns the part after the first slash.
func (k Key) Name() string {
	_, name, _ := strings.Cut(string(k), "/")
	return name
}

// String returns the key as an operator reads it: "vlan 100".
func (k Key) String() string { return strings.Replace(string(k), "/", " ", 1) }
