package ping

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"
)

// answerTime is how long one echo may take.
const answerTime = 300 * time.Millisecond

// Once asks a host until it answers or ctx ends.
func Once(ctx context.Context, ns string, to netip.Addr) error {
	s, err := dial(ns, to, uint16(rand.Uint32()))
	if err != nil {
		return err
	}
	defer s.close()
	var last error
	for seq := uint16(1); ctx.Err() == nil; seq++ {
		began := time.Now()
		if last = s.send(seq); last == nil {
			_, answered, err := s.receive(began.Add(answerTime))
			if answered {
				return nil
			}
			last = err
		}
		wait(ctx, time.Until(began.Add(answerTime)))
	}
	return fmt.Errorf("ping %s from %s: %w", to, ns, errors.Join(errNoAnswer, last))
}

var errNoAnswer = errors.New("no answer")

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// unreachable tells errors of the moment, which count as a lost echo, from those of the socket.
func unreachable(err error) bool {
	for _, errno := range []error{unix.EHOSTUNREACH, unix.ENETUNREACH, unix.ENETDOWN, unix.ENOBUFS, unix.EHOSTDOWN} {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}
