package speaker

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	api "github.com/osrg/gobgp/v3/api"
	"github.com/osrg/gobgp/v3/pkg/server"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/daemons/routingd/rpki"
	"github.com/heddle-nos/heddle/yang/schema"
)

// shown is what the answers to queries are made of: a VRF as it was last applied. It does not change.
type shown struct {
	server  *server.BgpServer
	want    *bgpconf.Instance
	addrs   map[string]string // of peers, by key
	keys    map[string]string // the same the other way round
	refused map[string]string // errors of peers, by key
	rpki    *rpki.Validator   // nil: there are no caches
}

// show lets queries see what has been applied.
func (s *Speaker) show(d bgpconf.Desired, errs []bgpconf.Problem) {
	all := make(map[string]*shown, len(s.running))
	for vrf, in := range s.running {
		v := &shown{
			server: in.server, want: d.Instances[vrf], rpki: in.validator,
			addrs: make(map[string]string), keys: make(map[string]string), refused: make(map[string]string),
		}
		for key, p := range in.peers {
			v.addrs[key], v.keys[address(p)] = address(p), key
			v.keys[p.Addr.WithZone("").String()] = key // as GoBGP has it in paths
		}
		for key, p := range v.want.Peers {
			if p.Interface != "" && !p.Addr.IsValid() {
				v.refused[key] = "no router is seen on " + p.Interface
			}
			for _, e := range errs {
				if e.Table == p.Table && e.Key == p.Row {
					v.refused[key] = e.Err.Error()
				}
			}
		}
		all[vrf] = v
	}
	s.shown.Store(&all)
}

// Answer answers a query. It may be called by any goroutine.
func (s *Speaker) Answer(ctx context.Context, q bgpview.Query, each func(bgpview.Answer) error) error {
	all := *s.shown.Load()
	if q.Ask == bgpview.AskVRFs {
		var names []string
		for _, vrf := range slices.Sorted(maps.Keys(all)) {
			names = append(names, vrfName(vrf))
		}
		return each(bgpview.Answer{VRFs: names})
	}
	vrf := q.VRF
	if vrf == schema.DefaultVRF {
		vrf = ""
	}
	v := all[vrf]
	if v == nil {
		return fmt.Errorf("BGP does not run in VRF %s", vrfName(vrf))
	}
	switch q.Ask {
	case bgpview.AskSummary:
		return v.summaries(ctx, q, each)
	case bgpview.AskNeighbors:
		return v.neighbors(ctx, q, each)
	case bgpview.AskRoutes:
		return v.routes(ctx, q, each)
	case bgpview.AskCaches:
		return v.caches(each)
	case bgpview.AskROAs:
		return v.roas(q, each)
	case bgpview.DoReset:
		return v.reset(ctx, q)
	}
	return fmt.Errorf("no answer to %q", q.Ask)
}

// addressOf is what GoBGP knows a neighbour by, as configured or of a range.
func (v *shown) addressOf(ctx context.Context, neighbor string) (string, error) {
	if addr, ok := v.addrs[neighbor]; ok {
		return addr, nil
	}
	found := ""
	err := v.server.ListPeer(ctx, &api.ListPeerRequest{Address: neighbor}, func(p *api.Peer) { found = p.State.NeighborAddress })
	switch {
	case err != nil:
		return "", err
	case neighbor == "" || found == "":
		return "", fmt.Errorf("no neighbor %s in VRF %s", neighbor, vrfName(v.want.VRF))
	}
	return found, nil
}

// families are those that a query is about.
func families(q bgpview.Query) []schema.BGPFamily {
	if q.Family != "" {
		return []schema.BGPFamily{q.Family}
	}
	return []schema.BGPFamily{schema.BGPIPv4, schema.BGPIPv6, schema.BGPEVPN}
}

// summaries answers with the families that have peers.
func (v *shown) summaries(ctx context.Context, q bgpview.Query, each func(bgpview.Answer) error) error {
	peers, err := v.peers(ctx, "", false)
	if err != nil {
		return err
	}
	var out []bgpview.Summary
	for _, f := range families(q) {
		sum := bgpview.Summary{
			VRF: vrfName(v.want.VRF), Family: f, ASN: v.want.ASN, RouterID: v.want.RouterID.String(), Peers: []bgpview.Peer{},
		}
		info, err := v.server.GetTable(ctx, &api.GetTableRequest{TableType: api.TableType_GLOBAL, Family: apiFamily(f)})
		if err != nil {
			return err
		}
		sum.Prefixes, sum.Paths = info.NumDestination, info.NumPath
		for _, p := range peers {
			if i := slices.IndexFunc(p.Families, func(pf bgpview.PeerFamily) bool { return pf.Family == f }); i >= 0 {
				line := p.Peer
				line.Received, line.Accepted = p.Families[i].Received, p.Families[i].Accepted
				sum.Peers = append(sum.Peers, line)
			}
		}
		if len(sum.Peers) > 0 || q.Family != "" {
			out = append(out, sum)
		}
	}
	return each(bgpview.Answer{Summaries: out})
}

// neighbors answers with all about one neighbour, or each.
func (v *shown) neighbors(ctx context.Context, q bgpview.Query, each func(bgpview.Answer) error) error {
	peers, err := v.peers(ctx, q.Neighbor, true)
	if err != nil {
		return err
	}
	if q.Neighbor != "" && len(peers) == 0 {
		return fmt.Errorf("no neighbor %s in VRF %s", q.Neighbor, vrfName(v.want.VRF))
	}
	return each(bgpview.Answer{Neighbors: peers})
}

// reset asks for the routes of neighbours again, or ends their sessions.
func (v *shown) reset(ctx context.Context, q bgpview.Query) error {
	r := &api.ResetPeerRequest{Soft: q.Soft, Communication: q.Message}
	switch q.Direction {
	case bgpview.DirectionIn:
		r.Direction = api.ResetPeerRequest_IN
	case bgpview.DirectionOut:
		r.Direction = api.ResetPeerRequest_OUT
	default:
		r.Direction = api.ResetPeerRequest_BOTH
	}
	if q.Neighbor != "" {
		addr, err := v.addressOf(ctx, q.Neighbor)
		if err != nil {
			return err
		}
		r.Address = addr
	}
	if err := v.server.ResetPeer(ctx, r); err != nil || q.Soft {
		return err
	}
	return v.readmit(ctx, r.Address)
}

// readmit lets neighbours have a session again that were shut for too many prefixes: one, or all. A reset alone does not.
func (v *shown) readmit(ctx context.Context, addr string) error {
	var shut []string
	err := v.server.ListPeer(ctx, &api.ListPeerRequest{Address: addr}, func(p *api.Peer) {
		if p.State.AdminState == api.PeerState_PFX_CT {
			shut = append(shut, p.State.NeighborAddress)
		}
	})
	for _, addr := range shut {
		err = errors.Join(err, v.server.EnablePeer(ctx, &api.EnablePeerRequest{Address: addr}))
	}
	return err
}
