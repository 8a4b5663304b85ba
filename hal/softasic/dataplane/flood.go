package dataplane

import (
	"errors"
	"fmt"

	"github.com/cilium/ebpf"
)

// floodTable is the device map of a VLAN, or of a stream in it, and what is in it.
type floodTable struct {
	m    *ebpf.Map
	rows map[uint32]devmapValue // by PortID; 0 is the CPU
	size int
}

// floodRows lists where a VLAN floods to: its forwarding members, and the CPU.
func (p *Plane) floodRows(r *vlanRow, row pipelineVlan) map[uint32]devmapValue {
	rows := make(map[uint32]devmapValue, len(r.members)+1)
	for id := range r.members {
		if v, ok := p.floodRow(row, id, p.floodDevice(id)); ok {
			rows[uint32(id)] = v
		}
	}
	if row.Cpu != 0 {
		rows[0] = devmapValue{row.Cpu, int32(p.t.EgressCpu.FD())}
	}
	return rows
}

// floodRow is how a member gets its copy on a device; not if it does not forward.
func (p *Plane) floodRow(row pipelineVlan, id PortID, device uint32) (devmapValue, bool) {
	word, shift := id/64, id%64
	return devmapValue{device, int32(p.t.EgressPort.FD())}, device != 0 && row.Forward[word]>>shift&1 != 0
}

// putFlood brings a VLAN's flood table to its members.
func (p *Plane) putFlood(vid uint16, r *vlanRow, row pipelineVlan) error {
	t, err := r.flood.refit(p.floodRows(r, row), 1, p.t.Flood, uint32(vid))
	r.flood = t
	return err
}

// refit brings a flood table to its rows: in place while they fit, else by a new
// table, with room for least rows, that takes its place in a map of tables at once.
// It gives the table that is there in the end.
func (t *floodTable) refit(rows map[uint32]devmapValue, least int, in *ebpf.Map, at uint32) (*floodTable, error) {
	if t != nil && len(rows) <= t.size && (t.size <= least || len(rows)*4 > t.size) {
		return t, t.change(rows)
	}
	size := least
	for size < len(rows) {
		size *= 2
	}
	fresh, err := newFloodTable(size)
	if err != nil {
		return t, err
	}
	if err := fresh.change(rows); err != nil {
		return t, errors.Join(err, fresh.m.Close())
	}
	if err := in.Put(at, fresh.m); err != nil {
		return t, errors.Join(fmt.Errorf("set flood table: %w", err), fresh.m.Close())
	}
	t.close()
	return fresh, nil
}

func newFloodTable(size int) (*floodTable, error) {
	m, err := ebpf.NewMap(&ebpf.MapSpec{Type: ebpf.DevMapHash, KeySize: 4, ValueSize: 8, MaxEntries: uint32(size)})
	if err != nil {
		return nil, fmt.Errorf("make flood table: %w", err)
	}
	return &floodTable{m: m, rows: map[uint32]devmapValue{}, size: size}, nil
}

func (t *floodTable) close() {
	if t != nil {
		_ = t.m.Close()
	}
}

// change brings the rows of a table to those given.
func (t *floodTable) change(rows map[uint32]devmapValue) error {
	for k := range t.rows {
		if _, stays := rows[k]; !stays {
			// The kernel has removed it already if its device went.
			if err := ignoreMissing(t.m.Delete(k)); err != nil {
				return fmt.Errorf("delete flood member %d: %w", k, err)
			}
			delete(t.rows, k)
		}
	}
	for k, v := range rows {
		if t.rows[k] == v {
			continue
		}
		if err := t.m.Put(k, v); err != nil {
			return fmt.Errorf("set flood member %d: %w", k, err)
		}
		t.rows[k] = v
	}
	return nil
}

// refloodPort writes the VLANs of a port whose device changed.
func (p *Plane) refloodPort(id PortID) error {
	var err error
	for vid, v := range p.vlans {
		if _, member := v.members[id]; member {
			err = errors.Join(err, p.putVLAN(vid, v))
		}
	}
	return err
}
