package planetest

import (
	"fmt"
	"slices"

	"github.com/heddle-nos/heddle/hal/softasic/dataplane"
)

// DeleteVLAN refuses while streams are stated in the VLAN.
func (p *Plane) DeleteVLAN(vid uint16) error {
	return p.do("delete vlan", func(s *state) error {
		if _, ok := s.vlans[vid]; !ok {
			return fmt.Errorf("delete vlan %d: %w", vid, dataplane.ErrNotFound)
		}
		for k := range s.streams {
			if k.vid == vid {
				return fmt.Errorf("delete vlan %d: stream %v is in it", vid, k.Stream)
			}
		}
		delete(s.vlans, vid)
		return nil
	})
}

// SetStream refuses VLANs that are not there.
func (p *Plane) SetStream(vid uint16, stream dataplane.Stream, ports []dataplane.PortID) error {
	return p.do("set stream", func(s *state) error {
		if _, ok := s.vlans[vid]; !ok {
			return fmt.Errorf("set stream %v in vlan %d: %w", stream, vid, dataplane.ErrNotFound)
		}
		s.streams[streamKey{vid, stream}] = slices.Clone(ports)
		return nil
	})
}

// DeleteStream forgets a stream.
func (p *Plane) DeleteStream(vid uint16, stream dataplane.Stream) error {
	return drop(p, "delete stream", func(s *state) map[streamKey][]dataplane.PortID { return s.streams }, streamKey{vid, stream})
}

// Stream returns the ports of a stream, and whether it is stated.
func (p *Plane) Stream(vid uint16, stream dataplane.Stream) ([]dataplane.PortID, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	ports, ok := p.state.streams[streamKey{vid, stream}]
	return ports, ok
}

// VLAN returns a VLAN's state.
func (p *Plane) VLAN(vid uint16) dataplane.VLAN {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.vlans[vid]
}
