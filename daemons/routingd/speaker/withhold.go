package speaker

import (
	"errors"
	"fmt"
	"net/netip"

	"github.com/osrg/gobgp/v3/pkg/server"
)

// withholder is a server of GoBGP with our repair (internal/tools/repair): it keeps the paths of neighbours to some prefixes back from others.
type withholder interface {
	Withhold(held func(netip.Prefix) bool) error
	Reconsider(prefixes []netip.Prefix, change func()) error
}

// errNotRepaired says why suppression is not possible.
var errNotRepaired = errors.New("suppress-fib-pending: this program is built without what `make` repairs in GoBGP, and would announce what the ASIC does not have")

// Withholds says whether this program has the repair.
func Withholds() bool {
	_, ok := any((*server.BgpServer)(nil)).(withholder)
	return ok
}

// turnSize is how many prefixes GoBGP reconsiders in one go, between which it does other work.
const turnSize = 512

// leaves is the set of what may be announced in a VRF. While the VRF's server withholds prefixes, it is that server's.
func (s *Speaker) leaves(vrf string) map[netip.Prefix]struct{} {
	if s.leaving[vrf] == nil {
		s.leaving[vrf] = make(map[netip.Prefix]struct{})
	}
	return s.leaving[vrf]
}

// relayAll takes all permits.
func (s *Speaker) relayAll() error {
	for more := true; more; {
		var err error
		if more, err = s.relay(); err != nil {
			return err
		}
	}
	return nil
}

// relay takes some permits, and says whether there are more. What fails is done again with the next call.
func (s *Speaker) relay() (more bool, err error) {
	if s.permits.void() {
		if err := s.forget(); err != nil {
			return false, err
		}
	}
	batch, more := s.permits.take(turnSize)
	var errs []error
	for vrf, all := range batch {
		if err := s.relayVRF(vrf, all); err != nil {
			s.permits.giveBack(vrf, all)
			errs = append(errs, err)
		}
	}
	return more, errors.Join(errs...)
}

// relayVRF brings the set of what may be announced up to date, and has the neighbours told what follows.
func (s *Speaker) relayVRF(vrf string, all map[netip.Prefix]bool) error {
	set := s.leaves(vrf)
	change := func() {
		for p, leaves := range all {
			if leaves {
				set[p] = struct{}{}
			} else {
				delete(set, p)
			}
		}
	}
	in := s.running[vrf]
	if in == nil || in.withholder == nil {
		change()
		return nil
	}
	prefixes := make([]netip.Prefix, 0, len(all))
	for p := range all {
		prefixes = append(prefixes, p)
	}
	if err := in.withholder.Reconsider(prefixes, change); err != nil {
		return fmt.Errorf("let routes of the ASIC out in VRF %s: %w", vrfName(vrf), err)
	}
	return nil
}

// forget has nothing withheld, and no prefix known that may be announced.
func (s *Speaker) forget() error {
	for _, in := range s.running {
		if err := in.withhold(false); err != nil {
			return err
		}
	}
	for _, set := range s.leaving {
		clear(set)
	}
	return nil
}

// withhold has the server keep back what may not be announced, or nothing.
func (in *instance) withhold(on bool) error {
	switch {
	case on == (in.withholder != nil):
		return nil
	case !on:
		if err := in.withholder.Withhold(nil); err != nil {
			return fmt.Errorf("announce what was kept back: %w", err)
		}
		in.withholder = nil
		return nil
	}
	w, ok := any(in.server).(withholder)
	if !ok {
		return errNotRepaired
	}
	set := in.leaving
	if err := w.Withhold(func(p netip.Prefix) bool { _, leaves := set[p]; return !leaves }); err != nil {
		return fmt.Errorf("keep back what the ASIC does not have: %w", err)
	}
	in.withholder = w
	return nil
}
