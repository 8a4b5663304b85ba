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

// TrapCounters reads how much of a kind of packet went to the CPU.
func (p *Plane) TrapCounters(k TrapKind) (FlowCounters, error) {
	var rows []pipelineFlowCounters
	if err := p.readCounters(p.t.TrapStats, uint32(k), uint32(trapCount)-1, &rows); err != nil {
		return FlowCounters{}, fmt.Errorf("counters of trap %d: %w", k, err)
	}
	return sumFlows(rows), nil
}

// RouteCounters reads how much went by the route of a counter.
func (p *Plane) RouteCounters(id RouteCounterID) (FlowCounters, error) {
	var rows []pipelineFlowCounters
	if err := p.readCounters(p.t.RouteStats, uint32(id), MaxRouteCounter, &rows); err != nil {
		return FlowCounters{}, fmt.Errorf("counter %d of routes: %w", id, err)
	}
	return sumFlows(rows), nil
}

// ClearRouteCounters sets a counter of routes to zero.
func (p *Plane) ClearRouteCounters(id RouteCounterID) error {
	if id == 0 || id > MaxRouteCounter {
		return fmt.Errorf("clear counter %d of routes: %w", id, ErrInvalid)
	}
	return p.clear(p.t.RouteStats, uint32(id), make([]pipelineFlowCounters, ebpf.MustPossibleCPU()))
}

func sumFlows(rows []pipelineFlowCounters) (sum FlowCounters) {
	for _, r := range rows {
		sum.Packets += r.Packets
		sum.Bytes += r.Bytes
	}
	return sum
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
