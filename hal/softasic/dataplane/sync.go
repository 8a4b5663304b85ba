package dataplane

import (
	"errors"
	"fmt"
)

// stale is what was there when a sync began and has not been set again. A nil
// stale means that no sync is on.
type stale struct {
	ports   map[PortID]bool
	lags    map[PortID]bool
	inLAG   map[PortID]bool // ports that are members
	vlans   map[uint16]bool
	members map[memberKey]bool
	hostifs map[HostifID]bool
	rifs    map[RIFID]bool
	adjs    map[AdjID]bool
	groups  map[GroupID]bool
	fdb     map[fdbKey]bool
	stp     map[stpKey]bool
	traps   map[TrapKind]bool
	hashes  map[HashKind]bool
	limits  map[LimitID]bool
	streams map[streamKey]bool
}

type memberKey struct {
	vid  uint16
	port PortID
}

func names[K comparable, V any](rows map[K]V) map[K]bool {
	s := make(map[K]bool, len(rows))
	for k := range rows {
		s[k] = true
	}
	return s
}

// BeginSync starts a statement of everything wanted. What is set until EndSync
// takes effect at once, except IPv4 routes and new flood members, which take
// effect at EndSync.
func (p *Plane) BeginSync() error {
	return p.do(func() error {
		if p.stale != nil {
			return fmt.Errorf("begin sync: %w: one is on", ErrInvalid)
		}
		s := &stale{
			ports: names(p.ports), lags: names(p.lags), inLAG: map[PortID]bool{}, vlans: names(p.vlans), hostifs: names(p.hostifs),
			rifs: names(p.rifs), adjs: names(p.adjs), groups: names(p.groups), fdb: p.staticKeys(), members: map[memberKey]bool{},
			streams: map[streamKey]bool{}, stp: names(p.stp), traps: map[TrapKind]bool{}, limits: names(p.limits), hashes: map[HashKind]bool{HashGroups: true, HashLAGs: true},
		}
		for k := range trapCount {
			s.traps[k] = true
		}
		for id, r := range p.ports {
			if r.member.LAG != 0 {
				s.inLAG[id] = true
			}
		}
		for vid, v := range p.vlans {
			for port := range v.members {
				s.members[memberKey{vid, port}] = true
			}
			for stream := range v.streams {
				s.streams[streamKey{vid, stream}] = true
			}
		}
		p.stale = s
		p.fib4.begin()
		p.fib4vrf.begin()
		p.fib6.begin()
		return nil
	})
}

// EndSync removes what was there at BeginSync and has not been set since.
func (p *Plane) EndSync() error {
	return p.do(func() error {
		if p.stale == nil {
			return fmt.Errorf("end sync: %w: none is on", ErrInvalid)
		}
		s := p.stale
		p.stale = nil
		if err := p.endSync(s); err != nil {
			return fmt.Errorf("end sync: %w", err)
		}
		return nil
	})
}

// endSync removes the users of a thing before the thing.
func (p *Plane) endSync(s *stale) error {
	err := errors.Join(p.fib4.end(), p.fib4vrf.end(), p.fib6.end())
	for k := range s.traps {
		p.settings.Trap[k], p.settings.TrapLimit[k] = uint8(TrapForward), 0
	}
	for k := range s.stp {
		delete(p.stp, k) // the VLANs are written below
	}
	each(s.hashes, &err, func(k HashKind) error { return p.putHash(k, DefaultHash(k).plain()) })
	err = errors.Join(err, p.putSettings())
	each(s.limits, &err, p.deleteLimit)
	each(s.groups, &err, p.deleteGroup)
	each(s.adjs, &err, p.deleteAdj)
	each(s.fdb, &err, p.deleteFDB)
	each(s.members, &err, func(k memberKey) error { return p.deleteMember(k.vid, k.port) })
	each(s.streams, &err, func(k streamKey) error { return p.deleteStream(k.vid, k.stream) })
	each(s.vlans, &err, p.deleteVLAN)
	each(s.rifs, &err, p.deleteRIF)
	each(s.inLAG, &err, p.deleteLAGMember)
	each(s.lags, &err, p.deleteLAG)
	each(s.ports, &err, p.deletePort)
	each(s.hostifs, &err, p.deleteHostif)
	for vid, v := range p.vlans {
		err = errors.Join(err, p.putVLAN(vid, v))
	}
	return err
}

// each deletes the stale things of one kind. One that went with another is gone
// already.
func each[K comparable](set map[K]bool, err *error, remove func(K) error) {
	for k := range set {
		if e := remove(k); e != nil && !errors.Is(e, ErrNotFound) {
			*err = errors.Join(*err, e)
		}
	}
}
