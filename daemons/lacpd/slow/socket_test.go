package slow

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

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
	if err := far.Join(to, Group()); err != nil {
		t.Fatal(err)
	}
	if err := far.Join(to+1000, Group()); err == nil {
		t.Error("joined on a device that does not exist")
	}
	ctx, cancel := context.WithCancel(t.Context())
	got, done := make(chan linkproto.Received, 10), make(chan error, 2)
	go func() { done <- far.Receive(ctx, got) }()
	go func() { done <- near.Receive(ctx, got) }() // must not hear itself

	source, payload := MAC{2, 0, 0, 0, 0, 9}, bytes.Repeat([]byte{1}, 110)
	for _, first := range []byte{1, 2} {
		payload[0] = first
		if err := near.Send(from, Frame(source, payload)); err != nil {
			t.Fatal(err)
		}
		select {
		case f := <-got:
			if f.Device != to || !bytes.Equal(Payload(f.Frame), payload) {
				t.Errorf("got %+v", f)
			}
		case <-time.After(5 * time.Second):
			t.Fatal("nothing came")
		}
	}
	if err := near.Send(from+1000, Frame(source, payload)); err == nil {
		t.Error("sent on a device that does not exist")
	}
	cancel()
	for range 2 {
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	if len(got) != 0 {
		t.Errorf("too much came: %+v", <-got)
	}
}
