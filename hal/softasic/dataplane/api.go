package dataplane

import (
	"errors"
	"log/slog"
	"net/netip"
	"time"
)

// Limits of the pipeline's tables.
const (
	MaxPort   = 511
	FirstLAG  = 512
	LastLAG   = 1023
	MaxMember = 64 // ports of a LAG
	MaxGroup  = 2047
	MaxVRF    = 1023
	MaxPaths  = 512 // members of a group
	// MaxBuckets is how many buckets a group can have.
	MaxBuckets = groupSlots
	MaxRIF     = 4095
	MaxHostif  = 8191
	MaxVLAN    = 4094
	MaxSTP     = 255
	MaxLimit   = 1023
	// MaxRouteCounter is MAX_ROUTE_COUNTERS - 1 in bpf/defs.h.
	MaxRouteCounter = 1024
)

// Identifiers are chosen by the caller and stay the same over restarts.
// Zero means "none" wherever an identifier is optional.
type (
	// PortID is a front-panel port, 1..MaxPort, or a LAG, FirstLAG..LastLAG:
	// whatever VLANs, router interfaces, host interfaces and FDB entries say of
	// ports holds for LAGs too.
	PortID uint16
	// RIFID is a router interface, 1..MaxRIF.
	RIFID uint16
	// HostifID is a host interface, 1..MaxHostif. Its ASIC-side device is named
	// "h-<id>".
	HostifID uint16
	// VRFID is a routing table, 0..MaxVRF; each exists at all times. IPv4 is
	// fastest, and has most room, in 0.
	VRFID uint16
	// AdjID is an adjacency, what a route points to: 1..Config.MaxAdj-1.
	AdjID uint32
	// GroupID is a group of adjacencies, 1..MaxGroup.
	GroupID uint16
	// RouteCounterID counts the packets of a route, 1..MaxRouteCounter.
	RouteCounterID uint16
	// STPID is a spanning tree instance, 0..MaxSTP.
	STPID uint8
	// MAC is an Ethernet address.
	MAC [6]byte
)

// Errors that callers tell apart with errors.Is.
var (
	// ErrTableFull: the table has no room; nothing was changed.
	ErrTableFull = errors.New("table full")
	// ErrNotFound: no such entry.
	ErrNotFound = errors.New("not found")
	// ErrInvalid: an identifier or value out of range.
	ErrInvalid = errors.New("invalid")
	// ErrUnsupported: the pipeline cannot do this.
	ErrUnsupported = errors.New("unsupported")
	// ErrClosed: the plane has been closed.
	ErrClosed = errors.New("data plane closed")
)

// Config says where a plane lives and how large its tables are. The sizes are
// fixed when the tables are first made; a plane that adopts tables of another
// size makes them anew, which interrupts forwarding.
type Config struct {
	// PinDir is a directory of this switch alone on a BPF file system, made if
	// absent. The file system is mounted at /sys/fs/bpf if nothing is.
	PinDir string
	// Netns is the namespace of the front-panel netdevs: a path, or empty for
	// that of the calling thread.
	Netns string
	// HostNetns is the namespace that sees the host interfaces: a path.
	// Empty: the same as Netns.
	HostNetns string
	Log       *slog.Logger
	// Generic forces generic (skb) XDP. Otherwise native XDP is used until a
	// port's driver refuses it.
	Generic bool

	MaxFDB     uint32        // FDB entries; 0: 65536
	MaxAdj     uint32        // adjacencies; 0: 131072
	MaxRoutes4 uint32        // IPv4 routes; 0: 2097152
	MaxRoutes6 uint32        // IPv6 routes, and IPv4 routes of tables other than 0; 0: 262144
	FIB4Groups uint32        // blocks of 256 addresses for IPv4 prefixes beyond /24, a power of two; 0: 16384
	Ageing     time.Duration // FDB ageing time; 0: never
}

// Port is the wanted state of a front-panel port.
type Port struct {
	Netdev        string // device in Config.Netns; empty: a socket without a wire
	Loopback      bool   // what the port sends comes back to it, and nothing leaves
	AdminUp       bool
	MTU           uint32 // largest L3 packet; 0 leaves the device as it is
	PVID          uint16 // VLAN of untagged frames; 0: none
	DropUntagged  bool
	DropTagged    bool
	LearnDisabled bool
	KnownOnly     bool     // with LearnDisabled: frames of unknown sources are dropped
	BridgePort    bool     // takes part in VLANs
	RIF           RIFID    // routed port; such a port does not bridge
	Hostif        HostifID // receives what is trapped on this port
	Storm         [StormKinds]Meter
}

// StormKind is a kind of traffic that a port may limit. Multicast is that to
// groups which nobody is known to listen to.
type StormKind uint8

// Kinds of traffic that a port may limit.
const (
	StormBroadcast StormKind = iota
	StormUnknownUnicast
	StormMulticast
	StormKinds
)

// Meter is a limit of traffic. The zero Meter is none.
type Meter struct {
	On    bool
	Rate  uint64 // bytes per second; 0 lets nothing through
	Burst uint64 // bytes at once beyond the rate
}

// LAG is the wanted state of a link aggregation group. Its members carry its
// traffic and take no part in anything by themselves, except for link-local
// protocols: those of a member arrive at the member's host interface.
type LAG struct {
	PVID          uint16 // VLAN of untagged frames; 0: none
	DropUntagged  bool
	DropTagged    bool
	LearnDisabled bool
	KnownOnly     bool     // with LearnDisabled: frames of unknown sources are dropped
	BridgePort    bool     // takes part in VLANs
	RIF           RIFID    // routed LAG; such a LAG does not bridge
	Hostif        HostifID // receives what is trapped on this LAG
}

// LAGMember says what a member does for its LAG (IEEE 802.1AX 6.4.13). A member
// distributes only while its link is up.
type LAGMember struct {
	LAG        PortID
	Collect    bool // take in frames
	Distribute bool // send frames
}

// FloodMode says what happens to frames without a known destination.
type FloodMode uint8

// Flood modes.
const (
	FloodAll  FloodMode = iota // to all members of the VLAN
	FloodNone                  // discard
)

// VLAN is the wanted state of a VLAN. Members are set with SetVLANMember and
// survive a later SetVLAN.
type VLAN struct {
	RIF              RIFID    // router interface of the VLAN
	Hostif           HostifID // the CPU's interface in this VLAN
	LearnDisabled    bool
	UnknownUnicast   FloodMode
	UnknownMulticast FloodMode
	Broadcast        FloodMode
	STP              STPID
	Snoop4, Snoop6   Snooping // of the IP family
}

// STPState is a port's state in a spanning tree instance (IEEE 802.1Q 13.38).
type STPState uint8

// Spanning tree states. A port that was never set forwards.
const (
	STPForwarding STPState = iota
	STPLearning
	STPBlocking
)

// Hostif is a network device of the CPU. With Port set it carries that port's
// traffic, and what the CPU sends leaves by that port, or a member of that LAG,
// unchanged. With VLAN set
// it is the CPU's access to the VLAN, untagged; what the CPU sends is switched
// in that VLAN.
type Hostif struct {
	Name    string // device name in Config.HostNetns
	MAC     MAC
	Port    PortID
	VLAN    uint16
	MTU     uint32 // 0 leaves the device as it is
	AdminUp bool   // operational: false takes the carrier away, as a port or LAG without link does
}

// RIFKind is the kind of a router interface.
type RIFKind uint8

// Router interface kinds.
const (
	RIFPort RIFKind = iota + 1
	RIFVLAN
	RIFLoopback
	RIFSub // the frames of a port or LAG that carry one VLAN's tag
)

// RIF is the wanted state of a router interface. The port or VLAN names it back
// with its own RIF field to make ingress routing happen, except for RIFSub: that
// takes frames of Port with the tag of VLAN at once, before any VLAN of the bridge.
type RIF struct {
	Kind    RIFKind
	Port    PortID
	VLAN    uint16
	VRF     VRFID
	MAC     MAC
	MTU     uint32 // largest L3 packet sent; 0: no limit
	AdminV4 bool
	AdminV6 bool
	NoLoop  bool // a packet that came in by the interface does not go out by it
}

// onPort tells whether the interface is one of a port or LAG.
func (r RIF) onPort() bool { return r.Kind == RIFPort || r.Kind == RIFSub }

// AdjAction is what an adjacency does with a packet.
type AdjAction uint8

// Adjacency actions.
const (
	AdjForward AdjAction = iota + 1 // rewrite and send out of RIF to MAC
	AdjDrop                         // discard
	AdjLocal                        // our own address: TrapIP2ME or a more special trap
	AdjGlean                        // unresolved: to the CPU, which resolves
	AdjGroup                        // to one member of Group, by flow
	AdjCounted                      // count by Counter, then as Next says
)

// Adj is an adjacency.
type Adj struct {
	Action AdjAction
	RIF    RIFID
	MAC    MAC
	Group  GroupID

	Counter RouteCounterID
	Next    AdjID // not another counted one
}

// Path is a member of a group. Flows are spread over the members that forward and
// whose port or LAG is up, in proportion to their weights.
type Path struct {
	Adj    AdjID // not another group
	Weight uint32
}

// Group is a group of adjacencies. Either flows are spread over Paths, or each
// takes the bucket that its hash names: of buckets 0 to n-1 one as often as
// another. A bucket without adjacency, or whose adjacency does not forward, goes to
// another one of the group.
//
// No route leads to an Idle group yet. It takes up its slots when it is set again
// and is not idle: with the slots of the group Like, or else of the group that has
// most of its members, so that flows which come from there stay where they are.
type Group struct {
	Paths   []Path
	Buckets []AdjID
	Idle    bool
	Like    GroupID
}

// RouteUpdate sets (adds or replaces) or deletes one route.
type RouteUpdate struct {
	Prefix netip.Prefix
	Adj    AdjID
	Delete bool
}

// FDBAction is what happens to frames to an FDB entry.
type FDBAction uint8

// FDB actions.
const (
	FDBForward FDBAction = iota
	FDBDrop
)

// FDB is a forwarding entry of a VLAN.
type FDB struct {
	Port   PortID
	Static bool
	Action FDBAction
}

// FDBEntry is an FDB entry with its key.
type FDBEntry struct {
	VLAN uint16
	MAC  MAC
	FDB
}

// FlushFilter selects FDB entries: those that match every field that is set.
// Static and Dynamic select kinds; neither selects nothing.
type FlushFilter struct {
	VLAN    uint16
	Port    PortID
	Dynamic bool
	Static  bool
}

// TrapKind is a kind of packet that may go to the CPU.
type TrapKind uint8

// Trap kinds.
const (
	TrapSTP TrapKind = iota + 1
	TrapLACP
	TrapLLDP
	TrapARPRequest
	TrapARPResponse
	TrapND
	TrapDHCP
	TrapDHCPv6
	TrapIP2ME
	TrapBGP
	TrapBGPv6
	TrapTTL
	TrapMTU
	TrapPVRST // Cisco's spanning trees of VLANs; the frame keeps its tag
	// Messages about groups (IGMP, MLD, PIM), in VLANs where multicast of the family is
	// snooped; elsewhere they are flooded as any group's. They arrive at the host
	// interface of the port or LAG that they came by, and keep their tag. They
	// cannot be copied.
	TrapIGMPQuery
	TrapIGMPLeave
	TrapIGMPv1Report
	TrapIGMPv2Report
	TrapIGMPv3Report
	TrapMLDQuery
	TrapMLDv1Report
	TrapMLDv1Done
	TrapMLDv2Report
	TrapPIM // to all PIM routers, of both families
	trapCount
)

// TrapAction is what happens to trapped packets.
type TrapAction uint8

// Trap actions. Copy forwards the frame too where it is flooded; a unicast frame
// to the router goes to the CPU, any other unicast frame is only forwarded.
const (
	TrapForward TrapAction = iota
	TrapDrop
	TrapTrap
	TrapCopy
)

// LimitID names a limit on what goes to the CPU. 0 names none.
type LimitID uint16

// Limit is a limit that kinds of packets to the CPU share.
type Limit struct {
	Meter
	Packets bool // Rate and Burst are packets, not bytes
}

// LimitCounters count what met a limit.
type LimitCounters struct{ Passed, PassedBytes, Dropped, DroppedBytes uint64 }

// Trap says what happens to a kind of packet.
type Trap struct {
	Action TrapAction
	Limit  LimitID
}

// TrapCounters count what went to the CPU.
type FlowCounters struct{ Packets, Bytes uint64 }

// EventKind is the kind of an Event.
type EventKind uint8

// Event kinds.
const (
	FDBLearned  EventKind = iota + 1
	FDBMoved              // Port is the new port, OldPort the old one
	FDBAged               //
	LinkChanged           // Port, Up
)

// Event tells what happened in the plane.
type Event struct {
	Kind    EventKind
	VLAN    uint16
	MAC     MAC
	Port    PortID
	OldPort PortID
	Up      bool
}

// PortCounter names a counter of PortCounters.
type PortCounter uint8

// Port counters. Octets count frames as they were on the wire, without the
// frame check sequence.
const (
	InOctets PortCounter = iota
	InUcast
	InMulticast
	InBroadcast
	InDiscards
	InErrors
	OutOctets
	OutUcast
	OutMulticast
	OutBroadcast
	OutDiscards
	OutErrors
	PortCounterCount
)

// RIFCounter names a counter of RIFCounters.
type RIFCounter uint8

// Router interface counters.
const (
	RIFInOctets RIFCounter = iota
	RIFInPackets
	RIFInErrorOctets
	RIFInErrorPackets
	RIFOutOctets
	RIFOutPackets
	RIFOutErrorOctets
	RIFOutErrorPackets
	RIFCounterCount
)

// PortCounters are a port's counters, indexed by PortCounter.
type PortCounters [PortCounterCount]uint64

// RIFCounters are a router interface's counters, indexed by RIFCounter.
type RIFCounters [RIFCounterCount]uint64
