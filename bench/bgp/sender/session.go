package sender

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"
)

const (
	holdTime  = 90 * time.Second
	handshake = 10 * time.Second // for a peer that accepted the connection to become established
	redial    = 100 * time.Millisecond
)

// Session is an established session.
type Session struct {
	conn net.Conn
	done chan struct{}

	writing sync.Mutex
	ended   error // why it ended; to be read after done
}

// Open dials until the peer accepts a session, or ctx ends. dial decides from where.
func Open(ctx context.Context, dial func(context.Context) (net.Conn, error), as uint32, id netip.Addr) (*Session, error) {
	for {
		s, err := open(ctx, dial, as, id)
		if err == nil {
			return s, nil
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("open a BGP session: %w", errors.Join(ctx.Err(), err))
		case <-time.After(redial):
		}
	}
}

func open(ctx context.Context, dial func(context.Context) (net.Conn, error), as uint32, id netip.Addr) (*Session, error) {
	conn, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	if err := establish(conn, as, id); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	s := &Session{conn: conn, done: make(chan struct{})}
	go s.read()
	go s.keepAlive()
	return s, nil
}

// establish exchanges OPENs and KEEPALIVEs.
func establish(conn net.Conn, as uint32, id netip.Addr) error {
	if err := conn.SetDeadline(time.Now().Add(handshake)); err != nil {
		return err
	}
	if _, err := conn.Write(openMessage(as, id)); err != nil {
		return err
	}
	for _, want := range []byte{typeOpen, typeKeepalive} {
		kind, body, err := receive(conn)
		if err != nil {
			return err
		}
		if kind != want {
			return unexpected(kind, body)
		}
		if kind == typeOpen {
			if _, err := conn.Write(keepalive()); err != nil {
				return err
			}
		}
	}
	return conn.SetDeadline(time.Time{})
}

// openMessage offers IPv4 unicast (RFC 4760) and four-octet AS numbers (RFC 6793).
func openMessage(as uint32, id netip.Addr) []byte {
	capabilities := []byte{1, 4, 0, 1, 0, 1, 65, 4}
	capabilities = binary.BigEndian.AppendUint32(capabilities, as)
	out := append(begin(nil, typeOpen), 4)
	out = binary.BigEndian.AppendUint16(out, uint16(min(as, 23456)))
	if as < 1<<16 {
		binary.BigEndian.PutUint16(out[len(out)-2:], uint16(as))
	}
	out = binary.BigEndian.AppendUint16(out, uint16(holdTime/time.Second))
	out = append(out, id.AsSlice()...)
	out = append(out, byte(2+len(capabilities)), 2, byte(len(capabilities)))
	out = append(out, capabilities...)
	finish(out)
	return out
}

func keepalive() []byte {
	out := begin(nil, typeKeepalive)
	finish(out)
	return out
}

// receive reads a message.
func receive(r io.Reader) (kind byte, body []byte, err error) {
	var header [headerLen]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return 0, nil, err
	}
	n := int(binary.BigEndian.Uint16(header[16:]))
	if n < headerLen || n > messageLen {
		return 0, nil, fmt.Errorf("a message of %d octets", n)
	}
	body = make([]byte, n-headerLen)
	_, err = io.ReadFull(r, body)
	return header[18], body, err
}

func unexpected(kind byte, body []byte) error {
	if kind == typeNotify && len(body) >= 2 {
		return fmt.Errorf("the peer ended the session: code %d, subcode %d", body[0], body[1])
	}
	return fmt.Errorf("a message of type %d out of turn", kind)
}

// read reads away what the peer says, until it ends the session.
func (s *Session) read() {
	defer close(s.done)
	for {
		kind, body, err := receive(s.conn)
		if err == nil && kind == typeNotify {
			err = unexpected(kind, body)
		}
		if err != nil {
			s.ended = err
			return
		}
	}
}

func (s *Session) keepAlive() {
	tick := time.NewTicker(holdTime / 3)
	defer tick.Stop()
	for {
		select {
		case <-s.done:
			return
		case <-tick.C:
			if s.Send(keepalive()) != nil {
				return
			}
		}
	}
}

// Send sends whole messages.
func (s *Session) Send(messages []byte) error {
	const chunk = 64 << 10
	s.writing.Lock()
	defer s.writing.Unlock()
	for len(messages) > 0 {
		n := min(chunk, len(messages))
		if _, err := s.conn.Write(messages[:n]); err != nil {
			return fmt.Errorf("send to the BGP peer: %w", err)
		}
		messages = messages[n:]
	}
	return nil
}

// Err tells why the session ended, or nil.
func (s *Session) Err() error {
	select {
	case <-s.done:
		return fmt.Errorf("the BGP session ended: %w", s.ended)
	default:
		return nil
	}
}

// Close ends the session without a word.
func (s *Session) Close() error {
	err := s.conn.Close()
	<-s.done
	return err
}
