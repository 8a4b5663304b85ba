package bfdd

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/heddle-nos/heddle/daemons/bfdd/bfd"
	"github.com/heddle-nos/heddle/daemons/bfdd/wire"
	"github.com/heddle-nos/heddle/internal/kernel"
)

// place is where packets are received.
type place struct {
	vrf      string
	v6       bool
	multihop bool
}

func (p place) port() int {
	if p.multihop {
		return bfd.PortMultihop
	}
	return bfd.PortSingleHop
}

// sender sends for one session.
type sender struct {
	*wire.Sender
	index int // of the device that it is bound to
}

// sockets are the open ones: receiving ones where there are sessions, and a sending one for each session.
type sockets struct {
	kernel *kernel.Kernel
	log    *slog.Logger
	listen func(l *wire.Listener) // has its arrivals announced

	listeners map[place]*wire.Listener
	bound     map[place]int // index of the VRF's device
	senders   map[bfd.Key]sender
	devices   map[string]int // index by name, of all devices
	names     map[int]string
}

func newSockets(k *kernel.Kernel, log *slog.Logger, listen func(*wire.Listener)) *sockets {
	return &sockets{
		kernel: k, log: log, listen: listen,
		listeners: make(map[place]*wire.Listener), bound: make(map[place]int), senders: make(map[bfd.Key]sender),
		devices: make(map[string]int), names: make(map[int]string),
	}
}

// setDevice notes a device; index 0: it is gone.
func (s *sockets) setDevice(name string, index int) {
	if old := s.devices[name]; old != index {
		delete(s.names, old)
	}
	if index == 0 {
		delete(s.devices, name)
		return
	}
	if old, ok := s.names[index]; ok && old != name {
		delete(s.devices, old)
	}
	s.devices[name], s.names[index] = index, name
}

// device is the one that a session's packets leave through, if that is not left to the main routing table.
func device(key bfd.Key) string {
	if key.Interface != "" {
		return key.Interface
	}
	return key.VRF
}

// ready opens what a session needs and lacks.
func (s *sockets) ready(w wanted, local uint32) error {
	at := place{w.key.VRF, w.key.Peer.Is6(), w.row.Multihop}
	key, name := w.engineKey(), device(w.engineKey())
	if have, ok := s.senders[key]; ok && have.index != s.devices[name] {
		s.close(key) // it is bound to a device that is gone
	}
	if l, ok := s.listeners[at]; ok && s.bound[at] != s.devices[at.vrf] {
		_ = l.Close()
		delete(s.listeners, at)
	}
	if s.listeners[at] != nil && s.senders[key].Sender != nil {
		return nil
	}
	if name != "" && s.devices[name] == 0 {
		return fmt.Errorf("%s does not exist", name)
	}
	return s.kernel.Inside(func() error {
		if err := s.open(at); err != nil {
			return err
		}
		return s.openSender(w, local)
	})
}

func (s *sockets) open(at place) error {
	if s.listeners[at] != nil {
		return nil
	}
	l, err := wire.Listen(at.v6, at.vrf, at.port())
	if err != nil {
		return err
	}
	s.listeners[at], s.bound[at] = l, s.devices[at.vrf]
	s.listen(l)
	return nil
}

// openSender starts looking for a port at one that follows from the discriminator, so that a later life finds the same.
func (s *sockets) openSender(w wanted, local uint32) error {
	key := w.engineKey()
	if s.senders[key].Sender != nil {
		return nil
	}
	index := s.devices[device(key)]
	const ports = bfd.LastSourcePort - bfd.FirstSourcePort + 1
	opened, err := wire.Open(wire.Route{
		Device: device(key), Index: index, Local: w.row.LocalAddr, Peer: key.Peer, Port: place{multihop: w.row.Multihop}.port(), TOS: *w.row.TOS,
		SourcePort: bfd.FirstSourcePort + int(local%ports), First: bfd.FirstSourcePort, Last: bfd.LastSourcePort,
	}, bfd.TTL)
	if err != nil {
		return err
	}
	s.senders[key] = sender{opened, index}
	return nil
}

func (s *sockets) send(key bfd.Key, p bfd.Packet) {
	to, ok := s.senders[key]
	if !ok {
		return
	}
	if err := to.Send(p.Append(nil)); err != nil { // the protocol outlives the loss of a packet
		s.log.Debug("send BFD packet", "peer", key.Peer, "err", err)
	}
}

func (s *sockets) close(key bfd.Key) {
	if to, ok := s.senders[key]; ok {
		_ = to.Close()
		delete(s.senders, key)
	}
}

// drain hands over all that has come.
func (s *sockets) drain(deliver func(bfd.Receive)) {
	for at, l := range s.listeners {
		err := l.Drain(func(d wire.Datagram) {
			deliver(bfd.Receive{
				At: d.At, VRF: at.vrf, Interface: s.names[d.Interface], From: d.From.WithZone(""), To: d.To, TTL: d.TTL, Multihop: at.multihop, Payload: d.Payload,
			})
		})
		if err != nil {
			s.log.Warn("receive BFD packets", "port", at.port(), "err", err)
		}
	}
}

func (s *sockets) closeAll() {
	for _, l := range s.listeners {
		_ = l.Close()
	}
	for key := range s.senders {
		s.close(key)
	}
}

// watch posts to ready when something has come.
func watch(l *wire.Listener, ready chan<- struct{}) func(context.Context) error {
	return func(ctx context.Context) error { return l.Wait(ctx, ready) }
}
