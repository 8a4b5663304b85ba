package speaker

import (
	"context"
	"fmt"
	"net/netip"
	"reflect"
	"slices"

	api "github.com/osrg/gobgp/v3/api"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/yang/schema"
)

// reconcileNetworks announces the networks that are wanted, and no others.
func (in *instance) reconcileNetworks(ctx context.Context, want map[netip.Prefix]bgpconf.Network) []bgpconf.Problem {
	var errs []bgpconf.Problem
	for _, p := range sortedPrefixes(in.routes) {
		if _, ok := want[p]; ok {
			continue
		}
		if err := in.withdraw(ctx, p); err != nil {
			errs = append(errs, bgpconf.Problem{Table: in.routes[p].Table, Key: in.routes[p].Row, Err: err})
			continue
		}
		delete(in.routes, p)
	}
	for _, p := range sortedPrefixes(want) {
		n := want[p]
		if have, ok := in.routes[p]; ok && reflect.DeepEqual(have.Set, n.Set) {
			continue
		}
		if err := in.announce(ctx, p, n.Set); err != nil {
			errs = append(errs, bgpconf.Problem{Table: n.Table, Key: n.Row, Err: err})
			continue
		}
		in.routes[p] = n
	}
	return errs
}

func sortedPrefixes[V any](m map[netip.Prefix]V) []netip.Prefix {
	var out []netip.Prefix
	for p := range m {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b netip.Prefix) int {
		if c := a.Addr().Compare(b.Addr()); c != 0 {
			return c
		}
		return a.Bits() - b.Bits()
	})
	return out
}

func (in *instance) announce(ctx context.Context, p netip.Prefix, set bgpconf.Set) error {
	path, err := networkPath(p, set)
	if err != nil {
		return fmt.Errorf("announce %s: %w", p, err)
	}
	if _, err := in.server.AddPath(ctx, &api.AddPathRequest{TableType: api.TableType_GLOBAL, Path: path}); err != nil {
		return fmt.Errorf("announce %s: %w", p, err)
	}
	return nil
}

func (in *instance) withdraw(ctx context.Context, p netip.Prefix) error {
	path, err := networkPath(p, bgpconf.Set{})
	if err != nil {
		return fmt.Errorf("withdraw %s: %w", p, err)
	}
	if err := in.server.DeletePath(ctx, &api.DeletePathRequest{TableType: api.TableType_GLOBAL, Path: path}); err != nil {
		return fmt.Errorf("withdraw %s: %w", p, err)
	}
	return nil
}

// networkPath is the path of a network. Its next hop is unspecified: each peer is told the switch's own address.
func networkPath(p netip.Prefix, set bgpconf.Set) (*api.Path, error) {
	family := apiFamily(schema.BGPFamilyOf(p.Addr()))
	nextHop := netip.IPv4Unspecified()
	if p.Addr().Is6() {
		nextHop = netip.IPv6Unspecified()
	}
	if set.NextHop.IsValid() && set.NextHop.Is6() == p.Addr().Is6() {
		nextHop = set.NextHop
	}
	nlri := &api.IPAddressPrefix{Prefix: p.Addr().String(), PrefixLen: uint32(p.Bits())}
	attrs := []proto.Message{&api.OriginAttribute{Origin: uint32(max(set.Origin, bgpconf.OriginIGP) - bgpconf.OriginIGP)}}
	packed, err := anypb.New(nlri)
	if err != nil {
		return nil, err
	}
	if p.Addr().Is6() {
		attrs = append(attrs, &api.MpReachNLRIAttribute{Family: family, NextHops: []string{nextHop.String()}, Nlris: []*anypb.Any{packed}})
	} else {
		attrs = append(attrs, &api.NextHopAttribute{NextHop: nextHop.String()})
	}
	if set.MED != nil {
		attrs = append(attrs, &api.MultiExitDiscAttribute{Med: *set.MED})
	}
	if set.LocalPref != nil {
		attrs = append(attrs, &api.LocalPrefAttribute{LocalPref: *set.LocalPref})
	}
	if list := communityNumbers(set.Communities); len(list) > 0 {
		attrs = append(attrs, &api.CommunitiesAttribute{Communities: list})
	}
	if set.Prepend.Times > 0 {
		numbers := slices.Repeat([]uint32{set.Prepend.ASN}, int(set.Prepend.Times))
		attrs = append(attrs, &api.AsPathAttribute{Segments: []*api.AsSegment{{Type: api.AsSegment_AS_SEQUENCE, Numbers: numbers}}})
	}
	path := &api.Path{Family: family, Nlri: packed}
	for _, a := range attrs {
		packed, err := anypb.New(a)
		if err != nil {
			return nil, err
		}
		path.Pattrs = append(path.Pattrs, packed)
	}
	return path, nil
}
