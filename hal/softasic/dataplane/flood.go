package dataplane

import (
	"errors"
	"fmt"

	"github.com/cilium/ebpf"
)

// floodTable is the device map of a VLAN and what is in it.
type floodTable struct {
	m    *ebpf.Map
	rows map[uint32]devmapValue // by PortID; 0 is the CPU
	size int
}

func (r *vlanRow) closeFlood() {
	if r.flood != nil {
		_ = r.flood.m.Close()
		r.flood = nil
	}
}

// floodRows lists where a VLAN floods to: its forwarding members, and the CPU.
func (p *Plane) floodRows(r *vlanRow, row pipelineVlan) map[uint32]devmapValue {
	rows := make(map[uint32]devmapValue, len(r.members)+1)
	for id := range r.members {
		device := p.floodDevice(id)
		if device == 0 || row.Forward[id/64]>>(id%64)&1 == 0 {
			continue
		}
		rows[uint32(id)] = devmapValue{device, int32(p.t.EgressPort.FD())}
	}
	if row.Cpu != 0 {
		rows[0] = devmapValue{row.Cpu, int32(p.t.EgressCpu.FD())}
	}
	return rows
}

// putFlood brings a VLAN's flood table to its members: in place while they fit,
// else by a new table that takes the old one's place at once.
func (p *Plane) putFlood(vid uint16, r *vlanRow, row pipelineVlan) error {
	rows := p.floodRows(r, row)
	if r.flood != nil && len(rows) <= r.flood.size && len(rows)*4 > r.flood.size {
		return r.flood.change(rows)
	}
	size := 1
	for size < len(rows) {
		size *= 2
	}
	m, err := ebpf.NewMap(&ebpf.MapSpec{Type: ebpf.DevMapHash, KeySize: 4, ValueSize: 8, MaxEntries: uint32(size)})
	if err != nil {
		return fmt.Errorf("make flood table: %w", err)
	}
	t := &floodTable{m: m, rows: map[uint32]devmapValue{}, size: size}
	if err := t.change(rows); err != nil {
		return errors.Join(err, m.Close())
	}
	if err := p.t.Flood.Put(uint32(vid), m); err != nil {
		return errors.Join(fmt.Errorf("set flood table: %w", err), m.Close())
	}
	r.closeFlood()
	r.flood = t
	return nil
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
