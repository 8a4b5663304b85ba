package main

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"

	"github.com/vishvananda/netns"
)

type options struct {
	rounds, frames       int
	routes, kernelRoutes int
	pings                int
	out                  io.Writer
}

// tournament is one run of all measurements.
type tournament struct {
	options
	bench *bench
	wire  netns.NsHandle
	lanes []*lane
}

// entry is a contestant with its traffic.
type entry struct {
	lane   *lane
	orders func(flows int) (trafficOrder, error)
}

func run(o options) (err error) {
	if err := removeStale(); err != nil {
		return err
	}
	t := &tournament{options: o}
	if t.bench, err = newBench(); err != nil {
		return err
	}
	if t.wire, err = newSpace(); err != nil {
		return err
	}
	defer t.wire.Close()
	routes := mixedRoutes(t.routes)
	if err := t.programming(routes); err != nil {
		return err
	}
	if err := t.roundTrips(); err != nil {
		return err
	}
	defer func() {
		for _, l := range t.lanes {
			err = errors.Join(err, l.end())
		}
	}()
	entries, err := t.enter(routes)
	if err != nil {
		return err
	}
	return t.forwarding(entries)
}

// enter builds every contestant.
func (t *tournament) enter(routes []netip.Prefix) (map[string]entry, error) {
	some := routes[:min(t.kernelRoutes, len(routes))]
	out := map[string]entry{}
	for _, c := range []struct {
		name string
		make func() (*lane, error)
		to   []netip.Prefix // nil: bridged
	}{
		{"drop", t.newCeiling, nil},
		{"bridge", t.newBridge, nil},
		{"l2", t.newL2, nil},
		{"routing", func() (*lane, error) { return t.newRouting(some) }, some},
		{"l3", func() (*lane, error) { return t.newL3("l3", routes, false) }, routes},
		{"l3 tag", func() (*lane, error) { return t.newL3("l3t", routes, true) }, routes},
		{"lag", t.newLAG, nil},
		{"multipath", func() (*lane, error) { return t.newMultipath(some) }, some},
		{"ecmp", func() (*lane, error) { return t.newECMP(routes) }, routes},
		{"vrf", func() (*lane, error) { return t.newVRF(some) }, some},
	} {
		l, err := c.make()
		if l != nil {
			t.lanes = append(t.lanes, l)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		if c.to == nil {
			if c.name != "drop" {
				err = t.bench.teach(l)
			}
			out[c.name] = entry{l, func(n int) (trafficOrder, error) { return bridged(l, n), nil }}
		} else {
			out[c.name] = entry{l, func(n int) (trafficOrder, error) { return routed(l, n, c.to) }}
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// sheet is a table of results: what contestants forward, and how much more one
// of them forwards than the other.
type sheet struct {
	names []string
	pairs [][2]string // the better one should be first
}

// sheets are the tables that are printed.
func sheets() []sheet {
	return []sheet{
		{[]string{"drop", "bridge", "l2", "routing", "l3", "l3 tag"},
			[][2]string{{"l2", "bridge"}, {"l3", "routing"}, {"l2", "drop"}, {"l3", "drop"}}},
		{[]string{"bridge", "lag", "multipath", "ecmp", "routing", "vrf"},
			[][2]string{{"lag", "bridge"}, {"ecmp", "multipath"}, {"vrf", "routing"}}},
	}
}

// forwarding lets the contestants take turns and prints the tables.
func (t *tournament) forwarding(entries map[string]entry) error {
	for _, s := range sheets() {
		if err := t.fill(s, entries); err != nil {
			return err
		}
	}
	return nil
}

func (t *tournament) fill(s sheet, entries map[string]entry) error {
	fmt.Fprintf(t.out, "\nForwarding, 60 byte frames, CPU time (generator and sink included), median of %d rounds\n", t.rounds)
	fmt.Fprintf(t.out, "%-9s %38s   %s\n", "", "Mpps per CPU second", "ratio")
	fmt.Fprintf(t.out, "%-9s", "flows")
	for _, n := range s.names {
		fmt.Fprintf(t.out, " %10s", n)
	}
	for _, p := range s.pairs {
		fmt.Fprintf(t.out, " %14s", p[0]+"/"+p[1])
	}
	fmt.Fprintln(t.out)
	for _, flows := range []int{1, 1 << 10, 1 << 16} {
		costs, err := t.takeTurns(entries, s.names, flows)
		if err != nil {
			return err
		}
		fmt.Fprintf(t.out, "%-9d", flows)
		for _, n := range s.names {
			fmt.Fprintf(t.out, " %10.2f", 1e3/median(costs[n]))
		}
		for _, p := range s.pairs {
			fmt.Fprintf(t.out, " %14.2f", median(ratios(costs[p[1]], costs[p[0]])))
		}
		fmt.Fprintln(t.out)
	}
	return nil
}

// takeTurns measures the cost of a frame, in ns, for each contestant and round.
func (t *tournament) takeTurns(entries map[string]entry, names []string, flows int) (map[string][]float64, error) {
	costs := map[string][]float64{}
	for range t.rounds {
		for _, n := range names {
			e := entries[n]
			o, err := e.orders(flows)
			if err != nil {
				return nil, err
			}
			p, err := t.pass(e.lane, o)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", n, err)
			}
			costs[n] = append(costs[n], p.perFrame())
		}
	}
	return costs, nil
}

// pass measures once. A pass that lost most of its frames says nothing about their cost: somebody else had the CPU, and it is taken again.
func (t *tournament) pass(l *lane, o trafficOrder) (p pass, err error) {
	const attempts = 5
	for range attempts {
		if p, err = t.bench.run(l, o, t.frames); err != nil {
			return p, err
		}
		if p.arrived >= uint64(t.frames)/2 {
			return p, nil
		}
	}
	return p, fmt.Errorf("%d of %d frames arrived", p.arrived, t.frames)
}

func ratios(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] / b[i]
	}
	return out
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return v[len(v)/2]
}
