package speaker

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"

	api "github.com/osrg/gobgp/v3/api"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/yang/schema"
)

// reconcilePeer adds a peer, or makes one that is there what is wanted: in place where GoBGP can, else with a new session.
func (in *instance) reconcilePeer(ctx context.Context, want *bgpconf.Peer) error {
	have := in.peers[want.Key]
	switch {
	case !want.Addr.IsValid() && have == nil: // nobody has been seen on its interface
		return nil
	case !want.Addr.IsValid():
		return in.remove(ctx, have)
	case have == nil:
		return in.add(ctx, want)
	case reflect.DeepEqual(have, want):
		return nil
	case !reflect.DeepEqual(negotiated(have), negotiated(want)):
		in.log.Info("new settings need a new session", "peer", want.Key)
		if err := in.remove(ctx, have); err != nil {
			return err
		}
		return in.add(ctx, want)
	}
	return in.change(ctx, have, want)
}

// negotiated is the part of a peer's settings that a session does not survive: what the peers told each other, the transport, and the
// treatment of paths that are already in.
func negotiated(p *bgpconf.Peer) bgpconf.Peer {
	n := *p
	n.Table, n.Row, n.Group, n.Description = "", "", "", ""
	n.Shutdown, n.Cut, n.Message, n.BFD, n.Watched = false, "", "", false, bgpconf.Watched{}
	n.AllowASIn, n.FirstAS = 0, false // are of the policy
	n.HoldTime, n.KeepAlive, n.ConnectRetry, n.MultihopTTL, n.MinTTL = 0, 0, 0, 0, 0
	n.Families = make(map[schema.BGPFamily]bgpconf.PeerFamily, len(p.Families))
	for name, f := range p.Families {
		n.Families[name] = bgpconf.PeerFamily{AddPathSend: f.AddPathSend, AddPathRecv: f.AddPathRecv}
	}
	return n
}

// adjustable is the part that GoBGP changes in place.
func adjustable(p *bgpconf.Peer) []any {
	list := []any{p.HoldTime, p.KeepAlive, p.ConnectRetry, p.MultihopTTL, p.MinTTL}
	for _, name := range slices.Sorted(maps.Keys(p.Families)) {
		f := p.Families[name]
		list = append(list, limitOf(f))
	}
	return list
}

func (in *instance) add(ctx context.Context, want *bgpconf.Peer) error {
	peer := apiPeer(want, in.vrf)
	peer.GracefulRestart.LocalRestarting = in.restarting && want.Graceful.Enabled && !want.Graceful.HelperOnly
	if err := in.server.AddPeer(ctx, &api.AddPeerRequest{Peer: peer}); err != nil {
		return fmt.Errorf("add: %w", err)
	}
	in.peers[want.Key], in.given[want.Key] = want, want
	return nil
}

// remove takes a peer out. GoBGP forgets to take the peer's TCP MD5 key from the listening sockets when it deletes a peer, but not when it
// changes one: so the key goes first.
func (in *instance) remove(ctx context.Context, have *bgpconf.Peer) error {
	if have.Password != "" {
		open := *have
		open.Password, open.Passive = "", true
		if _, err := in.server.UpdatePeer(ctx, &api.UpdatePeerRequest{Peer: apiPeer(&open, in.vrf)}); err != nil {
			return fmt.Errorf("take the password away: %w", err)
		}
	}
	if err := in.server.DeletePeer(ctx, &api.DeletePeerRequest{Address: address(have)}); err != nil {
		return fmt.Errorf("delete: %w", err)
	}
	delete(in.peers, have.Key)
	delete(in.given, have.Key)
	return nil
}

// change makes the changes that a session survives.
func (in *instance) change(ctx context.Context, have, want *bgpconf.Peer) error {
	if !reflect.DeepEqual(adjustable(have), adjustable(want)) {
		settled := *want
		// For GoBGP these are part of the session: it would reset it.
		given := in.given[want.Key]
		settled.Description, settled.Shutdown, settled.Cut = given.Description, given.Shutdown, given.Cut
		if _, err := in.server.UpdatePeer(ctx, &api.UpdatePeerRequest{Peer: apiPeer(&settled, in.vrf)}); err != nil {
			return fmt.Errorf("change: %w", err)
		}
	}
	if have.Down() && !want.Down() {
		return in.startUp(ctx, have, want)
	}
	if want.Down() && !have.Down() {
		in.log.Info("shut down", "peer", want.Key, "message", want.Message, "cut", want.Cut)
		r := &api.DisablePeerRequest{Address: address(want), Communication: cmp.Or(want.Message, want.Cut)} // it may be that only we do not hear
		if err := in.server.DisablePeer(ctx, r); err != nil {
			return err
		}
	}
	in.peers[want.Key] = want
	return nil
}

// startUp lets a peer that is down have a session. GoBGP would refuse it for five seconds; a new peer it does not, and its attempts
// are hurried as those of any new one.
func (in *instance) startUp(ctx context.Context, have, want *bgpconf.Peer) error {
	in.log.Info("start up", "peer", want.Key)
	if err := in.remove(ctx, have); err != nil {
		return err
	}
	in.attempts.forget(withoutZone(address(want)))
	return in.add(ctx, want)
}
