package dataplane

import "fmt"

// SetLimit makes a limit or changes it. One that stays the same keeps its clock.
func (p *Plane) SetLimit(id LimitID, l Limit) error {
	if id == 0 || id > MaxLimit {
		return fmt.Errorf("set limit %d: %w", id, ErrInvalid)
	}
	return p.do(func() error {
		if p.stale != nil {
			delete(p.stale.limits, id)
		}
		old, known := p.limits[id]
		if old.told && old.Limit == l {
			return nil
		}
		if err := p.putLimit(id, l, known); err != nil {
			return err
		}
		p.limits[id] = limitRow{l, true}
		return nil
	})
}

// limitRow is a limit that the pipeline has. What it is was told, or nobody knows
// since it is of an earlier run.
type limitRow struct {
	Limit
	told bool
}

// putLimit writes a limit. If it was there before, its counters go on, and the
// clock of a rate that stays.
func (p *Plane) putLimit(id LimitID, l Limit, known bool) error {
	var row pipelineLimit
	if known {
		if err := p.t.Limits.Lookup(uint32(id), &row); err != nil {
			return fmt.Errorf("read limit %d: %w", id, err)
		}
	}
	meter := l.row()
	if row.Packets = 0; l.Packets {
		meter, row.Packets = l.notBelow(1), 1
	}
	if meter.Byte == row.Meter.Byte && meter.Room == row.Meter.Room {
		meter.Clock = row.Meter.Clock
	}
	row.Meter = meter
	if err := p.t.Limits.Put(uint32(id), row); err != nil {
		return fmt.Errorf("write limit %d: %w", id, err)
	}
	return nil
}

// DeleteLimit removes a limit that no kind of packet has.
func (p *Plane) DeleteLimit(id LimitID) error {
	return p.do(func() error { return p.deleteLimit(id) })
}

func (p *Plane) deleteLimit(id LimitID) error {
	if _, ok := p.limits[id]; !ok {
		return fmt.Errorf("delete limit %d: %w", id, ErrNotFound)
	}
	if err := p.t.Limits.Put(uint32(id), pipelineLimit{}); err != nil {
		return fmt.Errorf("delete limit %d: %w", id, err)
	}
	delete(p.limits, id)
	return nil
}

// LimitCounters reads what met a limit.
func (p *Plane) LimitCounters(id LimitID) (c LimitCounters, err error) {
	err = p.do(func() error {
		if _, ok := p.limits[id]; !ok {
			return fmt.Errorf("counters of limit %d: %w", id, ErrNotFound)
		}
		var row pipelineLimit
		if err := p.t.Limits.Lookup(uint32(id), &row); err != nil {
			return fmt.Errorf("counters of limit %d: %w", id, err)
		}
		c = LimitCounters{Passed: row.Passed[0], PassedBytes: row.Passed[1], Dropped: row.Dropped[0], DroppedBytes: row.Dropped[1]}
		return nil
	})
	return c, err
}

// adoptLimits finds the limits of an earlier run.
func (p *Plane) adoptLimits() error {
	return scanArray(p.t.Limits, func(i uint32, v pipelineLimit) {
		if v != (pipelineLimit{}) {
			p.limits[LimitID(i)] = limitRow{}
		}
	})
}
