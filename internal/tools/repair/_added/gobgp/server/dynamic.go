package server

import (
	"maps"
	"net"
	"time"

	"github.com/osrg/gobgp/v3/pkg/log"
	"github.com/osrg/gobgp/v3/pkg/packet/bgp"
)

// dynamicLimit bounds how many neighbours out of prefixes have sessions at a time. The server's goroutine alone uses it.
type dynamicLimit struct {
	most  int                  // 0: as many as come
	taken map[string]time.Time // when connections were taken, of neighbours whose state may not tell yet
}

// takenFor is how long a connection counts by itself.
const takenFor = 10 * time.Second

// LimitDynamic sets the limit. Neighbours that are there stay.
func (s *BgpServer) LimitDynamic(most int) error {
	return s.mgmtOperation(func() error {
		s.dynamicLimit = dynamicLimit{most: most, taken: make(map[string]time.Time)}
		return nil
	}, true)
}

// crowded says whether a connection is of one neighbour too many, and closes it then.
func (s *BgpServer) crowded(conn *net.TCPConn, addr string) bool {
	l := &s.dynamicLimit
	known := s.neighborMap[addr]
	if l.most == 0 || known != nil && (!known.isDynamicNeighbor() || s.busy(addr, known)) || known == nil && s.matchLongestDynamicNeighborPrefix(addr) == nil {
		return false
	}
	n := 0
	for a, p := range s.neighborMap {
		if p.isDynamicNeighbor() && s.busy(a, p) {
			n++
		}
	}
	if n < l.most {
		maps.DeleteFunc(l.taken, func(_ string, t time.Time) bool { return time.Since(t) >= takenFor })
		l.taken[addr] = time.Now()
		return false
	}
	s.logger.Warn("Closed a connection: as many neighbors out of prefixes as there may be", log.Fields{"Topic": "Peer", "Key": addr, "Limit": l.most})
	conn.Close()
	return true
}

// busy says whether a neighbour has a session, is about to have one, or is waited for because it restarts.
func (s *BgpServer) busy(addr string, p *peer) bool {
	if t, ok := s.dynamicLimit.taken[addr]; ok && time.Since(t) < takenFor {
		return true
	}
	p.fsm.lock.RLock()
	defer p.fsm.lock.RUnlock()
	return p.fsm.state > bgp.BGP_FSM_ACTIVE || p.fsm.pConf.GracefulRestart.State.PeerRestarting
}
