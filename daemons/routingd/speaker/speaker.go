package speaker

import (
	"context"
	"log/slog"
	"maps"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"github.com/osrg/gobgp/v3/pkg/server"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
)

// Config is what the process gives a speaker, beside the configuration of the switch.
type Config struct {
	Log    *slog.Logger
	Port   int32                   // that every VRF listens on; -1: none
	Listen []netip.Addr            // addresses to listen on; empty: all
	Socket func(vrf string) string // unix socket of GoBGP's own gRPC service; nil, or an empty answer: none
	// Started is told of the server of a VRF when it has been started, and of its end with nil. It must not wait.
	Started func(vrf string, s *server.BgpServer)
}

// retry is how soon after a refused call everything is compared again.
const retry = 2 * time.Second

// Speaker runs the BGP servers of a switch.
type Speaker struct {
	cfg     Config
	asked   uint64               // calls of Apply
	settled bool                 // something has been applied: peers that come now are no part of a restart
	wanted  chan wanted          // of one: the newest
	reports chan Report          // of one: the newest
	running map[string]*instance // owned by Run
	shown   atomic.Pointer[map[string]*shown]
	permits *permits
	leaving map[string]map[netip.Prefix]struct{} // what may be announced, by VRF, where prefixes wait for the ASIC
	moved   chan struct{}                        // of one: the state of a peer changed, or an aggregate begins or ends
}

// Report is the state of what was applied.
type Report struct {
	Applied uint64              // number of the Apply that it is about
	Errors  []bgpconf.Problem   // what GoBGP refuses, or waits for, by row
	States  map[PeerName]string // of peers: Idle, Connect, Active, OpenSent, OpenConfirm, Established
}

// PeerName names a peer of the switch.
type PeerName struct{ VRF, Key string }

// New makes a speaker. It does nothing until Run.
func New(cfg Config) *Speaker {
	s := &Speaker{
		cfg:     cfg,
		wanted:  make(chan wanted, 1),
		reports: make(chan Report, 1),
		running: make(map[string]*instance),
		moved:   make(chan struct{}, 1),
		permits: newPermits(),
		leaving: make(map[string]map[netip.Prefix]struct{}),
	}
	s.shown.Store(new(map[string]*shown))
	return s
}

// wanted is what an Apply asks for.
type wanted struct {
	bgpconf.Desired
	number uint64
}

// Apply asks for d and gives the number of the call, from 1. It never waits; one that has not been looked at yet is replaced. It belongs
// to one goroutine.
func (s *Speaker) Apply(d bgpconf.Desired) uint64 {
	s.asked++
	replace(s.wanted, wanted{d, s.asked})
	return s.asked
}

// Reports has the newest report, after every Apply and whenever something changed.
func (s *Speaker) Reports() <-chan Report { return s.reports }

// replace puts v into a channel of one, in place of what is there. The channel has one writer.
func replace[T any](ch chan T, v T) {
	for {
		select {
		case ch <- v:
			return
		default:
		}
		select {
		case <-ch:
		default:
		}
	}
}

// Run serves until ctx ends.
func (s *Speaker) Run(ctx context.Context) error {
	defer s.stop()
	again := time.NewTimer(0)
	if !again.Stop() {
		<-again.C
	}
	defer again.Stop()
	var want wanted
	var report Report
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case want = <-s.wanted:
			if err := s.relayAll(); err != nil && ctx.Err() == nil { // what was granted counts with it
				s.cfg.Log.Error("let routes of the ASIC out", "err", err)
			}
		case <-again.C:
		case <-s.moved:
		case <-s.permits.wake:
			if _, err := s.relay(); err != nil && ctx.Err() == nil {
				s.cfg.Log.Error("let routes of the ASIC out", "err", err)
				s.permits.again(retry)
			}
			continue
		}
		report.Errors = s.reconcile(ctx, want.Desired)
		s.settled = s.settled || want.number > 0
		s.show(want.Desired, report.Errors)
		report.Applied, report.States = want.number, s.states(ctx)
		replace(s.reports, report)
		if again.Stop(); len(report.Errors) > 0 {
			again.Reset(retry)
		}
	}
}

// reconcile makes what runs what is desired, and gives what could not be done.
func (s *Speaker) reconcile(ctx context.Context, d bgpconf.Desired) []bgpconf.Problem {
	for _, vrf := range slices.Sorted(maps.Keys(s.running)) {
		if in := s.running[vrf]; d.Instances[vrf] == nil || in.mustRestart(d.Instances[vrf]) {
			in.stop()
			delete(s.running, vrf)
			s.tell(vrf, nil)
		}
	}
	var errs []bgpconf.Problem
	for _, vrf := range slices.Sorted(maps.Keys(d.Instances)) {
		want := d.Instances[vrf]
		in := s.running[vrf]
		if in == nil {
			started, err := s.start(ctx, want)
			if err != nil {
				errs = append(errs, startProblem(want, err))
				continue
			}
			in = started
			in.restarting = !s.settled
			s.running[vrf] = in
			s.tell(vrf, in.server)
		}
		errs = append(errs, in.reconcile(ctx, want, s.moved)...)
		in.restarting = false
	}
	return errs
}

func (s *Speaker) tell(vrf string, srv *server.BgpServer) {
	if s.cfg.Started != nil {
		s.cfg.Started(vrf, srv)
	}
}

// stop ends what runs. A VRF that asks for graceful restart says no word: its sessions break off with the process, and the neighbours keep
// forwarding until it is back (RFC 4724 section 4.2), as they would not after a Cease.
func (s *Speaker) stop() {
	for _, in := range s.running {
		if !in.returns() {
			in.stop()
		}
	}
}
