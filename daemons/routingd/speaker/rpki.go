package speaker

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	api "github.com/osrg/gobgp/v3/api"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/daemons/routingd/rpki"
	"github.com/heddle-nos/heddle/yang/schema"
)

// everything are the prefixes that all others of a family are in.
var everything = map[schema.BGPFamily]netip.Prefix{
	schema.BGPIPv4: netip.PrefixFrom(netip.IPv4Unspecified(), 0), schema.BGPIPv6: netip.PrefixFrom(netip.IPv6Unspecified(), 0),
}

// everyName is the set of all prefixes of a family. No set of the configuration has a space in its name.
func everyName(f schema.BGPFamily) string { return "every " + string(f) }

// reconcileRPKI asks the caches that are wanted. Without any, no route is validated.
func (in *instance) reconcileRPKI(want []bgpconf.Cache, moved chan<- struct{}) {
	if len(want) == 0 {
		in.stopRPKI()
		return
	}
	if in.validator == nil {
		in.validator = rpki.Start(in.router(moved), in.log)
	}
	in.validator.Use(want)
}

func (in *instance) stopRPKI() {
	if in.validator != nil {
		in.validator.Stop()
		in.validator = nil
		in.judged.Store(true) // nothing is valid or invalid any more
	}
}

// router lets the server have what caches say.
func (in *instance) router(moved chan<- struct{}) rpki.Router {
	ctx, srv := context.Background(), in.server
	return rpki.Router{
		Join: func(cache netip.AddrPort) error {
			r := &api.AddRpkiRequest{Address: cache.Addr().String(), Port: uint32(cache.Port()), Lifetime: int64(time.Hour / time.Second)}
			return srv.AddRpki(ctx, r)
		},
		Leave: func(cache netip.AddrPort) {
			if err := srv.DeleteRpki(ctx, &api.DeleteRpkiRequest{Address: cache.String()}); err != nil {
				in.log.Error("take RPKI data away", "err", err)
			}
		},
		Changed: func() {
			in.judged.Store(true)
			select {
			case moved <- struct{}{}:
			default:
			}
		},
	}
}

var errNoCaches = errors.New("no cache in BGP_RPKI_CACHE")

// caches answers with all caches.
func (v *shown) caches(each func(bgpview.Answer) error) error {
	if v.rpki == nil {
		return each(bgpview.Answer{})
	}
	var out []bgpview.Cache
	for _, s := range v.rpki.Caches() {
		c := bgpview.Cache{
			Address: s.Addr.String(), Port: s.Port, Preference: s.Preference, Connected: s.Connected, Used: s.Used, Version: s.Version,
			Session: s.Session, Serial: s.Serial, IPv4: s.IPv4, IPv6: s.IPv6, Seconds: -1, Error: s.Error,
		}
		if !s.Updated.IsZero() {
			c.Seconds = int64(time.Since(s.Updated) / time.Second)
		}
		out = append(out, c)
	}
	return each(bgpview.Answer{Caches: out})
}

// roas answers with what counts of what the caches say: of all prefixes, or of those around an address or prefix.
func (v *shown) roas(q bgpview.Query, each func(bgpview.Answer) error) error {
	if v.rpki == nil {
		return fmt.Errorf("VRF %s: %w", vrfName(v.want.VRF), errNoCaches)
	}
	var within netip.Prefix
	if q.Prefix != "" {
		p, err := prefixOrHost(q.Prefix)
		if err != nil {
			return err
		}
		within = p
	}
	part := make([]bgpview.ROA, 0, routesPerPart)
	for _, vrp := range v.rpki.VRPs() {
		p := vrp.Prefix()
		if within.IsValid() && (p.Bits() > within.Bits() || !p.Contains(within.Addr())) {
			continue
		}
		part = append(part, bgpview.ROA{Prefix: p.String(), MaxLength: vrp.MaxLength, ASN: vrp.ASN})
		if len(part) == routesPerPart {
			if err := each(bgpview.Answer{ROAs: part}); err != nil {
				return err
			}
			part = part[:0]
		}
	}
	return each(bgpview.Answer{ROAs: part})
}

// prefixOrHost reads a prefix; an address is one of its full length.
func prefixOrHost(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return p, fmt.Errorf("%.60q is neither an address nor a prefix", text)
	}
	return p.Masked(), nil
}
