package rpki

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/netip"
	"time"
)

// The session with the router, which is of version 0.
const (
	feedSession = 1
	joinTime    = time.Minute     // for the router to connect
	feedTime    = 5 * time.Minute // for the router to take in what is new, which it does between its routes
)

// feed is a cache to the router until ctx ends.
func (v *Validator) feed(ctx context.Context) {
	for ctx.Err() == nil {
		if err := v.serve(ctx); err != nil && ctx.Err() == nil {
			v.log.Error("feed RPKI data to BGP", "err", err)
			pause(ctx, settle)
		}
	}
}

// serve waits for the router's connection and feeds it. There is one connection, and whoever is late finds no door.
func (v *Validator) serve(ctx context.Context) error {
	l, err := net.ListenTCP("tcp4", net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 0)))
	if err != nil {
		return err
	}
	defer l.Close()
	stop := context.AfterFunc(ctx, func() { l.Close() })
	defer stop()
	at := l.Addr().(*net.TCPAddr).AddrPort()
	if err := v.router.Join(at); err != nil {
		return err
	}
	defer v.router.Leave(at)
	if err := l.SetDeadline(time.Now().Add(joinTime)); err != nil {
		return err
	}
	conn, err := l.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	l.Close()
	hangUp := context.AfterFunc(ctx, func() { conn.Close() })
	defer hangUp()
	f := &feeder{conn: conn, out: bufio.NewWriterSize(conn, maxLength)}
	return f.run(ctx, v)
}

// feeder is the connection with the router.
type feeder struct {
	conn   net.Conn
	out    *bufio.Writer
	told   table
	serial uint32
}

// run tells everything, and then what is new.
func (f *feeder) run(ctx context.Context, v *Validator) error {
	if err := f.hear(resetQuery); err != nil {
		return err
	}
	for {
		now := table(v.VRPs())
		if added, gone := f.told.diff(now); f.serial == 0 || len(added)+len(gone) > 0 {
			if err := f.tell(added, gone); err != nil {
				return err
			}
			f.told = now
			v.router.Changed()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-v.dirty:
			pause(ctx, settle)
		}
	}
}

// tell tells the router what is new, and waits until it has taken that in: it answers the notice of a still newer serial number, which comes
// last, after all others.
func (f *feeder) tell(added, gone []VRP) error {
	f.serial++
	if err := f.conn.SetDeadline(time.Now().Add(feedTime)); err != nil {
		return err
	}
	var buf []byte
	write := func(p pdu) {
		buf = p.append(buf[:0])
		_, _ = f.out.Write(buf) // Flush has the error
	}
	write(pdu{kind: cacheResponse, session: feedSession})
	for _, vrp := range gone {
		write(prefixPDU(vrp, false))
	}
	for _, vrp := range added {
		write(prefixPDU(vrp, true))
	}
	write(pdu{kind: endOfData, session: feedSession, serial: f.serial})
	write(pdu{kind: serialNotify, session: feedSession, serial: f.serial + 1})
	if err := f.out.Flush(); err != nil {
		return err
	}
	return f.hear(serialQuery)
}

// hear waits for a question of the router.
func (f *feeder) hear(kind uint8) error {
	if err := f.conn.SetReadDeadline(time.Now().Add(feedTime)); err != nil {
		return err
	}
	p, err := readPDU(f.conn)
	if err == nil && p.kind != kind {
		err = fmt.Errorf("a question of type %d, want %d", p.kind, kind)
	}
	return err
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
