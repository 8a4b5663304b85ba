package speaker

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"sync"

	api "github.com/osrg/gobgp/v3/api"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
)

// aggregates follows which routes there are within the aggregates of a VRF. GoBGP makes none by itself.
type aggregates struct {
	list  []netip.Prefix
	stop  context.CancelFunc
	moved chan<- struct{} // an aggregate has its first route, or has lost its last one

	mu     sync.Mutex
	within map[netip.Prefix]map[netip.Prefix]bool // routes by aggregate
}

// reconcileAggregates follows the aggregates that are wanted, and gives the networks that the VRF announces now.
func (in *instance) reconcileAggregates(want *bgpconf.Instance, moved chan<- struct{}) (map[netip.Prefix]bgpconf.Network, error) {
	list := sortedPrefixes(want.Aggregates)
	if !slices.Equal(list, in.aggregates.list) {
		in.aggregates.stop()
		in.aggregates = &aggregates{stop: func() {}}
		if len(list) > 0 {
			a, err := in.follow(list, moved)
			if err != nil {
				return want.Networks, err
			}
			in.aggregates = a
		}
	}
	networks := maps.Clone(want.Networks)
	for _, p := range in.aggregates.active() {
		if _, has := networks[p]; !has {
			networks[p] = want.Aggregates[p]
		}
	}
	return networks, nil
}

// follow starts to follow the best paths.
func (in *instance) follow(list []netip.Prefix, moved chan<- struct{}) (*aggregates, error) {
	ctx, cancel := context.WithCancel(context.Background())
	a := &aggregates{list: list, stop: cancel, moved: moved, within: make(map[netip.Prefix]map[netip.Prefix]bool)}
	for _, p := range list {
		a.within[p] = make(map[netip.Prefix]bool)
	}
	best := &api.WatchEventRequest_Table{Filters: []*api.WatchEventRequest_Table_Filter{
		{Type: api.WatchEventRequest_Table_Filter_BEST, Init: true},
	}}
	err := in.server.WatchEvent(ctx, &api.WatchEventRequest{Table: best}, func(r *api.WatchEventResponse) {
		if t := r.GetTable(); t != nil && ctx.Err() == nil {
			a.take(t.Paths)
		}
	})
	if err != nil {
		cancel()
		return nil, fmt.Errorf("follow aggregates: %w", err)
	}
	return a, nil
}

// take notes best paths that came or went.
func (a *aggregates) take(paths []*api.Path) {
	a.mu.Lock()
	defer a.mu.Unlock()
	changed := false
	for _, path := range paths {
		var nlri api.IPAddressPrefix
		if path.Nlri == nil || path.Nlri.UnmarshalTo(&nlri) != nil {
			continue // of another family
		}
		addr, err := netip.ParseAddr(nlri.Prefix)
		if err != nil {
			continue
		}
		p := netip.PrefixFrom(addr, int(nlri.PrefixLen))
		for _, around := range a.list {
			if around.Bits() >= p.Bits() || !around.Contains(p.Addr()) {
				continue
			}
			had := len(a.within[around]) > 0
			if path.IsWithdraw {
				delete(a.within[around], p)
			} else {
				a.within[around][p] = true
			}
			changed = changed || had != (len(a.within[around]) > 0)
		}
	}
	if changed {
		select {
		case a.moved <- struct{}{}:
		default:
		}
	}
}

// active are the aggregates that have routes.
func (a *aggregates) active() []netip.Prefix {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(a.list), func(p netip.Prefix) bool { return len(a.within[p]) == 0 })
}
