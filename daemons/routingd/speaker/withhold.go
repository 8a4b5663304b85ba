package speaker

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"time"

	api "github.com/osrg/gobgp/v3/api"
	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/yang/schema"
)

// GoBGP evaluates a prefix when its best path changes, and has no hook between choosing and announcing. So while prefixes wait for the ASIC, the
// export policy rejects those of peers that are not in a set; and a prefix that has come into the set is evaluated anew by a marker: a path of our
// own, better than any, that the policy rejects. It is added before the set changes and withdrawn afterwards, and touches no path of a peer.
const (
	relayBatch = 4096 // prefixes that are taken at once
	turnSize   = 512  // those that GoBGP works on in one go
	turnsAhead = 3    // such goes under way

	answerTime   = time.Minute // for GoBGP to take a batch, on a busy machine
	offloadedSet = "in the ASIC "
)

// markerHops are the next hops of markers: the dummy address (RFC 7600 section 4.8) and one of the discard prefix (RFC 6666).
var markerHops = []netip.Addr{netip.MustParseAddr("192.0.0.8"), netip.MustParseAddr("100::1")}

// relayAll takes all permits, in batches.
func (s *Speaker) relayAll(ctx context.Context) error {
	for more := true; more; {
		var err error
		if more, err = s.relay(ctx); err != nil {
			return err
		}
	}
	return nil
}

// relay takes a batch of permits, and says whether there are more.
func (s *Speaker) relay(ctx context.Context) (more bool, err error) {
	batch, revoked, more := s.permits.take(relayBatch)
	for vrf, in := range s.running {
		if in.unrelayed != nil && batch[vrf] == nil {
			batch[vrf] = make(map[netip.Prefix]permit)
		}
	}
	if revoked {
		for _, set := range s.leaving {
			clear(set)
		}
	}
	var errs []error
	for vrf, all := range batch {
		set := s.leaves(vrf)
		if in := s.running[vrf]; in != nil && in.suppresses {
			errs = append(errs, in.relay(ctx, all, set))
			continue
		}
		for p, what := range all {
			if what == stays {
				delete(set, p)
			} else {
				set[p] = struct{}{}
			}
		}
	}
	return more, errors.Join(errs...)
}

// leaves is the set of what may be announced in a VRF.
func (s *Speaker) leaves(vrf string) map[netip.Prefix]struct{} {
	if s.leaving[vrf] == nil {
		s.leaving[vrf] = make(map[netip.Prefix]struct{})
	}
	return s.leaving[vrf]
}

// relay brings the set of what may be announced up to date, and has the prefixes evaluated anew. What fails is done again with the next call.
func (in *instance) relay(ctx context.Context, all map[netip.Prefix]permit, set map[netip.Prefix]struct{}) error {
	for p, what := range in.unrelayed {
		if _, newer := all[p]; !newer {
			all[p] = what
		}
	}
	in.unrelayed = all
	if err := in.turnAll(ctx, turns(all, set)); err != nil {
		return err
	}
	for p, what := range all {
		if what == stays {
			delete(set, p)
		} else {
			set[p] = struct{}{}
		}
	}
	in.unrelayed = nil
	return nil
}

// turn is prefixes that GoBGP works on together.
type turn struct {
	before, enter, leave []netip.Prefix // the set
	marked               []netip.Prefix
}

// turns divides what is to be done.
func turns(all map[netip.Prefix]permit, set map[netip.Prefix]struct{}) []*turn {
	var list []*turn
	n := 0
	for p, what := range all {
		if n++; n%turnSize == 1 {
			list = append(list, new(turn))
		}
		t := list[len(list)-1]
		_, member := set[p]
		if what != granted {
			t.marked = append(t.marked, p)
		}
		switch {
		case what == stays && !member: // it may have been announced before anybody asked the ASIC; only what may be announced is withdrawn
			t.before, t.leave = append(t.before, p), append(t.leave, p)
		case what == stays:
			t.leave = append(t.leave, p)
		case !member:
			t.enter = append(t.enter, p)
		}
	}
	return list
}

// turnAll does turns, some at a time: while GoBGP works on one, others are on their way to it.
func (in *instance) turnAll(ctx context.Context, list []*turn) error {
	var g errgroup.Group
	g.SetLimit(turnsAhead)
	for _, t := range list {
		g.Go(func() error { return in.turn(ctx, t) })
	}
	return g.Wait()
}

func (in *instance) turn(ctx context.Context, t *turn) error {
	if err := in.admit(ctx, t.before); err != nil {
		return err
	}
	if err := in.mark(ctx, t.marked, false); err != nil {
		return err
	}
	if err := in.admit(ctx, t.enter); err != nil {
		return err
	}
	for _, s := range definedPrefixes(t.leave) {
		if err := in.server.DeleteDefinedSet(ctx, &api.DeleteDefinedSetRequest{DefinedSet: s}); err != nil {
			return fmt.Errorf("keep prefixes back: %w", err)
		}
	}
	return in.mark(ctx, t.marked, true)
}

// admit adds prefixes to the set.
func (in *instance) admit(ctx context.Context, list []netip.Prefix) error {
	for _, s := range definedPrefixes(list) {
		if err := in.server.AddDefinedSet(ctx, &api.AddDefinedSetRequest{DefinedSet: s}); err != nil {
			return fmt.Errorf("let prefixes of the ASIC out: %w", err)
		}
	}
	return nil
}

// definedPrefixes are prefixes as GoBGP has them, a set for each family that there is.
func definedPrefixes(list []netip.Prefix) []*api.DefinedSet {
	sets := make(map[schema.BGPFamily]*api.DefinedSet)
	for _, p := range list {
		f := schema.BGPFamilyOf(p.Addr())
		if sets[f] == nil {
			sets[f] = &api.DefinedSet{DefinedType: api.DefinedType_PREFIX, Name: offloadedSet + string(f)}
		}
		bits := uint32(p.Bits())
		sets[f].Prefixes = append(sets[f].Prefixes, &api.Prefix{IpPrefix: p.String(), MaskLengthMin: bits, MaskLengthMax: bits})
	}
	return slices.Collect(maps.Values(sets))
}

// mark adds markers, or withdraws them.
func (in *instance) mark(ctx context.Context, list []netip.Prefix, withdraw bool) error {
	if len(list) == 0 {
		return nil
	}
	paths, m := make([]*api.Path, 0, len(list)), new(markers)
	for _, p := range list {
		path, err := m.path(p)
		if err != nil {
			return fmt.Errorf("mark %s: %w", p, err)
		}
		path.IsWithdraw = withdraw
		paths = append(paths, path)
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	stream, err := in.client.AddPathStream(ctx, grpc.WaitForReady(true)) // GoBGP listens a moment after it has begun
	if err != nil {
		return fmt.Errorf("mark prefixes: %w", err)
	}
	if err := stream.Send(&api.AddPathStreamRequest{TableType: api.TableType_GLOBAL, Paths: paths}); err != nil {
		_, err = stream.CloseAndRecv() // has the reason
		return fmt.Errorf("mark prefixes: %w", err)
	}
	if _, err := stream.CloseAndRecv(); err != nil {
		return fmt.Errorf("mark prefixes: %w", err)
	}
	return nil
}

// marker is a path that is better than any. What markers have in common is written once: they are many.
func (m *markers) path(p netip.Prefix) (*api.Path, error) {
	if p.Addr().Is4() && m.attrs != nil {
		nlri, err := anypb.New(&api.IPAddressPrefix{Prefix: p.Addr().String(), PrefixLen: uint32(p.Bits())})
		return &api.Path{Family: m.family, Nlri: nlri, Pattrs: m.attrs, Identifier: bgpconf.MarkerID}, err
	}
	best := ^uint32(0)
	set := bgpconf.Set{LocalPref: &best, NextHop: markerHops[0]}
	if p.Addr().Is6() {
		set.NextHop = markerHops[1]
	}
	path, err := networkPath(p, set)
	if err != nil {
		return nil, err
	}
	if path.Identifier = bgpconf.MarkerID; p.Addr().Is4() {
		m.family, m.attrs = path.Family, path.Pattrs
	}
	return path, nil
}

// markers makes markers. IPv4's have the same attributes; IPv6's have the prefix in theirs.
type markers struct {
	family *api.Family
	attrs  []*anypb.Any
}

// suppression writes the statements that keep back what the ASIC does not have, and markers, from peers.
func (w *policyWriter) suppression(set map[netip.Prefix]struct{}) []*api.Statement {
	hops := make([]string, len(markerHops))
	for i, a := range markerHops {
		hops[i] = netip.PrefixFrom(a, a.BitLen()).String()
	}
	list := []*api.Statement{{
		Name:       "no markers",
		Conditions: &api.Conditions{RouteType: api.Conditions_ROUTE_TYPE_LOCAL, NextHopInList: hops},
		Actions:    &api.Actions{RouteAction: api.RouteAction_REJECT},
	}}
	// A set that is empty has no family, and nothing is in it or out of it.
	all := []netip.Prefix{netip.MustParsePrefix("255.255.255.255/32"), netip.MustParsePrefix("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128")}
	all = slices.AppendSeq(all, maps.Keys(set))
	w.sets = append(w.sets, definedPrefixes(all)...)
	for _, f := range []schema.BGPFamily{schema.BGPIPv4, schema.BGPIPv6} {
		keys := suppressed(w.want, f)
		peers := w.peerSet(keys)
		if peers == "" {
			continue
		}
		for _, source := range []bgpconf.Source{bgpconf.SourceExternal, bgpconf.SourceInternal} {
			s := apiStatement(bgpconf.Statement{
				Family: f, Match: bgpconf.Match{NotPrefixes: offloadedSet + string(f), Source: source}, Action: bgpconf.Reject,
			}, peers)
			s.Name = fmt.Sprintf("not in the ASIC %s %d", f, source)
			list = append(list, s)
		}
	}
	return list
}

// suppressed are the peers and ranges whose prefixes wait for the ASIC: those that get one path for each. GoBGP does not evaluate further
// paths anew.
func suppressed(want *bgpconf.Instance, f schema.BGPFamily) []string {
	var keys []string
	for key, p := range want.Peers {
		if p.Families[f].AddPathSend == 0 {
			keys = append(keys, key)
		}
	}
	for name, r := range want.Ranges {
		if r.Families[f].AddPathSend == 0 {
			keys = append(keys, bgpconf.RangeKey(name))
		}
	}
	slices.Sort(keys)
	return keys
}

// dial connects to the service of an instance's own server, the only way to give it many paths at once.
func dial(socket string) (api.GobgpApiClient, func(), error) {
	if socket == "" {
		return nil, func() {}, nil
	}
	pace := backoff.Config{BaseDelay: 10 * time.Millisecond, Multiplier: 1.6, MaxDelay: time.Second}
	conn, err := grpc.Dial("unix://"+socket, //nolint:staticcheck // of this version
		grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithConnectParams(grpc.ConnectParams{Backoff: pace}))
	if err != nil {
		return nil, nil, fmt.Errorf("connect to GoBGP: %w", err)
	}
	return api.NewGobgpApiClient(conn), func() { _ = conn.Close() }, nil
}

// errNoSocket says why suppression is not possible.
var errNoSocket = errors.New("suppress-fib-pending needs GoBGP's socket")
