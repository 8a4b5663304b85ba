package dataplane

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// DropReason says why a frame was discarded.
type DropReason uint8

// Drop reasons. The first ones, up to DropIPv6Header, mean a malformed frame and
// count as the port's errors, the others as its discards.
const (
	DropShort               = DropReason(pipelineDropReasonDROP_SHORT)
	DropSourceMulticast     = DropReason(pipelineDropReasonDROP_SOURCE_MULTICAST)
	DropIPv4Header          = DropReason(pipelineDropReasonDROP_IPV4HEADER)
	DropIPv4Checksum        = DropReason(pipelineDropReasonDROP_IPV4CHECKSUM)
	DropIPv6Header          = DropReason(pipelineDropReasonDROP_IPV6HEADER)
	DropUnknownInterface    = DropReason(pipelineDropReasonDROP_UNKNOWN_INTERFACE)
	DropNotBridged          = DropReason(pipelineDropReasonDROP_NOT_BRIDGED)
	DropTagged              = DropReason(pipelineDropReasonDROP_TAGGED)
	DropUntagged            = DropReason(pipelineDropReasonDROP_UNTAGGED)
	DropNotMember           = DropReason(pipelineDropReasonDROP_NOT_MEMBER)
	DropSTP                 = DropReason(pipelineDropReasonDROP_STP)
	DropReservedAddress     = DropReason(pipelineDropReasonDROP_RESERVED_ADDRESS)
	DropTrap                = DropReason(pipelineDropReasonDROP_TRAP)
	DropFDB                 = DropReason(pipelineDropReasonDROP_FDB)
	DropHairpin             = DropReason(pipelineDropReasonDROP_HAIRPIN)
	DropEgressNotMember     = DropReason(pipelineDropReasonDROP_EGRESS_NOT_MEMBER)
	DropEgressPort          = DropReason(pipelineDropReasonDROP_EGRESS_PORT)
	DropFloodDisabled       = DropReason(pipelineDropReasonDROP_FLOOD_DISABLED)
	DropNoFloodTable        = DropReason(pipelineDropReasonDROP_NO_FLOOD_TABLE)
	DropNotRouterMac        = DropReason(pipelineDropReasonDROP_NOT_ROUTER_MAC)
	DropNotIP               = DropReason(pipelineDropReasonDROP_NOT_IP)
	DropMulticastRouting    = DropReason(pipelineDropReasonDROP_MULTICAST_ROUTING)
	DropSourceUnspecified   = DropReason(pipelineDropReasonDROP_SOURCE_UNSPECIFIED)
	DropSourceLoopback      = DropReason(pipelineDropReasonDROP_SOURCE_LOOPBACK)
	DropSourceGroup         = DropReason(pipelineDropReasonDROP_SOURCE_GROUP)
	DropSourceClassE        = DropReason(pipelineDropReasonDROP_SOURCE_CLASS_E)
	DropSourceLinkLocal     = DropReason(pipelineDropReasonDROP_SOURCE_LINK_LOCAL)
	DropDestinationLoopback = DropReason(pipelineDropReasonDROP_DESTINATION_LOOPBACK)
	DropDestinationGroup    = DropReason(pipelineDropReasonDROP_DESTINATION_GROUP)
	DropDestinationReserved = DropReason(pipelineDropReasonDROP_DESTINATION_RESERVED)
	DropIngressRIF          = DropReason(pipelineDropReasonDROP_INGRESS_RIF)
	DropEgressRIF           = DropReason(pipelineDropReasonDROP_EGRESS_RIF)
	DropLoopbackRIF         = DropReason(pipelineDropReasonDROP_LOOPBACK_RIF)
	DropNoRoute4            = DropReason(pipelineDropReasonDROP_NO_ROUTE4)
	DropNoRoute6            = DropReason(pipelineDropReasonDROP_NO_ROUTE6)
	DropRoute               = DropReason(pipelineDropReasonDROP_ROUTE)
	DropNoAdjacency         = DropReason(pipelineDropReasonDROP_NO_ADJACENCY)
	DropTTL                 = DropReason(pipelineDropReasonDROP_TTL)
	DropMTU                 = DropReason(pipelineDropReasonDROP_MTU)
	DropNoHostif            = DropReason(pipelineDropReasonDROP_NO_HOSTIF)
	DropNoRoom              = DropReason(pipelineDropReasonDROP_NO_ROOM)
	DropLAGIngress          = DropReason(pipelineDropReasonDROP_LAG_INGRESS)
	DropLAGEgress           = DropReason(pipelineDropReasonDROP_LAG_EGRESS)
	DropStorm               = DropReason(pipelineDropReasonDROP_STORM)
	DropUnknownSource       = DropReason(pipelineDropReasonDROP_UNKNOWN_SOURCE)
	DropCPULimit            = DropReason(pipelineDropReasonDROP_CPU_LIMIT)
	DropFDBFull             = DropReason(pipelineDropReasonDROP_FDB_FULL)
	DropFDBEvent            = DropReason(pipelineDropReasonDROP_FDB_EVENT)
)

// dropNames names the reasons of bpf/defs.h.
var dropNames = map[DropReason]string{
	DropShort:               "short frame",
	DropSourceMulticast:     "multicast source address",
	DropIPv4Header:          "ipv4 header",
	DropIPv4Checksum:        "ipv4 checksum",
	DropIPv6Header:          "ipv6 header",
	DropUnknownInterface:    "unknown interface",
	DropNotBridged:          "not a bridge port",
	DropTagged:              "tagged frame",
	DropUntagged:            "untagged frame",
	DropNotMember:           "not a vlan member",
	DropSTP:                 "spanning tree",
	DropReservedAddress:     "reserved address",
	DropTrap:                "trap action",
	DropFDB:                 "fdb action",
	DropHairpin:             "same port",
	DropEgressNotMember:     "egress not a vlan member",
	DropEgressPort:          "no egress port",
	DropFloodDisabled:       "flood disabled",
	DropNoFloodTable:        "no flood members",
	DropNotRouterMac:        "not router mac",
	DropNotIP:               "not ip",
	DropMulticastRouting:    "multicast routing",
	DropSourceUnspecified:   "unspecified source",
	DropSourceLoopback:      "loopback source",
	DropSourceGroup:         "multicast source",
	DropSourceClassE:        "class e source",
	DropSourceLinkLocal:     "link-local source",
	DropDestinationLoopback: "loopback destination",
	DropDestinationGroup:    "multicast destination",
	DropDestinationReserved: "reserved destination",
	DropIngressRIF:          "ingress router interface",
	DropEgressRIF:           "egress router interface",
	DropLoopbackRIF:         "same router interface",
	DropNoRoute4:            "no ipv4 route",
	DropNoRoute6:            "no ipv6 route",
	DropRoute:               "drop route",
	DropNoAdjacency:         "no adjacency",
	DropTTL:                 "ttl",
	DropMTU:                 "mtu",
	DropNoHostif:            "no host interface",
	DropNoRoom:              "no headroom",
	DropLAGIngress:          "lag member does not collect",
	DropLAGEgress:           "no lag member distributes",
	DropStorm:               "storm control",
	DropUnknownSource:       "unknown source address",
	DropCPULimit:            "limit of the cpu",
	DropFDBFull:             "fdb full",
	DropFDBEvent:            "fdb event",
}

func (r DropReason) String() string {
	if s, ok := dropNames[r]; ok {
		return s
	}
	return fmt.Sprintf("reason %d", uint8(r))
}

// DropReasons are all reasons that the pipeline has.
func DropReasons() []DropReason { return slices.Sorted(maps.Keys(dropNames)) }

// PortDrops counts the discarded frames that came in by a port, by reason;
// reasons without any are left out. Port 0 stands for the CPU. A frame that came
// in by a LAG counts for the member.
func (p *Plane) PortDrops(id PortID) (map[DropReason]uint64, error) {
	if id > MaxPort {
		return nil, fmt.Errorf("drops of port %d: %w", id, ErrInvalid)
	}
	out := map[DropReason]uint64{}
	if err := p.do(func() error { return p.addDrops(id, out) }); err != nil {
		return nil, fmt.Errorf("drops of port %d: %w", id, err)
	}
	return out, nil
}

// DropCounters counts the discarded frames of the whole switch. DropFDBFull and
// DropFDBEvent count addresses not learned and events that the next scan of the
// FDB makes up for; those frames were forwarded.
func (p *Plane) DropCounters() (map[DropReason]uint64, error) {
	out := map[DropReason]uint64{}
	err := p.do(func() error {
		err := p.addDrops(0, out)
		for id := range p.ports {
			err = errors.Join(err, p.addDrops(id, out))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("drop counters: %w", err)
	}
	return out, nil
}

// addDrops adds a port's drops to a sum.
func (p *Plane) addDrops(id PortID, sum map[DropReason]uint64) error {
	var rows []pipelineDropCounters
	if err := p.t.DropStats.Lookup(uint32(id), &rows); err != nil {
		return err
	}
	for reason := range dropNames {
		for _, r := range rows {
			if n := r.N[reason]; n != 0 {
				sum[reason] += n
			}
		}
	}
	return nil
}
