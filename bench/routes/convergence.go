package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"time"

	"github.com/vishvananda/netlink"

	"github.com/heddle-nos/heddle/daemons/lab/namespace"
	"github.com/heddle-nos/heddle/internal/statedb"
)

//go:embed convergence.yaml
var convergenceYAML []byte

const (
	sender  = "h"
	ways    = 4   // next hops of every route
	flows   = 100 // steady, and at packetsPerSecond together
	rounds  = 8   // links pulled for each table size, one after the other
	returns = 60 * time.Second

	packetsPerSecond = 10_000
)

func routers() []string { return []string{"r1", "r2", "r3", "r4"} }

// converge pulls links under steady traffic, with each number of routes over one group of four next hops.
func converge(ctx context.Context, bin string, sizes []int, out io.Writer) error {
	group := route("198.51.100.6,198.51.100.10,198.51.100.14,198.51.100.18", "Ethernet4,Ethernet8,Ethernet12,Ethernet16")
	return onSwitch(ctx, bin, convergenceYAML, group, func(b bench) error {
		var medians []time.Duration
		for _, n := range sizes {
			m, err := b.pullLinks(ctx, n, out)
			if err != nil {
				return fmt.Errorf("convergence with %d routes: %w", n, err)
			}
			medians = append(medians, m)
		}
		if last := len(medians) - 1; last > 0 {
			fmt.Fprintf(out, "outage with %d routes / with %d: %.2f\n", sizes[last], sizes[0], float64(medians[last])/float64(medians[0]))
		}
		return nil
	})
}

// pullLinks programs n routes, pulls one link after the other, withdraws them and returns the median outage.
func (b bench) pullLinks(ctx context.Context, n int, out io.Writer) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*stepLimit(n)+rounds*returns)
	defer cancel()
	name, err := b.namer(ctx)
	if err != nil {
		return 0, err
	}
	if err := b.step(ctx, n, name, statedb.OpSet, out); err != nil {
		return 0, err
	}
	results, err := b.pullEach(ctx, n)
	if err != nil {
		return 0, err
	}
	return printOutages(out, n, results), b.step(ctx, n, name, statedb.OpDel, out)
}

func (b bench) pullEach(ctx context.Context, n int) ([]outage, error) {
	dsts := make([]netip.Addr, flows)
	for i := range dsts {
		dsts[i] = netip.MustParsePrefix(prefix(i * n / flows)).Addr().Next()
	}
	t, err := b.openTraffic(dsts)
	if err != nil {
		return nil, err
	}
	defer t.close()
	var results []outage
	for i := range rounds {
		if err := t.spread(ctx); err != nil {
			return nil, err
		}
		lost := i % ways
		o, err := t.during(func() error { return b.setLink(routers()[lost], false) })
		if err != nil {
			return nil, err
		}
		results = append(results, o.judge(lost))
		if err := b.setLink(routers()[lost], true); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// setLink pulls the cable of a host, or plugs it.
func (b bench) setLink(host string, up bool) error {
	return namespace.Do(b.lab.Namespace(host), func() error {
		dev, err := netlink.LinkByName("eth0")
		if err != nil {
			return err
		}
		if up {
			return netlink.LinkSetUp(dev)
		}
		return netlink.LinkSetDown(dev)
	})
}

// outage is what one lost link did.
type outage struct {
	time     time.Duration // from the first to the last lost packet of the flows that it carried
	affected int           // flows that it carried
	lost     int           // packets of them
	worst    int           // packets of one of them
	others   int           // packets lost, and flows moved, that had nothing to do with it
}

func printOutages(out io.Writer, n int, results []outage) time.Duration {
	fmt.Fprintf(out, "\n%d routes over %d next hops, %d flows, %d packets/s together; a link is pulled\n", n, ways, flows, packetsPerSecond)
	fmt.Fprintf(out, "  %10s %14s %18s %22s %14s\n", "outage ms", "flows behind", "lost of each flow", "lost of the worst one", "other losses")
	var times []time.Duration
	var each []float64
	for _, o := range results {
		perFlow := float64(o.lost) / float64(max(o.affected, 1))
		fmt.Fprintf(out, "  %10.1f %14d %18.2f %22d %14d\n", float64(o.time.Microseconds())/1e3, o.affected, perFlow, o.worst, o.others)
		times, each = append(times, o.time), append(each, perFlow)
	}
	slices.Sort(times)
	slices.Sort(each)
	fmt.Fprintf(out, "median: %.1f ms, %.2f packets of each flow; worst: %.1f ms\n", float64(times[len(times)/2].Microseconds())/1e3,
		each[len(each)/2], float64(times[len(times)-1].Microseconds())/1e3)
	return times[len(times)/2]
}

var errNoReturn = errors.New("not all next hops carry flows")
