package planetest

import (
	"fmt"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
)

// SetTrap refuses a limit that does not exist.
func (p *Plane) SetTrap(k dataplane.TrapKind, t dataplane.Trap) error {
	return p.do("set trap", func(s *state) error {
		if _, ok := s.limits[t.Limit]; t.Limit != 0 && !ok {
			return fmt.Errorf("set trap %d: limit %d: %w", k, t.Limit, dataplane.ErrNotFound)
		}
		if s.traps[k] = t; t == (dataplane.Trap{}) {
			delete(s.traps, k)
		}
		return nil
	})
}

func limits(s *state) map[dataplane.LimitID]dataplane.Limit { return s.limits }

// SetLimit refuses a limit without a number.
func (p *Plane) SetLimit(id dataplane.LimitID, l dataplane.Limit) error {
	if id == 0 || id > dataplane.MaxLimit {
		return fmt.Errorf("set limit %d: %w", id, dataplane.ErrInvalid)
	}
	return set(p, "set limit", limits, id, l)
}

// DeleteLimit refuses to remove a limit that some kind of packet has.
func (p *Plane) DeleteLimit(id dataplane.LimitID) error {
	return p.do("delete limit", func(s *state) error {
		for k, t := range s.traps {
			if t.Limit == id {
				return fmt.Errorf("delete limit %d: trap %d has it", id, k)
			}
		}
		if _, ok := s.limits[id]; !ok {
			return fmt.Errorf("delete limit %d: %w", id, dataplane.ErrNotFound)
		}
		delete(s.limits, id)
		return nil
	})
}

// Trap returns what happens to a kind of packet, with its limit.
func (p *Plane) Trap(k dataplane.TrapKind) (dataplane.Trap, dataplane.Limit) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.state.traps[k]
	return t, p.state.limits[t.Limit]
}

// LimitCounters are made up from the limit's number.
func (p *Plane) LimitCounters(id dataplane.LimitID) (dataplane.LimitCounters, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.state.limits[id]; !ok {
		return dataplane.LimitCounters{}, fmt.Errorf("counters of limit %d: %w", id, dataplane.ErrNotFound)
	}
	n := uint64(id)
	return dataplane.LimitCounters{Passed: n, PassedBytes: 64 * n, Dropped: 10 * n, DroppedBytes: 640 * n}, nil
}

// Trapped counts a packet that went to the CPU.
func (p *Plane) Trapped(k dataplane.TrapKind, bytes uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.trapped[k]
	p.trapped[k] = dataplane.FlowCounters{Packets: c.Packets + 1, Bytes: c.Bytes + bytes}
}

// TrapCounters tells what Trapped counted.
func (p *Plane) TrapCounters(k dataplane.TrapKind) (dataplane.FlowCounters, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.trapped[k], nil
}
