package kernel

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sync/errgroup"
)

// Groups says what to follow.
type Groups uint8

// What can be followed.
const (
	Links Groups = 1 << iota
	Addrs
	Neighbours
	Routes
)

// Event is a change, or the word that changes may have been missed.
type Event struct {
	Group  Groups
	Resync bool // list the group again; sent first, and after a loss
	Link   *netlink.LinkUpdate
	Neigh  *netlink.NeighUpdate
	Route  *netlink.RouteUpdate // addresses come without detail
}

const (
	// receiveBuffer is what the kernel may keep for us, in bytes: some 100,000 route events.
	receiveBuffer = 32 << 20
	queue         = 256
	restartPause  = 100 * time.Millisecond
)

// Watch sends the changes of groups to events until ctx ends. When the kernel had to drop events, because the reader was too slow, it
// begins anew with a Resync.
func (k *Kernel) Watch(ctx context.Context, log *slog.Logger, groups Groups, events chan<- Event) error {
	eg, ctx := errgroup.WithContext(ctx)
	send := func(e Event) {
		select {
		case events <- e:
		case <-ctx.Done():
		}
	}
	lost := func(group string) func(error) {
		return func(err error) {
			if ctx.Err() == nil {
				log.Warn("kernel events", "group", group, "err", err)
			}
		}
	}
	if groups&Links != 0 {
		eg.Go(func() error {
			return follow(ctx, func() { send(Event{Group: Links, Resync: true}) },
				func(u netlink.LinkUpdate) { send(Event{Group: Links, Link: &u}) },
				func(ch chan netlink.LinkUpdate, done chan struct{}) error {
					return netlink.LinkSubscribeWithOptions(ch, done, netlink.LinkSubscribeOptions{
						Namespace: &k.ns, ErrorCallback: lost("links"), ReceiveBufferSize: receiveBuffer, ReceiveBufferForceSize: true,
					})
				})
		})
	}
	if groups&Addrs != 0 {
		eg.Go(func() error {
			return follow(ctx, func() { send(Event{Group: Addrs, Resync: true}) },
				func(netlink.AddrUpdate) { send(Event{Group: Addrs}) },
				func(ch chan netlink.AddrUpdate, done chan struct{}) error {
					return netlink.AddrSubscribeWithOptions(ch, done, netlink.AddrSubscribeOptions{
						Namespace: &k.ns, ErrorCallback: lost("addresses"), ReceiveBufferSize: receiveBuffer, ReceiveBufferForceSize: true,
					})
				})
		})
	}
	if groups&Neighbours != 0 {
		eg.Go(func() error {
			return follow(ctx, func() { send(Event{Group: Neighbours, Resync: true}) },
				func(u netlink.NeighUpdate) { send(Event{Group: Neighbours, Neigh: &u}) },
				func(ch chan netlink.NeighUpdate, done chan struct{}) error {
					return netlink.NeighSubscribeWithOptions(ch, done, netlink.NeighSubscribeOptions{
						Namespace: &k.ns, ErrorCallback: lost("neighbours"), ReceiveBufferSize: receiveBuffer, ReceiveBufferForceSize: true,
					})
				})
		})
	}
	if groups&Routes != 0 {
		eg.Go(func() error {
			return follow(ctx, func() { send(Event{Group: Routes, Resync: true}) },
				func(u netlink.RouteUpdate) { send(Event{Group: Routes, Route: &u}) },
				func(ch chan netlink.RouteUpdate, done chan struct{}) error {
					return netlink.RouteSubscribeWithOptions(ch, done, netlink.RouteSubscribeOptions{
						Namespace: &k.ns, ErrorCallback: lost("routes"), ReceiveBufferSize: receiveBuffer, ReceiveBufferForceSize: true,
					})
				})
		})
	}
	return eg.Wait()
}

// follow keeps one subscription alive. The library closes the channel when the kernel reports a loss (ENOBUFS) or done is closed.
func follow[U any](ctx context.Context, resync func(), deliver func(U), subscribe func(chan U, chan struct{}) error) error {
	for {
		ch, done := make(chan U, queue), make(chan struct{})
		if err := subscribe(ch, done); err != nil {
			close(done)
			return fmt.Errorf("subscribe to kernel events: %w", err)
		}
		stop := context.AfterFunc(ctx, func() { close(done) })
		resync()
		for u := range ch {
			deliver(u)
		}
		if stop() {
			close(done)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(restartPause):
		}
	}
}
