package kernel

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sync/errgroup"
	"golang.org/x/sys/unix"
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
	queue        = 256
	restartPause = 100 * time.Millisecond
)

// Watch sends the changes of groups to events until ctx ends. When the kernel had to drop events, because the reader was too slow, it
// begins anew with a Resync.
func (k *Kernel) Watch(ctx context.Context, log *slog.Logger, groups Groups, events chan<- Event) error {
	return k.WatchBut(ctx, AnyProtocol, log, groups, events)
}

// WatchBut is Watch without the routes of one protocol, which cost nothing then.
func (k *Kernel) WatchBut(ctx context.Context, protocol uint8, log *slog.Logger, groups Groups, events chan<- Event) error {
	eg, ctx := errgroup.WithContext(ctx)
	w := watch{k: k, log: log, events: events, without: protocol}
	for group, run := range map[Groups]func(context.Context) error{Links: w.links, Addrs: w.addrs, Neighbours: w.neighbours, Routes: w.routes} {
		if groups&group != 0 {
			eg.Go(func() error { return run(ctx) })
		}
	}
	return eg.Wait()
}

// watch is one call of Watch.
type watch struct {
	k       *Kernel
	log     *slog.Logger
	events  chan<- Event
	without uint8 // protocol of routes that are not followed
}

func (w watch) send(ctx context.Context, e Event) {
	select {
	case w.events <- e:
	case <-ctx.Done():
	}
}

func (w watch) resync(ctx context.Context, g Groups) func() {
	return func() { w.send(ctx, Event{Group: g, Resync: true}) }
}

// lost reports what the library says before it gives a subscription up.
func (w watch) lost(ctx context.Context) func(error) {
	return func(err error) {
		if ctx.Err() == nil {
			w.log.Warn("kernel events", "err", err)
		}
	}
}

func (w watch) links(ctx context.Context) error {
	return follow(ctx, w.resync(ctx, Links), func(u netlink.LinkUpdate) { w.send(ctx, Event{Group: Links, Link: &u}) },
		func(ch chan netlink.LinkUpdate, done chan struct{}) error {
			return netlink.LinkSubscribeWithOptions(ch, done, netlink.LinkSubscribeOptions{
				Namespace: &w.k.ns, ErrorCallback: w.lost(ctx), ReceiveBufferSize: w.k.buffer, ReceiveBufferForceSize: true,
			})
		})
}

func (w watch) addrs(ctx context.Context) error {
	return follow(ctx, w.resync(ctx, Addrs), func(netlink.AddrUpdate) { w.send(ctx, Event{Group: Addrs}) },
		func(ch chan netlink.AddrUpdate, done chan struct{}) error {
			return netlink.AddrSubscribeWithOptions(ch, done, netlink.AddrSubscribeOptions{
				Namespace: &w.k.ns, ErrorCallback: w.lost(ctx), ReceiveBufferSize: w.k.buffer, ReceiveBufferForceSize: true,
			})
		})
}

func (w watch) neighbours(ctx context.Context) error {
	return follow(ctx, w.resync(ctx, Neighbours), func(u netlink.NeighUpdate) { w.send(ctx, Event{Group: Neighbours, Neigh: &u}) },
		func(ch chan netlink.NeighUpdate, done chan struct{}) error {
			return netlink.NeighSubscribeWithOptions(ch, done, netlink.NeighSubscribeOptions{
				Namespace: &w.k.ns, ErrorCallback: w.lost(ctx), ReceiveBufferSize: w.k.buffer, ReceiveBufferForceSize: true,
			})
		})
}

// routes does for routes what follow does for the rest, with less work for each.
func (w watch) routes(ctx context.Context) error {
	for {
		s, err := w.subscribeRoutes()
		if err != nil {
			return fmt.Errorf("subscribe to kernel events: %w", err)
		}
		stop := context.AfterFunc(ctx, func() { _ = s.close() }) // ends receive
		w.resync(ctx, Routes)()
		w.lost(ctx)(w.readRoutes(ctx, s))
		if stop() {
			_ = s.close()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(restartPause):
		}
	}
}

func (w watch) subscribeRoutes() (*routeSocket, error) {
	s, err := w.k.openRoutes(1<<(unix.RTNLGRP_IPV4_ROUTE-1) | 1<<(unix.RTNLGRP_IPV6_ROUTE-1))
	if err != nil || w.without == AnyProtocol {
		return s, err
	}
	if err := s.leaveOut(w.without); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// readRoutes passes changes on until the kernel had to drop some, or the socket is closed.
func (w watch) readRoutes(ctx context.Context, s *routeSocket) error {
	const how = unix.NLM_F_REPLACE | unix.NLM_F_EXCL | unix.NLM_F_CREATE | unix.NLM_F_APPEND
	for {
		messages, err := s.receive()
		if err != nil {
			return err
		}
		for _, m := range messages {
			if m.kind != unix.RTM_NEWROUTE && m.kind != unix.RTM_DELROUTE {
				continue
			}
			u := &netlink.RouteUpdate{Type: m.kind, NlFlags: m.flags & how}
			if u.Route, err = parseRoute(m.data); err != nil {
				w.lost(ctx)(err)
				continue
			}
			w.send(ctx, Event{Group: Routes, Route: u})
		}
	}
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
