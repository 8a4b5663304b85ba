package routingd

import (
	"context"
	"sync/atomic"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/routingd/metrics"
	"github.com/heddle-nos/heddle/daemons/routingd/speaker"
)

// tally is what the daemon's goroutine counts. It is read by any goroutine.
type tally struct {
	prefixes, withheld, stale, hops, queue atomic.Int64 // as they are now
	batches, rows, errors                  atomic.Int64
}

// meter gathers the daemon's metrics.
type meter struct {
	tally   *tally
	speaker *speaker.Speaker
}

func gauge(name, help string, value *atomic.Int64) metrics.Metric {
	return metrics.Metric{Name: name, Help: help, Kind: metrics.Gauge, Samples: []metrics.Sample{{Value: float64(value.Load())}}}
}

func counter(name, help string, value *atomic.Int64) metrics.Metric {
	m := gauge(name, help, value)
	m.Kind = metrics.Counter
	return m
}

// gather gives all metrics. What a neighbour is sent is counted by a pass over all routes.
func (m meter) gather(ctx context.Context) ([]metrics.Metric, error) {
	t := m.tally
	list := []metrics.Metric{
		gauge("heddle_rib_bgp_prefixes", "Prefixes that BGP knows.", &t.prefixes),
		gauge("heddle_rib_withheld_prefixes", "Prefixes of BGP without a next hop that works.", &t.withheld),
		gauge("heddle_rib_stale_prefixes", "Prefixes of before a restart that nobody has told again yet.", &t.stale),
		gauge("heddle_rib_next_hops", "Neighbours that routes of BGP lead to.", &t.hops),
		gauge("heddle_fib_queue_prefixes", "Prefixes that BGP changed and that have not been written yet.", &t.queue),
		counter("heddle_fib_batches_total", "Batches of rows of ROUTE_TABLE that were written.", &t.batches),
		counter("heddle_fib_rows_total", "Rows of ROUTE_TABLE that were written.", &t.rows),
		gauge("heddle_bgp_config_errors", "Rows of CONFIG_DB that cannot be used as they stand.", &t.errors),
	}
	peers, err := m.peers(ctx)
	return append(list, peers...), err
}

// peers gives what there is of each neighbour.
func (m meter) peers(ctx context.Context) ([]metrics.Metric, error) {
	sessions := metrics.Metric{Name: "heddle_bgp_sessions", Help: "Sessions with neighbours, by state.", Kind: metrics.Gauge}
	prefixes := metrics.Metric{Name: "heddle_bgp_peer_prefixes", Help: "Prefixes of a neighbour: received, accepted by the policy, advertised to it.", Kind: metrics.Gauge}
	messages := metrics.Metric{Name: "heddle_bgp_peer_messages_total", Help: "Messages, by direction and type.", Kind: metrics.Counter}
	flaps := metrics.Metric{Name: "heddle_bgp_peer_established_total", Help: "Times that a session came up.", Kind: metrics.Counter}
	var vrfs []string
	err := m.speaker.Answer(ctx, bgpview.Query{Ask: bgpview.AskVRFs}, func(a bgpview.Answer) error { vrfs = a.VRFs; return nil })
	if err != nil {
		return nil, err
	}
	for _, vrf := range vrfs {
		states := make(map[string]int)
		err := m.speaker.Answer(ctx, bgpview.Query{Ask: bgpview.AskNeighbors, VRF: vrf}, func(a bgpview.Answer) error {
			for _, n := range a.Neighbors {
				states[n.State]++
				sample := func(to *metrics.Metric, value uint64, more ...string) {
					labels := map[string]string{"vrf": vrf, "peer": n.Neighbor}
					for i := 0; i < len(more); i += 2 {
						labels[more[i]] = more[i+1]
					}
					to.Samples = append(to.Samples, metrics.Sample{Labels: labels, Value: float64(value)})
				}
				for _, f := range n.Families {
					sample(&prefixes, f.Received, "family", string(f.Family), "kind", "received")
					sample(&prefixes, f.Accepted, "family", string(f.Family), "kind", "accepted")
					sample(&prefixes, f.Advertised, "family", string(f.Family), "kind", "advertised")
				}
				sample(&messages, n.Got.Update, "direction", "in", "type", "update")
				sample(&messages, n.Sent.Update, "direction", "out", "type", "update")
				sample(&messages, n.Got.Total, "direction", "in", "type", "all")
				sample(&messages, n.Sent.Total, "direction", "out", "type", "all")
				sample(&flaps, n.Established)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		for state, n := range states {
			sessions.Samples = append(sessions.Samples, metrics.Sample{Labels: map[string]string{"vrf": vrf, "state": state}, Value: float64(n)})
		}
	}
	return []metrics.Metric{sessions, prefixes, messages, flaps}, nil
}

// count brings up to date what is counted of routes.
func (r *routes) count(rows int) {
	c := r.rib.Counts()
	r.tally.prefixes.Store(int64(c.Paths))
	r.tally.withheld.Store(int64(c.Withheld))
	r.tally.stale.Store(int64(c.Stale))
	r.tally.hops.Store(int64(len(r.rib.Hops())))
	r.tally.queue.Store(int64(r.feed.Pending()))
	if rows > 0 {
		r.tally.batches.Add(1)
		r.tally.rows.Add(int64(rows))
	}
}
