package server

import (
	"time"

	"github.com/osrg/gobgp/v3/pkg/log"
	"github.com/osrg/gobgp/v3/pkg/packet/bgp"
)

// staleLimit bounds how long routes from before a restart are kept. The server's goroutine alone uses it.
type staleLimit struct{ kept time.Duration } // after the session is back; 0: until End-of-RIB

// LimitStale sets the limit, for sessions that come up from now on.
func (s *BgpServer) LimitStale(kept time.Duration) error {
	return s.mgmtOperation(func() error {
		s.kept = kept
		return nil
	}, true)
}

// limitStale has what a neighbour that restarted does not tell again dropped when it is time, though it says no End-of-RIB.
func (s *BgpServer) limitStale(peer *peer) {
	up, awaited := peer.awaited()
	if s.kept == 0 || !awaited {
		return
	}
	time.AfterFunc(s.kept, func() {
		_ = s.mgmtOperation(func() error {
			if now, awaited := peer.awaited(); !awaited || now != up {
				return nil
			}
			s.logger.Warn("Routes of before the restart are dropped: no End-of-RIB in time", log.Fields{"Topic": "Peer", "Key": peer.ID()})
			peer.stopPeerRestarting()
			s.propagateUpdate(peer, peer.adjRibIn.DropStale(peer.configuredRFlist()))
			return nil
		}, false)
	})
}

// awaited says which session of a neighbour is up, and whether its End-of-RIB is waited for.
func (p *peer) awaited() (session uint32, awaited bool) {
	p.fsm.lock.RLock()
	defer p.fsm.lock.RUnlock()
	return p.fsm.pConf.State.EstablishedCount, p.fsm.state == bgp.BGP_FSM_ESTABLISHED && p.fsm.pConf.GracefulRestart.State.PeerRestarting
}
