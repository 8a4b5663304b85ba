package lab

import (
	"context"
	"fmt"
	"net/netip"
	"sync"

	"github.com/heddle-nos/heddle/daemons/lab/ping"
)

// Path is a ping from one host to an address of another.
type Path struct {
	From, To string
	Address  netip.Addr
}

// Pairs lists every ordered pair of hosts in both families, as far as they have addresses.
func (l *Lab) Pairs() []Path {
	var all []Path
	for _, v6 := range []bool{false, true} {
		for _, from := range l.Topology.Hosts {
			for _, to := range l.Topology.Hosts {
				address, has := to.Address(v6)
				_, sends := from.Address(v6)
				if from.Name != to.Name && has && sends {
					all = append(all, Path{From: from.Name, To: to.Name, Address: address})
				}
			}
		}
	}
	return all
}

// atOnce bounds the pings that wait for their answer at the same time.
const atOnce = 16

// Reach pings along every path until it is answered or ctx ends, and reports each result, in order.
func (l *Lab) Reach(ctx context.Context, all []Path) []error {
	results := make([]error, len(all))
	slots := make(chan struct{}, atOnce)
	var running sync.WaitGroup
	for i, p := range all {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			results[i] = ping.Once(ctx, l.Namespace(p.From), p.Address)
		})
	}
	running.Wait()
	return results
}

// String is the path as a person reads it.
func (p Path) String() string { return fmt.Sprintf("%s -> %s (%s)", p.From, p.To, p.Address) }
