package ping

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"
)

// maxEchoes is what sequence numbers can tell apart.
const maxEchoes = 1 << 16

// Stream asks a host for an echo at every interval, until it is stopped.
type Stream struct {
	socket   *socket
	interval time.Duration
	stop     chan struct{}
	running  sync.WaitGroup

	mu       sync.Mutex // guards what follows
	sent     int
	answered map[uint16]bool
	failure  error
}

// Result counts the echoes of a stream. Lost lists the numbers that did not come back.
type Result struct {
	Sent, Received int
	Lost           []int
}

// Start begins a stream from a namespace. A stream of 65536 echoes ends by itself.
func Start(ns string, to netip.Addr, interval time.Duration) (*Stream, error) {
	s, err := dial(ns, to, uint16(rand.Uint32()))
	if err != nil {
		return nil, err
	}
	stream := &Stream{socket: s, interval: interval, stop: make(chan struct{}), answered: map[uint16]bool{}}
	stream.running.Go(stream.sendAll)
	stream.running.Go(stream.receiveAll)
	return stream, nil
}

// Stop ends the stream, waits for late answers, and counts.
func (s *Stream) Stop() (Result, error) {
	close(s.stop)
	s.running.Wait()
	if err := s.socket.close(); err != nil {
		return Result{}, err
	}
	r := Result{Sent: s.sent, Received: len(s.answered)}
	for seq := range s.sent {
		if !s.answered[uint16(seq)] {
			r.Lost = append(r.Lost, seq)
		}
	}
	return r, s.failure
}

// Progress counts what was sent and answered so far.
func (s *Stream) Progress() (sent, received int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sent, len(s.answered)
}

func (s *Stream) sendAll() {
	tick := time.NewTicker(s.interval)
	defer tick.Stop()
	for seq := range maxEchoes {
		if err := s.socket.send(uint16(seq)); err != nil && !unreachable(err) {
			s.fail(err)
			return
		}
		s.mu.Lock()
		s.sent++
		s.mu.Unlock()
		select {
		case <-s.stop:
			return
		case <-tick.C:
		}
	}
}

func (s *Stream) receiveAll() {
	const turn = 100 * time.Millisecond
	var end time.Time // zero until the stream is stopped
	for end.IsZero() || time.Now().Before(end) {
		select {
		case <-s.stop:
			if end.IsZero() {
				end = time.Now().Add(answerTime)
			}
		default:
		}
		seq, ok, err := s.socket.receive(time.Now().Add(turn))
		if err != nil {
			s.fail(err)
			return
		}
		if ok {
			s.mu.Lock()
			s.answered[seq] = true
			s.mu.Unlock()
		}
	}
}

func (s *Stream) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failure == nil {
		s.failure = fmt.Errorf("ping %s: %w", s.socket.to, err)
	}
}
