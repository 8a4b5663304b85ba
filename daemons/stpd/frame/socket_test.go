package frame

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/linkproto"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
)

func open(t *testing.T, k *kernel.Kernel) *linkproto.Socket {
	t.Helper()
	var s *linkproto.Socket
	if err := k.Inside(func() (err error) { s, err = Open(); return err }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestSocket(t *testing.T) {
	a, b := kerneltest.New(t), kerneltest.New(t)
	kerneltest.Cable(t, a, "Ethernet0", b, "Ethernet4")
	kerneltest.Up(t, a, "Ethernet0")
	from, to := kerneltest.Link(t, a, "Ethernet0").Attrs().Index, kerneltest.Link(t, b, "Ethernet4").Attrs().Index
	near, far := open(t, a), open(t, b)
	if err := far.Join(to, Groups()...); err != nil {
		t.Fatal(err)
	}
	if err := far.Join(to+1000, Groups()...); err == nil {
		t.Error("joined on a device that does not exist")
	}
	ctx, cancel := context.WithCancel(t.Context())
	got, done := make(chan linkproto.Received, 10), make(chan error, 2)
	go func() { done <- far.Receive(ctx, got) }()
	go func() { done <- near.Receive(ctx, got) }() // must not hear itself
	foreign := octets(t, "ffffffffffff 020000000001 0800"+strings.Repeat("00", 46))
	for text := range samples() {
		for _, f := range [][]byte{foreign, octets(t, text)} {
			if err := near.Send(from, f); err != nil {
				t.Fatal(err)
			}
		}
		select {
		case r := <-got:
			if d := cmp.Diff(octets(t, text), r.Frame); r.Device != to || d != "" {
				t.Errorf("on %d: %s", r.Device, d)
			}
		case <-time.After(5 * time.Second):
			t.Fatal("nothing came")
		}
	}
	if err := near.Send(from+1000, foreign); err == nil {
		t.Error("sent on a device that does not exist")
	}
	cancel()
	for range 2 {
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	if len(got) != 0 {
		t.Errorf("too much came: %x", (<-got).Frame)
	}
}
