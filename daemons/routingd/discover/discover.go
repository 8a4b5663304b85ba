package discover

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/process"
)

// eager is how often a router that nobody has answered yet advertises itself.
const eager = time.Second

// Discovery finds routers on links.
type Discovery struct {
	kernel *kernel.Kernel
	log    *slog.Logger
	wanted chan map[string]bool       // of one: the newest
	found  chan map[string]netip.Addr // of one: the newest

	links   map[string]*link // owned by the goroutine of Run, as is all below
	indexes map[int]string
	socket  *socket
}

// link is one that routers are looked for on.
type link struct {
	index   int
	mac     net.HardwareAddr
	up      bool
	next    time.Time  // to advertise
	router  netip.Addr // invalid: none has been heard
	expires time.Time
}

// New makes a discovery; it does nothing until Run.
func New(k *kernel.Kernel, log *slog.Logger) *Discovery {
	return &Discovery{
		kernel: k, log: log, wanted: make(chan map[string]bool, 1), found: make(chan map[string]netip.Addr, 1),
		links: make(map[string]*link), indexes: make(map[int]string),
	}
}

// Look says on which links to look for routers. It never waits. It belongs to one goroutine.
func (d *Discovery) Look(links map[string]bool) { replace(d.wanted, links) }

// Found has the routers by link, link-local and with the link as zone, after every change.
func (d *Discovery) Found() <-chan map[string]netip.Addr { return d.found }

// replace puts v into a channel of one, in place of what is there. The channel has one writer.
func replace[T any](ch chan T, v T) {
	for {
		select {
		case ch <- v:
			return
		default:
		}
		select {
		case <-ch:
		default:
		}
	}
}

// Run serves until ctx ends. It opens no socket before a link is asked for; if it cannot, it says so in the log and finds nothing.
func (d *Discovery) Run(ctx context.Context) error {
	for len(d.links) == 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case links := <-d.wanted:
			d.look(links)
		}
	}
	s, err := openSocket(d.kernel)
	if err != nil {
		d.log.Error("BGP peers by interface cannot be found", "err", err)
		<-ctx.Done()
		return ctx.Err()
	}
	d.socket = s
	came, events := make(chan heard, 64), make(chan kernel.Event, 64)
	g := process.NewGroup(ctx)
	g.Go("hear router advertisements", func(ctx context.Context) error {
		stop := context.AfterFunc(ctx, func() { s.file.Close() })
		defer stop()
		return s.listen(ctx, came)
	})
	g.Go("follow links", func(ctx context.Context) error { return d.kernel.Watch(ctx, d.log, kernel.Links, events) })
	g.Go("find routers", func(ctx context.Context) error { return d.loop(ctx, came, events) })
	return g.Wait()
}

func (d *Discovery) loop(ctx context.Context, came <-chan heard, events <-chan kernel.Event) error {
	tick := time.NewTicker(eager / 4)
	defer tick.Stop()
	for {
		changed := false
		select {
		case <-ctx.Done():
			return ctx.Err()
		case links := <-d.wanted:
			changed = d.look(links)
			if err := d.refresh(); err != nil {
				return err
			}
		case <-events:
			was := d.routers()
			if err := d.refresh(); err != nil {
				return err
			}
			changed = !maps.Equal(was, d.routers())
		case h := <-came:
			changed = d.hear(h, time.Now())
		case now := <-tick.C:
			d.advertise(now)
		}
		if changed {
			replace(d.found, d.routers())
		}
	}
}

// look takes the links that are asked for, and says whether a router is gone with one that is not.
func (d *Discovery) look(want map[string]bool) (changed bool) {
	for name, l := range d.links {
		if !want[name] {
			changed = changed || l.router.IsValid()
			delete(d.links, name)
		}
	}
	for name := range want {
		if d.links[name] == nil {
			d.links[name] = &link{}
		}
	}
	return changed
}

// refresh looks at the devices of the links. One that goes down has no router any more.
func (d *Discovery) refresh() error {
	devices, err := d.kernel.Links()
	if err != nil {
		return err
	}
	d.indexes = make(map[int]string)
	for name, l := range d.links {
		device, exists := devices[name]
		up := exists && device.Attrs().RawFlags&(unix.IFF_UP|unix.IFF_RUNNING) == unix.IFF_UP|unix.IFF_RUNNING
		if !up {
			*l = link{}
			continue
		}
		if at := device.Attrs(); !l.up || l.index != at.Index {
			*l = link{index: at.Index, mac: at.HardwareAddr, up: true}
		}
		d.indexes[l.index] = name
	}
	return nil
}

// routers are those that are known.
func (d *Discovery) routers() map[string]netip.Addr {
	out := make(map[string]netip.Addr)
	for name, l := range d.links {
		if l.router.IsValid() {
			out[name] = l.router.WithZone(name)
		}
	}
	return out
}

// hear takes an advertisement, and says whether it is of a new router. A router that was heard before keeps its place as long as it said that
// it would be there: a link has one.
func (d *Discovery) hear(h heard, now time.Time) bool {
	l := d.links[d.indexes[h.link]]
	if l == nil || l.router.IsValid() && l.router != h.from && now.Before(l.expires) {
		return false
	}
	l.expires = now.Add(max(h.lifetime, 3*interval))
	if l.router == h.from {
		return false
	}
	d.log.Info("router found", "interface", d.indexes[h.link], "addr", h.from)
	l.router = h.from
	l.next = now // the other one may wait for this
	return true
}

// advertise sends on the links whose time has come.
func (d *Discovery) advertise(now time.Time) {
	for name, l := range d.links {
		if !l.up || now.Before(l.next) {
			continue
		}
		if l.next = now.Add(eager); l.router.IsValid() {
			l.next = now.Add(interval)
		}
		err := d.socket.send(l.index, advert(l.mac))
		if err != nil && !errors.Is(err, unix.EADDRNOTAVAIL) { // the link-local address is not there yet
			d.log.Debug("advertise", "interface", name, "err", fmt.Errorf("router advertisement: %w", err))
		}
	}
}
