package dataplane

import (
	"errors"
	"fmt"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/ethtool"
)

const (
	iffUp      = unix.IFF_UP
	iffRunning = unix.IFF_RUNNING
)

// relinkPause is how long to wait before watching links again after the kernel
// dropped messages.
const relinkPause = 100 * time.Millisecond

// carrierPause bounds how long traffic goes to a lost link although it has
// another way.
const carrierPause = 10 * time.Millisecond

// startLinks watches the links of the front-panel ports.
func (p *Plane) startLinks() error {
	updates, done, err := p.subscribeLinks()
	if err != nil {
		return err
	}
	p.joined.Go(func() { p.watchLinks(updates, done) })
	p.joined.Go(p.watchCarrier)
	return nil
}

func (p *Plane) subscribeLinks() (<-chan netlink.LinkUpdate, chan struct{}, error) {
	updates, done := make(chan netlink.LinkUpdate, 64), make(chan struct{})
	err := netlink.LinkSubscribeWithOptions(updates, done, netlink.LinkSubscribeOptions{
		Namespace: &p.spaces.silicon, ListExisting: true,
		ErrorCallback: func(err error) { p.log.Debug("link messages", "error", err) },
	})
	if err != nil {
		return nil, nil, fmt.Errorf("watch links: %w", err)
	}
	return updates, done, nil
}

// watchLinks follows link changes. The kernel ends the stream when it had to
// drop a message; a new one starts with the present state of every link.
func (p *Plane) watchLinks(updates <-chan netlink.LinkUpdate, done chan struct{}) {
	defer func() {
		close(done)
		for range updates { // until the subscription's goroutine has ended
		}
	}()
	for {
		select {
		case u, ok := <-updates:
			if ok {
				p.linkChanged(u)
				continue
			}
		case <-p.ctx.Done():
			return
		}
		for {
			select {
			case <-time.After(relinkPause):
			case <-p.ctx.Done():
				return
			}
			u, d, err := p.subscribeLinks()
			if err == nil {
				updates, done = u, d
				break
			}
			p.log.Error("watch links", "error", err)
		}
	}
}

func (p *Plane) linkChanged(u netlink.LinkUpdate) {
	var told []Event
	_ = p.do(func() error {
		// The message may be older than what SetPort saw: ask again.
		index := u.Attrs().Index
		for id, r := range p.ports {
			if r.ifindex != index {
				continue
			}
			if up := p.deviceUp(index); up != r.up {
				told = append(told, p.turnPort(id, r, up))
			}
		}
		return nil
	})
	for _, e := range told {
		p.tell(e)
	}
}

// turnPort notes that a port's link came or went: the traffic first, then the
// CPU's view of it.
func (p *Plane) turnPort(id PortID, r *portRow, up bool) Event {
	r.up = up
	if err := errors.Join(p.followLAG(r.member.LAG), p.followPaths(id), p.followPort(id)); err != nil {
		p.log.Error("follow link", "port", id, "error", err)
	}
	return Event{Kind: LinkChanged, Port: id, Up: up}
}

// watchCarrier looks at the links of the ports whose traffic has another way to
// go. The kernel's messages alone would be too late: it holds them back for up to
// a second when links change often.
func (p *Plane) watchCarrier() {
	tick := time.NewTicker(carrierPause)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-p.ctx.Done():
			return
		}
		var told []Event
		_ = p.do(func() error {
			told = p.lostCarriers()
			return nil
		})
		for _, e := range told {
			p.tell(e)
		}
	}
}

// lostCarriers takes note of links that went. One that cannot be asked is left
// to the messages.
func (p *Plane) lostCarriers() (told []Event) {
	for id, r := range p.ports {
		if !r.up || !p.redundant(id, r) {
			continue
		}
		if up, err := ethtool.Carrier(r.device); err == nil && !up {
			told = append(told, p.turnPort(id, r, false))
		}
	}
	return told
}

// redundant tells whether what a port carries could go elsewhere.
func (p *Plane) redundant(id PortID, r *portRow) bool {
	return r.device != "" && (r.member.Distribute || p.shared(id))
}

// linkUp goes by the carrier too: it is ahead of the operational state.
func linkUp(a *netlink.LinkAttrs) bool {
	const up = iffUp | iffRunning | unix.IFF_LOWER_UP
	return a.RawFlags&up == up
}

func (p *Plane) deviceUp(ifindex int) bool {
	dev, err := p.spaces.siliconNl.LinkByIndex(ifindex)
	return err == nil && linkUp(dev.Attrs())
}

// followPort gives the host interfaces of a port the carrier of its link.
func (p *Plane) followPort(id PortID) error {
	var err error
	for _, h := range p.hostifs {
		if h.Port == id {
			err = errors.Join(err, p.followHostif(h))
		}
	}
	return err
}

// followHostif sets the carrier that the CPU sees: the silicon's end of the pair
// is up or down.
func (p *Plane) followHostif(h *hostifRow) error {
	up := h.AdminUp
	if h.Port != 0 {
		up = up && p.portUp(h.Port)
	}
	dev, err := p.spaces.siliconNl.LinkByIndex(h.ifindex)
	if err != nil {
		return fmt.Errorf("find device: %w", err)
	}
	if up == (dev.Attrs().RawFlags&iffUp != 0) {
		return nil
	}
	change := p.spaces.siliconNl.LinkSetDown
	if up {
		change = p.spaces.siliconNl.LinkSetUp
	}
	if err := change(dev); err != nil {
		return fmt.Errorf("carrier: %w", err)
	}
	return nil
}
