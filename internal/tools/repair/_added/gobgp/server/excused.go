package server

import "github.com/osrg/gobgp/v3/pkg/packet/bgp"

// excused says whether a neighbour has restarted itself: its End-of-RIB is not waited for before it is told of routes.
func (peer *peer) excused() bool {
	const restarted = 0x8 // the Restart State bit (RFC 4724 section 3)
	peer.fsm.lock.RLock()
	defer peer.fsm.lock.RUnlock()
	caps := peer.fsm.capMap[bgp.BGP_CAP_GRACEFUL_RESTART]
	if peer.fsm.state != bgp.BGP_FSM_ESTABLISHED || len(caps) == 0 {
		return false
	}
	graceful, ok := caps[len(caps)-1].(*bgp.CapGracefulRestart)
	return ok && graceful.Flags&restarted != 0
}
