package dataplane

import (
	"fmt"
	"strings"

	"github.com/cilium/ebpf"
)

// PortCounters reads a port's counters.
func (p *Plane) PortCounters(id PortID) (PortCounters, error) {
	var rows []pipelinePortCounters
	if err := p.readCounters(p.t.PortStats, uint32(id), MaxPort, &rows); err != nil {
		return PortCounters{}, fmt.Errorf("counters of port %d: %w", id, err)
	}
	var sum PortCounters
	for _, r := range rows {
		for i, n := range r.N {
			sum[i] += n
		}
	}
	return sum, nil
}

// RIFCounters reads a router interface's counters.
func (p *Plane) RIFCounters(id RIFID) (RIFCounters, error) {
	var rows []pipelineRifCounters
	if err := p.readCounters(p.t.RifStats, uint32(id), MaxRIF, &rows); err != nil {
		return RIFCounters{}, fmt.Errorf("counters of router interface %d: %w", id, err)
	}
	var sum RIFCounters
	for _, r := range rows {
		for i, n := range r.N {
			sum[i] += n
		}
	}
	return sum, nil
}

func (p *Plane) readCounters(m *ebpf.Map, id, most uint32, rows any) error {
	if id == 0 || id > most {
		return ErrInvalid
	}
	return p.do(func() error { return m.Lookup(id, rows) })
}

// ClearPortCounters sets a port's counters to zero. A frame counted at the same
// moment may be lost from them.
func (p *Plane) ClearPortCounters(id PortID) error {
	if id == 0 || id > MaxPort {
		return fmt.Errorf("clear counters of port %d: %w", id, ErrInvalid)
	}
	return p.clear(p.t.PortStats, uint32(id), make([]pipelinePortCounters, ebpf.MustPossibleCPU()))
}

// ClearRIFCounters sets a router interface's counters to zero, likewise.
func (p *Plane) ClearRIFCounters(id RIFID) error {
	if id == 0 || id > MaxRIF {
		return fmt.Errorf("clear counters of router interface %d: %w", id, ErrInvalid)
	}
	return p.clear(p.t.RifStats, uint32(id), make([]pipelineRifCounters, ebpf.MustPossibleCPU()))
}

func (p *Plane) clear(m *ebpf.Map, id uint32, zeros any) error {
	if err := p.do(func() error { return m.Put(id, zeros) }); err != nil {
		return fmt.Errorf("clear counters: %w", err)
	}
	return nil
}

// DropCounters counts discarded frames by reason; reasons without any are left
// out. "fdb full" and "fdb event" count addresses not learned and events that
// the next scan of the FDB makes up for; those frames were forwarded.
func (p *Plane) DropCounters() (map[string]uint64, error) {
	out := map[string]uint64{}
	err := p.do(func() error {
		for reason, name := range dropNames {
			var rows []uint64
			if err := p.t.DropStats.Lookup(reason, &rows); err != nil {
				return err
			}
			for _, n := range rows {
				if n != 0 {
					out[name] += n
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("drop counters: %w", err)
	}
	return out, nil
}

// dropNames names the reasons of bpf/defs.h.
var dropNames = map[pipelineDropReason]string{
	pipelineDropReasonDROP_SHORT:               "short frame",
	pipelineDropReasonDROP_SOURCE_MULTICAST:    "multicast source address",
	pipelineDropReasonDROP_IPV4HEADER:          "ipv4 header",
	pipelineDropReasonDROP_IPV4CHECKSUM:        "ipv4 checksum",
	pipelineDropReasonDROP_IPV6HEADER:          "ipv6 header",
	pipelineDropReasonDROP_UNKNOWN_INTERFACE:   "unknown interface",
	pipelineDropReasonDROP_NOT_BRIDGED:         "not a bridge port",
	pipelineDropReasonDROP_TAGGED:              "tagged frame",
	pipelineDropReasonDROP_UNTAGGED:            "untagged frame",
	pipelineDropReasonDROP_NOT_MEMBER:          "not a vlan member",
	pipelineDropReasonDROP_STP:                 "spanning tree",
	pipelineDropReasonDROP_RESERVED_ADDRESS:    "reserved address",
	pipelineDropReasonDROP_TRAP:                "trap action",
	pipelineDropReasonDROP_FDB:                 "fdb action",
	pipelineDropReasonDROP_HAIRPIN:             "same port",
	pipelineDropReasonDROP_EGRESS_NOT_MEMBER:   "egress not a vlan member",
	pipelineDropReasonDROP_EGRESS_PORT:         "no egress port",
	pipelineDropReasonDROP_FLOOD_DISABLED:      "flood disabled",
	pipelineDropReasonDROP_NO_FLOOD_TABLE:      "no flood members",
	pipelineDropReasonDROP_NOT_ROUTER_MAC:      "not router mac",
	pipelineDropReasonDROP_NOT_IP:              "not ip",
	pipelineDropReasonDROP_MULTICAST_ROUTING:   "multicast routing",
	pipelineDropReasonDROP_MARTIAN_SOURCE:      "martian source",
	pipelineDropReasonDROP_MARTIAN_DESTINATION: "martian destination",
	pipelineDropReasonDROP_LINK_LOCAL_SOURCE:   "link-local source",
	pipelineDropReasonDROP_INGRESS_RIF:         "ingress router interface",
	pipelineDropReasonDROP_EGRESS_RIF:          "egress router interface",
	pipelineDropReasonDROP_NO_ROUTE:            "no route",
	pipelineDropReasonDROP_ROUTE:               "drop route",
	pipelineDropReasonDROP_NO_ADJACENCY:        "no adjacency",
	pipelineDropReasonDROP_TTL:                 "ttl",
	pipelineDropReasonDROP_MTU:                 "mtu",
	pipelineDropReasonDROP_NO_HOSTIF:           "no host interface",
	pipelineDropReasonDROP_NO_ROOM:             "no headroom",
	pipelineDropReasonDROP_LAG_INGRESS:         "lag member does not collect",
	pipelineDropReasonDROP_LAG_EGRESS:          "no lag member distributes",
	pipelineDropReasonDROP_FDB_FULL:            "fdb full",
	pipelineDropReasonDROP_FDB_EVENT:           "fdb event",
}

// String writes a MAC as "aa:bb:cc:dd:ee:ff".
func (m MAC) String() string {
	var b strings.Builder
	for i, x := range m {
		if i > 0 {
			b.WriteByte(':')
		}
		fmt.Fprintf(&b, "%02x", x)
	}
	return b.String()
}
