package dataplane

import (
	"errors"
	"fmt"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

const (
	iffUp      = unix.IFF_UP
	iffRunning = unix.IFF_RUNNING
)

// relinkPause is how long to wait before watching links again after the kernel
// dropped messages.
const relinkPause = 100 * time.Millisecond

// startLinks watches the links of the front-panel ports.
func (p *Plane) startLinks() error {
	updates, done, err := p.subscribeLinks()
	if err != nil {
		return err
	}
	p.joined.Go(func() { p.watchLinks(updates, done) })
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
		up := false
		for id, r := range p.ports {
			if r.ifindex != index {
				continue
			}
			if up = p.deviceUp(index); up == r.up {
				continue
			}
			r.up = up
			told = append(told, Event{Kind: LinkChanged, Port: id, Up: up})
			if err := p.followPort(id); err != nil {
				p.log.Error("follow link", "port", id, "error", err)
			}
		}
		return nil
	})
	for _, e := range told {
		p.tell(e)
	}
}

func linkUp(a *netlink.LinkAttrs) bool {
	return a.RawFlags&(iffUp|iffRunning) == iffUp|iffRunning
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
		port := p.ports[h.Port]
		up = up && port != nil && port.up
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
