package wire

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
)

const port = 3784

func listen(t *testing.T, k *kernel.Kernel, v6 bool) (*Listener, <-chan struct{}) {
	t.Helper()
	var l *Listener
	if err := k.Inside(func() (err error) { l, err = Listen(v6, "", port); return err }); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ready, done := make(chan struct{}, 1), make(chan error, 1)
	go func() { done <- l.Wait(ctx, ready) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	return l, ready
}

func route(k *kernel.Kernel, t *testing.T, local, peer string) Route {
	return Route{
		Device: "Ethernet0", Index: kerneltest.Link(t, k, "Ethernet0").Attrs().Index, Local: netip.MustParseAddr(local), Peer: netip.MustParseAddr(peer),
		Port: port, TOS: 192, SourcePort: 49155, First: 49152, Last: 49155,
	}
}

func TestDatagrams(t *testing.T) {
	a, b := kerneltest.New(t), kerneltest.New(t)
	kerneltest.Cable(t, a, "Ethernet0", b, "Ethernet4")
	kerneltest.Up(t, a, "Ethernet0")
	for _, p := range []string{"10.0.0.1/24", "fc00::1/64", "fe80::1/64"} {
		kerneltest.Address(t, a, "Ethernet0", p)
	}
	for _, p := range []string{"10.0.0.2/24", "fc00::2/64", "fe80::2/64"} {
		kerneltest.Address(t, b, "Ethernet4", p)
	}
	far := kerneltest.Link(t, b, "Ethernet4").Attrs().Index
	for _, pair := range [][2]string{{"10.0.0.1", "10.0.0.2"}, {"fc00::1", "fc00::2"}, {"fe80::1", "fe80::2"}} {
		r := route(a, t, pair[0], pair[1])
		l, ready := listen(t, b, r.Peer.Is6())
		var s *Sender
		if err := a.Inside(func() (err error) { s, err = Open(r, 255); return err }); err != nil {
			t.Fatal(pair, err)
		}
		t.Cleanup(func() { _ = s.Close() })
		began := time.Now()
		if err := s.Send([]byte("hello")); err != nil {
			t.Fatal(pair, err)
		}
		select {
		case <-ready:
		case <-time.After(10 * time.Second):
			t.Fatal(pair, "nothing came")
		}
		n := 0
		err := l.Drain(func(d Datagram) {
			n++
			if d.From != r.Local || d.To != r.Peer || d.TTL != 255 || d.Interface != far || string(d.Payload) != "hello" {
				t.Errorf("%v: got %+v", pair, d)
			}
			if d.At.Before(began.Add(-time.Millisecond)) || d.At.After(time.Now()) {
				t.Errorf("%v: sent at %v, arrived at %v", pair, began, d.At)
			}
		})
		if err != nil || n != 1 {
			t.Errorf("%v: %d datagrams, %v", pair, n, err)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}

// Every session has a source port of its own, and the last one says that there is none.
func TestSourcePorts(t *testing.T) {
	a, b := kerneltest.New(t), kerneltest.New(t)
	kerneltest.Cable(t, a, "Ethernet0", b, "Ethernet4")
	kerneltest.Up(t, a, "Ethernet0")
	kerneltest.Address(t, a, "Ethernet0", "10.0.0.1/24")
	ports := map[int]bool{}
	for range 4 {
		var s *Sender
		if err := a.Inside(func() (err error) { s, err = Open(route(a, t, "10.0.0.1", "10.0.0.2"), 255); return err }); err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		_ = s.do(func(fd int) error {
			name, err := unix.Getsockname(fd)
			if at, ok := name.(*unix.SockaddrInet4); ok {
				ports[at.Port] = true
			}
			return err
		})
	}
	if len(ports) != 4 || !ports[49152] || !ports[49155] {
		t.Errorf("source ports %v", ports)
	}
	err := a.Inside(func() error { _, err := Open(route(a, t, "10.0.0.1", "10.0.0.2"), 255); return err })
	if err == nil {
		t.Error("a fifth session has a port of four")
	}
	err = a.Inside(func() error { _, err := Open(route(a, t, "10.0.0.9", "10.0.0.2"), 255); return err })
	if !errors.Is(err, unix.EADDRNOTAVAIL) {
		t.Errorf("from an address that is not ours: %v", err)
	}
}
