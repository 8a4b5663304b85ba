package dataplane

import (
	"errors"
	"fmt"
	"net/netip"
)

// adoptUnknown finds the streams of unknown groups that an earlier run left.
func (p *Plane) adoptUnknown(r *vlanRow, v pipelineVlan) error {
	return errors.Join(p.adoptStream(r, Stream{Group: unknown4}, v.Unknown4), p.adoptStream(r, Stream{Group: unknown6}, v.Unknown6))
}

// adoptStreams finds the streams that an earlier run left.
func (p *Plane) adoptStreams() error {
	var k pipelineStreamKey
	var slot uint32
	var lost []pipelineStreamKey
	var err error
	all := p.t.Streams.Iterate()
	for all.Next(&k, &slot) {
		if v := p.vlans[k.Vlan]; v != nil {
			err = errors.Join(err, p.adoptStream(v, streamOf(k), uint16(slot)))
		} else {
			lost = append(lost, k)
		}
	}
	for _, k := range lost {
		err = errors.Join(err, ignoreMissing(p.t.Streams.Delete(k)))
	}
	return errors.Join(err, all.Err())
}

func (p *Plane) adoptStream(v *vlanRow, s Stream, slot uint16) error {
	if slot == slotFlood {
		return nil
	}
	r := &streamRow{slot: slot}
	v.streams[s] = r
	if slot == slotDrop {
		return nil
	}
	p.slots.claim(slot)
	var set pipelineStreamRow
	if err := p.t.StreamPorts.Lookup(uint32(slot), &set); err != nil {
		return fmt.Errorf("read ports of stream: %w", err)
	}
	for id := PortID(1); id <= LastLAG; id++ {
		if set.Port[id/64]>>(id%64)&1 != 0 {
			r.ports = append(r.ports, id)
		}
	}
	return nil
}

// streamOf tells which stream a key is of.
func streamOf(k pipelineStreamKey) Stream {
	s := Stream{Group: address(k.Family, k.Group)}
	if k.Source != [4]uint32{} {
		s.Source = address(k.Family, k.Source)
	}
	return s
}

func address(family uint16, w [4]uint32) netip.Addr {
	var b [16]byte
	for i := range b {
		b[i] = byte(w[i/4] >> (i % 4 * 8))
	}
	if family == 4 {
		return netip.AddrFrom4([4]byte(b[:4]))
	}
	return netip.AddrFrom16(b)
}
