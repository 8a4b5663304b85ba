package asicd

import (
	"errors"
	"sync"
)

// maxSessions bounds the sessions that are remembered; the one unused for the
// longest time goes first.
const maxSessions = 64

type sessionID [16]byte

// session remembers the last request of a client process, which it repeats if
// the connection broke before the reply came.
type session struct {
	id    sessionID
	seq   uint64
	reply []byte // whole frame
	used  uint64 // of sessions.clock
}

var errOldRequest = errors.New("request is older than one already answered")

// sessions are all clients known. It is safe for concurrent use; the requests of
// one session come one after the other.
type sessions struct {
	mu    sync.Mutex
	byID  map[sessionID]*session
	clock uint64
}

func newSessions() *sessions { return &sessions{byID: map[sessionID]*session{}} }

func (s *sessions) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.byID)
}

// last returns the number of the last request answered.
func (s *sessions) last(id sessionID) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one := s.byID[id]; one != nil {
		return one.seq
	}
	return 0
}

// replay returns the reply to a request that was answered before, nil if it is
// new.
func (s *sessions) replay(id sessionID, seq uint64) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.byID[id]
	switch {
	case one == nil || seq > one.seq:
		return nil, nil
	case seq < one.seq:
		return nil, errOldRequest
	}
	return one.reply, nil
}

// answered remembers a reply. It keeps the slice.
func (s *sessions) answered(id sessionID, seq uint64, reply []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.byID[id]
	if one == nil {
		if len(s.byID) >= maxSessions {
			s.evict()
		}
		one = &session{id: id}
		s.byID[id] = one
	}
	s.clock++
	one.seq, one.reply, one.used = seq, reply, s.clock
}

func (s *sessions) evict() {
	var oldest *session
	for _, one := range s.byID {
		if oldest == nil || one.used < oldest.used {
			oldest = one
		}
	}
	delete(s.byID, oldest.id)
}

// each calls f for every session, in the order of their last use.
func (s *sessions) each(f func(session)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.byID {
		f(*one)
	}
}
