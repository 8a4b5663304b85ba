package dataplane

import (
	"fmt"
	"math/bits"
)

// Units of struct meter in bpf/defs.h, and bounds that keep its arithmetic within
// 64 bits.
const (
	meterSecond  = 64_000_000_000 // units of time
	meterByte    = 1 << 16        // parts of a unit
	meterClosed  = ^uint64(0)
	meterSlowest = 100       // bytes per second
	meterBurst   = 1 << 31   // bytes
	meterRoom    = 1<<62 - 1 // units, longer than any uptime
)

// row is a meter of bytes.
func (m Meter) row() pipelineMeter { return m.notBelow(meterSlowest) }

// notBelow is a meter of whatever is counted, at least slowest a second unless
// nothing may pass.
func (m Meter) notBelow(slowest uint64) (r pipelineMeter) {
	switch {
	case !m.On:
		return r
	case m.Rate == 0:
		return pipelineMeter{Byte: meterClosed}
	}
	rate := max(m.Rate, slowest)
	high, low := bits.Mul64(meterSecond, meterByte)
	r.Byte, _ = bits.Div64(high, low, rate)
	r.Byte = max(r.Byte, 1)
	high, low = bits.Mul64(min(m.Burst, meterBurst), meterSecond)
	if high >= rate {
		r.Room = meterRoom
		return r
	}
	r.Room, _ = bits.Div64(high, low, rate)
	r.Room = min(r.Room, meterRoom)
	return r
}

// putStorm writes a port's meters. Those that stay keep their clocks.
func (p *Plane) putStorm(id PortID, limits [StormKinds]Meter) error {
	var row pipelineStorm
	if err := p.t.Storms.Lookup(uint32(id), &row); err != nil {
		return fmt.Errorf("read storm control: %w", err)
	}
	changed := false
	for i, m := range limits {
		now := m.row()
		if old := &row.Meter[i]; old.Byte != now.Byte || old.Room != now.Room {
			old.Clock, old.Byte, old.Room, changed = 0, now.Byte, now.Room, true
		}
	}
	delete(p.metered, id)
	if limits != [StormKinds]Meter{} {
		p.metered[id] = true
	}
	if changed {
		if err := p.t.Storms.Put(uint32(id), row); err != nil {
			return fmt.Errorf("write storm control: %w", err)
		}
	}
	return p.countMeters()
}

// countMeters tells the pipeline whether to look for meters at all.
func (p *Plane) countMeters() error {
	var some uint32
	if len(p.metered) > 0 {
		some = 1
	}
	if p.settings.Storm == some {
		return nil
	}
	p.settings.Storm = some
	return p.putSettings()
}

// adoptStorms finds the ports that an earlier run gave meters.
func (p *Plane) adoptStorms() error {
	return scanArray(p.t.Storms, func(i uint32, v pipelineStorm) {
		for _, m := range v.Meter {
			if m.Byte != 0 {
				p.metered[PortID(i)] = true
			}
		}
	})
}
