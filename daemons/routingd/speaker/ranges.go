package speaker

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"reflect"
	"slices"

	api "github.com/osrg/gobgp/v3/api"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
)

// reconcileRanges makes the ranges of peers those that are wanted. A range whose settings change loses its peers; they come back.
func (in *instance) reconcileRanges(ctx context.Context, want map[string]*bgpconf.Range) []bgpconf.Problem {
	var errs []bgpconf.Problem
	note := func(r *bgpconf.Range, err error) {
		if err != nil {
			errs = append(errs, bgpconf.Problem{Table: r.Table, Key: r.Row, Err: err})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(in.ranges)) {
		have := in.ranges[name]
		if want[name] == nil || !reflect.DeepEqual(rangeSettings(have), rangeSettings(want[name])) {
			note(have, in.removeRange(ctx, have))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if in.ranges[name] == nil {
			note(want[name], in.addRange(ctx, want[name]))
		}
	}
	return errs
}

// rangeSettings is the part of a range's settings that its peers' sessions do not survive.
func rangeSettings(r *bgpconf.Range) any {
	type settings struct {
		peer     bgpconf.Peer
		prefixes string
		limits   []any
		shutdown bool
	}
	p := &bgpconf.Peer{Session: r.Session, Families: r.Families}
	return settings{negotiated(p), fmt.Sprint(r.Prefixes), adjustable(p), r.Shutdown}
}

func (in *instance) addRange(ctx context.Context, r *bgpconf.Range) error {
	name := bgpconf.RangeKey(r.Name)
	if r.Shutdown {
		in.ranges[r.Name] = r
		return nil
	}
	if err := in.server.AddPeerGroup(ctx, &api.AddPeerGroupRequest{PeerGroup: apiGroup(r, in.vrf)}); err != nil {
		return fmt.Errorf("add range: %w", err)
	}
	in.ranges[r.Name] = r
	for _, p := range r.Prefixes {
		d := &api.DynamicNeighbor{Prefix: p.String(), PeerGroup: name}
		if err := in.server.AddDynamicNeighbor(ctx, &api.AddDynamicNeighborRequest{DynamicNeighbor: d}); err != nil {
			return fmt.Errorf("add range %s: %w", p, err)
		}
	}
	return nil
}

func (in *instance) removeRange(ctx context.Context, r *bgpconf.Range) error {
	name := bgpconf.RangeKey(r.Name)
	if r.Shutdown {
		delete(in.ranges, r.Name)
		return nil
	}
	for _, p := range r.Prefixes {
		if err := in.server.DeleteDynamicNeighbor(ctx, &api.DeleteDynamicNeighborRequest{Prefix: p.String(), PeerGroup: name}); err != nil {
			return fmt.Errorf("delete range %s: %w", p, err)
		}
	}
	members, err := in.members(ctx, name)
	if err != nil {
		return err
	}
	for _, addr := range members {
		if err := in.server.DeletePeer(ctx, &api.DeletePeerRequest{Address: addr}); err != nil {
			return fmt.Errorf("delete peer %s of a range: %w", addr, err)
		}
	}
	if err := in.server.DeletePeerGroup(ctx, &api.DeletePeerGroupRequest{Name: name}); err != nil {
		return fmt.Errorf("delete range: %w", err)
	}
	delete(in.ranges, r.Name)
	return nil
}

// drop ends the sessions with peers out of ranges that are lost.
func (in *instance) drop(ctx context.Context, want *bgpconf.Instance) {
	lost := false
	for _, w := range want.Watched {
		lost = lost || w.Lost
	}
	if !lost {
		return
	}
	for _, r := range in.ranges {
		members, err := in.members(ctx, bgpconf.RangeKey(r.Name))
		if err != nil {
			in.log.Warn("list peers of a range", "range", r.Name, "err", err)
			continue
		}
		for _, addr := range members {
			a, err := netip.ParseAddr(addr)
			if err != nil || !want.Watched[a].Lost {
				continue
			}
			in.log.Info("BFD does not hear the neighbor", "peer", addr)
			if err := in.server.DeletePeer(ctx, &api.DeletePeerRequest{Address: addr}); err != nil {
				in.log.Warn("drop a peer of a range", "peer", addr, "err", err)
			}
		}
	}
}

// members are the addresses of the peers that a range has now.
func (in *instance) members(ctx context.Context, name string) ([]string, error) {
	var out []string
	err := in.server.ListPeer(ctx, &api.ListPeerRequest{}, func(p *api.Peer) {
		if p.Conf.PeerGroup == name {
			out = append(out, p.State.NeighborAddress)
		}
	})
	return out, err
}
