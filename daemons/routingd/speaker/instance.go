package speaker

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"os"
	"reflect"
	"slices"
	"sync/atomic"

	api "github.com/osrg/gobgp/v3/api"
	"github.com/osrg/gobgp/v3/pkg/server"
	"google.golang.org/grpc"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/daemons/routingd/rpki"
	"github.com/heddle-nos/heddle/yang/schema"
)

// instance is the running server of a VRF.
type instance struct {
	vrf     string
	log     *slog.Logger
	server  *server.BgpServer
	end     func() // ends the server
	unwatch context.CancelFunc
	global  bgpconf.Instance         // as it was started
	peers   map[string]*bgpconf.Peer // as they are applied
	given   map[string]*bgpconf.Peer // as they were when GoBGP took them in
	policy  bgpconf.Policy           // as it is applied
	groups  map[string]string        // addresses of peers and ranges that its statements are for, as applied
	routes  map[netip.Prefix]bgpconf.Network
	ranges  map[string]*bgpconf.Range

	limits bgpconf.Limits // as applied

	withholder withholder                // the server, while prefixes wait for the ASIC
	leaving    map[netip.Prefix]struct{} // those that do not any more; the Speaker's

	restarting bool // the peers that are added now are those of before the process started

	attempts   *attempts
	aggregates *aggregates
	station    bgpconf.Station // of BMP, as applied
	validator  *rpki.Validator // nil: there are no caches
	judged     atomic.Bool     // what the RPKI says has changed
}

// mustRestart says whether the VRF's own settings differ in what a running server cannot change.
func (in *instance) mustRestart(want *bgpconf.Instance) bool {
	g := &in.global
	a, b := g.Selection, want.Selection
	a.MultipathRelax, b.MultipathRelax = false, false
	return g.ASN != want.ASN || g.RouterID != want.RouterID || a != b || !reflect.DeepEqual(g.Confed, want.Confed)
}

// start makes the server of a VRF and lets it listen.
func (s *Speaker) start(ctx context.Context, want *bgpconf.Instance) (*instance, error) {
	if want.VRF != "" {
		if _, err := net.InterfaceByName(want.VRF); err != nil {
			return nil, fmt.Errorf("the kernel has no device of the VRF: %w", err)
		}
	}
	log := s.cfg.Log.With("vrf", vrfName(want.VRF))
	opts := []server.ServerOption{server.LoggerOption(newLogger(log))}
	if s.cfg.Socket != nil {
		if path := s.cfg.Socket(want.VRF); path != "" {
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return nil, fmt.Errorf("clear the socket of an earlier life: %w", err)
			}
			opts = append(opts, server.GrpcListenAddress("unix://"+path), server.GrpcOption([]grpc.ServerOption{grpc.UnaryInterceptor(guard)}))
		}
	}
	srv, stop, err := Serve(ctx, s.global(want), opts...)
	if err != nil {
		return nil, err
	}
	in := &instance{
		vrf: want.VRF, log: log, server: srv, end: stop, unwatch: func() {}, global: *want,
		peers: make(map[string]*bgpconf.Peer), given: make(map[string]*bgpconf.Peer), routes: make(map[netip.Prefix]bgpconf.Network),
		ranges: make(map[string]*bgpconf.Range), aggregates: &aggregates{stop: func() {}}, attempts: newAttempts(),
		leaving: s.leaves(want.VRF),
	}
	if err := errors.Join(in.assignPolicies(ctx), in.watch(s.moved)); err != nil {
		in.stop()
		return nil, err
	}
	log.Info("BGP started", "as", want.ASN, "router_id", want.RouterID)
	return in, nil
}

// global writes the settings of a VRF as GoBGP has them.
func (s *Speaker) global(want *bgpconf.Instance) *api.Global {
	g := &api.Global{
		Asn: want.ASN, RouterId: want.RouterID.String(), ListenPort: s.cfg.Port, BindToDevice: want.VRF,
		UseMultiplePaths: true,
		RouteSelectionOptions: &api.RouteSelectionOptionsConfig{
			AlwaysCompareMed:        want.Selection.AlwaysCompareMED,
			IgnoreAsPathLength:      want.Selection.IgnoreASPathLength,
			ExternalCompareRouterId: want.Selection.CompareRouterID,
		},
	}
	for _, a := range s.cfg.Listen {
		g.ListenAddresses = append(g.ListenAddresses, a.String())
	}
	if want.Confed.ID != 0 {
		g.Confederation = &api.Confederation{Enabled: true, Identifier: want.Confed.ID, MemberAsList: want.Confed.Members}
	}
	return g
}

// stop ends all sessions with a Cease and closes all sockets.
func (in *instance) stop() {
	in.unwatch()
	in.aggregates.stop()
	in.stopRPKI()
	in.end()
	in.log.Info("BGP stopped")
}

// returns says whether neighbours wait for this VRF when it goes away without a word.
func (in *instance) returns() bool {
	for _, p := range in.peers {
		if p.Graceful.Enabled && !p.Graceful.HelperOnly {
			return true
		}
	}
	return false
}

// reconcile makes peers, policies and networks those that are wanted. What is kept
// back and policies come before new peers, whose first path they are for.
func (in *instance) reconcile(ctx context.Context, want *bgpconf.Instance, moved chan<- struct{}) []bgpconf.Problem {
	var errs []bgpconf.Problem
	for _, key := range slices.Sorted(maps.Keys(in.peers)) {
		if want.Peers[key] == nil {
			if err := in.remove(ctx, in.peers[key]); err != nil {
				errs = append(errs, in.problem(in.peers[key], err))
			}
		}
	}
	errs = append(errs, in.reconcileLimits(want.Limits)...)
	in.hurry(ctx)
	if err := in.withhold(want.Suppress); err != nil {
		return append(errs, startProblem(want, err))
	}
	in.reconcileRPKI(want.Caches, moved)
	if err := in.reconcilePolicy(ctx, want); err != nil {
		return append(errs, startProblem(want, err))
	}
	for _, key := range slices.Sorted(maps.Keys(want.Peers)) {
		if err := in.reconcilePeer(ctx, want.Peers[key]); err != nil {
			errs = append(errs, in.problem(want.Peers[key], err))
		}
	}
	errs = append(errs, in.reconcileRanges(ctx, want.Ranges)...)
	in.drop(ctx, want)
	networks, err := in.reconcileAggregates(want, moved)
	if err = errors.Join(err, in.reconcileBMP(ctx, want.BMP)); err != nil {
		errs = append(errs, startProblem(want, err))
	}
	if want.LocalPref != 0 {
		networks = maps.Clone(networks)
		for p, n := range networks {
			if n.LocalPref == nil {
				n.LocalPref = &want.LocalPref
				networks[p] = n
			}
		}
	}
	return append(errs, in.reconcileNetworks(ctx, networks)...)
}

func (in *instance) problem(p *bgpconf.Peer, err error) bgpconf.Problem {
	return bgpconf.Problem{Table: p.Table, Key: p.Row, Err: err}
}

func vrfName(vrf string) string {
	if vrf == "" {
		return schema.DefaultVRF
	}
	return vrf
}

func startProblem(want *bgpconf.Instance, err error) bgpconf.Problem {
	return bgpconf.Problem{Table: schema.TableBGPGlobals, Key: vrfName(want.VRF), Err: fmt.Errorf("run BGP: %w", err)}
}
