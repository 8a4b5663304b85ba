package dataplane

import (
	"errors"
	"fmt"
	"slices"

	"github.com/cilium/ebpf"
)

// Tables of slots. The kernel waits for all programs that run whenever a map of maps
// changes, some milliseconds: so tables are made in numbers, are of a size that most
// streams fit, and stay with their slot.
const (
	slotTableSize = 8
	slotsAtOnce   = 64
)

// streamSlots are the slots that have a table, from 1 on, and those of them that no
// stream has.
type streamSlots struct {
	tables []*floodTable // by slot, less one
	free   []uint16
}

func (s *streamSlots) claim(slot uint16) {
	s.free = slices.DeleteFunc(s.free, func(n uint16) bool { return n == slot })
}

// used counts the slots of streams.
func (s *streamSlots) used() int { return len(s.tables) - len(s.free) }

func (s *streamSlots) close() {
	for _, t := range s.tables {
		t.close()
	}
}

// takeSlot gives a slot to a stream.
func (p *Plane) takeSlot() (uint16, error) {
	s := &p.slots
	if len(s.free) == 0 {
		if err := p.makeSlots(min(slotsAtOnce, MaxStreams-len(s.tables))); err != nil {
			return 0, err
		}
	}
	if len(s.free) == 0 {
		return 0, ErrTableFull
	}
	slot := s.free[len(s.free)-1]
	s.free = s.free[:len(s.free)-1]
	return slot, nil
}

// releaseSlot takes a slot back that no table of the pipeline names now.
func (p *Plane) releaseSlot(slot uint16) error {
	if slot == slotDrop {
		return nil
	}
	p.slots.free = append(p.slots.free, slot)
	return p.fillSlot(slot, nil)
}

// fillSlot brings a slot's table to its rows.
func (p *Plane) fillSlot(slot uint16, rows map[uint32]devmapValue) error {
	at := &p.slots.tables[slot-1]
	t, err := (*at).refit(rows, slotTableSize, p.t.StreamMembers, uint32(slot))
	*at = t
	return err
}

// makeSlots makes empty tables for n more slots.
func (p *Plane) makeSlots(n int) error {
	s := &p.slots
	var tables []*floodTable
	var slots, fds []uint32
	for i := range n {
		t, err := newFloodTable(slotTableSize)
		if err != nil {
			(&streamSlots{tables: tables}).close()
			return err
		}
		tables = append(tables, t)
		slots, fds = append(slots, uint32(len(s.tables)+1+i)), append(fds, uint32(t.m.FD()))
	}
	if n == 0 {
		return nil
	}
	if _, err := p.t.StreamMembers.BatchUpdate(slots, fds, nil); err != nil {
		(&streamSlots{tables: tables}).close()
		return fmt.Errorf("set tables of streams: %w", err)
	}
	s.tables = append(s.tables, tables...)
	for _, slot := range slices.Backward(slots) {
		s.free = append(s.free, uint16(slot))
	}
	return nil
}

// adoptSlots finds the tables that an earlier run left. Their rows name that run's
// programs and are written anew when their streams are stated.
func (p *Plane) adoptSlots() error {
	for slot := uint32(1); slot <= MaxStreams; slot++ {
		var id uint32
		err := p.t.StreamMembers.Lookup(slot, &id)
		if errors.Is(err, ebpf.ErrKeyNotExist) {
			break
		}
		if err != nil {
			return fmt.Errorf("read tables of streams: %w", err)
		}
		t, err := adoptFloodTable(ebpf.MapID(id))
		if err != nil {
			return err
		}
		p.slots.tables = append(p.slots.tables, t)
		p.slots.free = append(p.slots.free, uint16(slot))
	}
	return nil
}

// adoptFloodTable opens a table of an earlier run.
func adoptFloodTable(id ebpf.MapID) (*floodTable, error) {
	m, err := ebpf.NewMapFromID(id)
	if err != nil {
		return nil, fmt.Errorf("open flood table: %w", err)
	}
	t := &floodTable{m: m, rows: map[uint32]devmapValue{}, size: int(m.MaxEntries())}
	var k uint32
	for err = m.NextKey(nil, &k); err == nil; err = m.NextKey(k, &k) {
		t.rows[k] = devmapValue{}
	}
	if !errors.Is(err, ebpf.ErrKeyNotExist) {
		return nil, errors.Join(fmt.Errorf("read flood table: %w", err), m.Close())
	}
	return t, nil
}
