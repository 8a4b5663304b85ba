package speaker

import (
	"context"
	"fmt"

	api "github.com/osrg/gobgp/v3/api"
)

// watch has moved signalled whenever a session changes its state.
func (in *instance) watch(moved chan<- struct{}) error {
	ctx, cancel := context.WithCancel(context.Background())
	in.unwatch = cancel
	err := in.server.WatchEvent(ctx, &api.WatchEventRequest{Peer: &api.WatchEventRequest_Peer{}}, func(r *api.WatchEventResponse) {
		if p := r.GetPeer(); p != nil && p.Type == api.WatchEventResponse_PeerEvent_STATE {
			in.attempts.note(withoutZone(p.Peer.State.NeighborAddress), p.Peer.State.SessionState)
			in.log.Info("session", "peer", p.Peer.State.NeighborAddress, "state", stateNames[p.Peer.State.SessionState])
		}
		select {
		case moved <- struct{}{}:
		default:
		}
	})
	if err != nil {
		return fmt.Errorf("watch sessions: %w", err)
	}
	return nil
}

// states lists the states of all peers.
func (s *Speaker) states(ctx context.Context) map[PeerName]string {
	out := make(map[PeerName]string)
	for vrf, v := range *s.shown.Load() {
		for key := range v.want.Peers {
			out[PeerName{vrf, key}] = stateNames[api.PeerState_IDLE]
		}
		err := v.server.ListPeer(ctx, &api.ListPeerRequest{}, func(p *api.Peer) {
			key, configured := v.keys[p.State.NeighborAddress]
			if !configured {
				key = p.State.NeighborAddress
			}
			out[PeerName{vrf, key}] = stateNames[p.State.SessionState]
		})
		if err != nil {
			s.cfg.Log.Error("list sessions", "vrf", vrfName(vrf), "err", err)
		}
	}
	return out
}
