package dataplane

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
)

// MaxStreams is how many streams there can be at once that some port listens to.
const MaxStreams = 4095

// Numbers in the place of a stream's slot; see bpf/defs.h.
const (
	slotFlood = 0
	slotDrop  = 0xffff
)

// Snooping says how multicast of a VLAN is looked up: by sender and group, by group
// alone, or by both, in that order. The zero Snooping floods all. Groups of link
// scope (224.0.0.0/24, ff02::/16 and below) are always flooded.
type Snooping struct{ Groups, Sources bool }

// Stream is multicast from one sender, or from all without a Source, to a group.
// Without a group (0.0.0.0, ::) it is that of the family which no other stream
// names; as long as there is no such stream that is flooded.
type Stream struct{ Group, Source netip.Addr }

// The streams without a group.
var (
	unknown4 = netip.IPv4Unspecified()
	unknown6 = netip.IPv6Unspecified()
)

type streamKey struct {
	vid    uint16
	stream Stream
}

// streamRow is a stream as it is now.
type streamRow struct {
	slot  uint16
	ports []PortID
}

func (s Stream) check() error {
	switch {
	case s.Group == unknown4 || s.Group == unknown6:
		if !s.Source.IsValid() {
			return nil
		}
	case s.Group.IsMulticast() && s.Group.Zone() == "" && !s.Source.IsValid():
		return nil
	case s.Group.IsMulticast() && s.Group.Zone() == "" && s.Source.BitLen() == s.Group.BitLen() && s.Source.Zone() == "" && !s.Source.IsUnspecified():
		return nil
	}
	return fmt.Errorf("%w: no stream", ErrInvalid)
}

// isUnknown tells the streams that stand for all which no other names.
func (s Stream) isUnknown() bool { return !s.Group.IsMulticast() }

// setUnknown says where the stream of all unknown groups of a family goes.
func (row *pipelineVlan) setUnknown(s Stream, slot uint16) {
	if s.Group.Is4() {
		row.Unknown4 = slot
	} else {
		row.Unknown6 = slot
	}
}

// key is a stream's in the pipeline's table.
func (s Stream) key(vid uint16) pipelineStreamKey {
	k := pipelineStreamKey{Vlan: vid, Family: 4, Group: words(s.Group)}
	if s.Group.Is6() {
		k.Family = 6
	}
	if s.Source.IsValid() {
		k.Source = words(s.Source)
	}
	return k
}

// SetStream says which ports of a VLAN a stream goes to: those of them that are
// members and forward, but the one that it comes in by. Without ports it is
// dropped.
func (p *Plane) SetStream(vid uint16, s Stream, ports []PortID) error {
	err := s.check()
	if err == nil {
		err = p.do(func() error { return p.setStream(vid, s, ports) })
	}
	if err != nil {
		return fmt.Errorf("set stream %v to %v of vlan %d: %w", s.Source, s.Group, vid, err)
	}
	return nil
}

func (p *Plane) setStream(vid uint16, s Stream, ports []PortID) error {
	v := p.vlans[vid]
	if v == nil {
		return ErrNotFound
	}
	old := v.streams[s]
	fresh := &streamRow{slot: slotDrop, ports: slices.Clone(ports)}
	switch {
	case len(ports) == 0:
	case old != nil && old.slot != slotDrop:
		fresh.slot = old.slot
	default:
		var err error
		if fresh.slot, err = p.takeSlot(); err != nil {
			return err
		}
	}
	if err := p.putStream(vid, v, s, fresh); err != nil {
		if old == nil || old.slot != fresh.slot {
			err = errors.Join(err, p.releaseSlot(fresh.slot))
		}
		return err
	}
	if p.stale != nil {
		delete(p.stale.streams, streamKey{vid, s})
	}
	if old != nil && old.slot != fresh.slot {
		return p.releaseSlot(old.slot)
	}
	return nil
}

// putStream writes where a stream goes before that it does.
func (p *Plane) putStream(vid uint16, v *vlanRow, s Stream, r *streamRow) error {
	row := p.vlanRowOf(vid, v)
	if err := p.fillStream(row, r); err != nil {
		return err
	}
	if s.isUnknown() {
		row.setUnknown(s, r.slot)
		if err := p.t.Vlans.Put(uint32(vid), row); err != nil {
			return fmt.Errorf("write vlan: %w", err)
		}
	} else if err := p.t.Streams.Put(s.key(vid), uint32(r.slot)); err != nil {
		return fmt.Errorf("write stream: %w", err)
	}
	v.streams[s] = r
	return nil
}

// fillStream writes the ports of a stream's slot.
func (p *Plane) fillStream(row pipelineVlan, r *streamRow) error {
	if r.slot == slotDrop {
		return nil
	}
	set := pipelineStreamRow{}
	rows := make(map[uint32]devmapValue, len(r.ports))
	for _, id := range r.ports {
		set.Port[id/64] |= 1 << (id % 64)
		if v, ok := p.floodRow(row, id, p.deviceOut(id, int(r.slot))); ok {
			rows[uint32(id)] = v
		}
	}
	if err := p.t.StreamPorts.Put(uint32(r.slot), set); err != nil {
		return fmt.Errorf("write ports of stream: %w", err)
	}
	return p.fillSlot(r.slot, rows)
}

// fillStreams follows a change of a VLAN's members.
func (p *Plane) fillStreams(v *vlanRow, row pipelineVlan) error {
	var err error
	for _, r := range v.streams {
		err = errors.Join(err, p.fillStream(row, r))
	}
	return err
}

// DeleteStream makes a stream one that nobody is known to listen to.
func (p *Plane) DeleteStream(vid uint16, s Stream) error {
	if err := p.do(func() error { return p.deleteStream(vid, s) }); err != nil {
		return fmt.Errorf("delete stream %v to %v of vlan %d: %w", s.Source, s.Group, vid, err)
	}
	return nil
}

func (p *Plane) deleteStream(vid uint16, s Stream) error {
	v := p.vlans[vid]
	if v == nil || v.streams[s] == nil {
		return ErrNotFound
	}
	r := v.streams[s]
	delete(v.streams, s)
	if p.stale != nil {
		delete(p.stale.streams, streamKey{vid, s})
	}
	var err error
	if s.isUnknown() {
		err = p.t.Vlans.Put(uint32(vid), p.vlanRowOf(vid, v))
	} else {
		err = ignoreMissing(p.t.Streams.Delete(s.key(vid)))
	}
	return errors.Join(err, p.releaseSlot(r.slot))
}

// deleteStreams removes the streams of a VLAN that goes.
func (p *Plane) deleteStreams(vid uint16, v *vlanRow) error {
	var err error
	for s, r := range v.streams {
		if !s.isUnknown() {
			err = errors.Join(err, ignoreMissing(p.t.Streams.Delete(s.key(vid))))
		}
		err = errors.Join(err, p.releaseSlot(r.slot))
	}
	clear(v.streams)
	return err
}

// words are the bytes of an address as they stand in a packet.
func words(a netip.Addr) (w [4]uint32) {
	for i, b := range a.AsSlice() {
		w[i/4] |= uint32(b) << (i % 4 * 8)
	}
	return w
}
