package rpki

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
)

// Where neither the configuration nor the cache says otherwise.
const (
	defaultRefresh = time.Hour // RFC 8210 section 6
	defaultExpire  = 2 * time.Hour
	defaultRetry   = 30 * time.Second // RFC 8210 has ten minutes, too long for a cache that is restarted
)

// What a cache may take.
const (
	dialTime   = 10 * time.Second
	pduTime    = time.Minute      // between two PDUs of an answer
	answerTime = 10 * time.Minute // for a whole answer
	maxVRPs    = 2_000_000        // that one may have; those of the whole Internet are a third of that
)

// client asks one cache.
type client struct {
	cfg  bgpconf.Cache
	log  *slog.Logger
	tell func() // what it has, or its state, is new; must not wait

	mu    sync.Mutex // guards has and state
	has   table
	valid bool // has is what the cache says
	state State

	// Of run.
	version uint8
	session uint16
	serial  uint32
	synced  bool // session and serial are of has
	timers
	expires time.Time // when has is good no longer; zero: there is nothing
}

// State is that of a cache.
type State struct {
	Connected bool
	Version   uint8
	Session   uint16
	Serial    uint32
	Updated   time.Time // when it last said that all is told; zero: never
	IPv4      int       // VRPs
	IPv6      int
	Error     string // why it is not asked at the moment
}

func newClient(cfg bgpconf.Cache, log *slog.Logger, tell func()) *client {
	c := &client{cfg: cfg, log: log.With("cache", cfg.Addr), tell: tell, version: 1}
	c.timers = c.times(timers{})
	return c
}

// times are the configured ones, else those of the cache, else the usual ones. How soon a cache is tried again is not the cache's affair.
func (c *client) times(t timers) timers {
	out := timers{
		refresh: cmp.Or(c.cfg.Refresh, min(t.refresh, 24*time.Hour), defaultRefresh),
		retry:   cmp.Or(c.cfg.Retry, defaultRetry),
		expire:  cmp.Or(c.cfg.Expire, min(t.expire, 48*time.Hour), defaultExpire),
	}
	if out.expire <= out.refresh { // of which one is not configured
		out.expire = 2 * out.refresh
	}
	return out
}

// run asks until ctx ends.
func (c *client) run(ctx context.Context) {
	for ctx.Err() == nil {
		err := c.converse(ctx)
		if ctx.Err() != nil {
			return
		}
		again := c.retry
		if f := (*refused)(nil); errors.As(err, &f) && f.code == codeVersion && c.version > 0 {
			c.version, again = 0, 0 // RFC 8210 section 7
		}
		c.note(func(s *State) { s.Connected, s.Error = false, err.Error() })
		c.log.Warn("RPKI cache lost", "err", err, "retry", again)
		c.pause(ctx, again)
	}
}

// note changes the state.
func (c *client) note(change func(*State)) {
	c.mu.Lock()
	change(&c.state)
	c.mu.Unlock()
	c.tell()
}

// pause waits, and forgets in time what the cache has said (RFC 8210 section 6).
func (c *client) pause(ctx context.Context, d time.Duration) {
	until := time.Now().Add(d)
	for {
		wait := time.Until(until)
		if !c.expires.IsZero() {
			wait = min(wait, time.Until(c.expires))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
		c.forget()
		if !time.Now().Before(until) {
			return
		}
	}
}

// forget forgets what the cache said too long ago.
func (c *client) forget() {
	if c.expires.IsZero() || time.Now().Before(c.expires) {
		return
	}
	c.log.Warn("RPKI data has expired")
	c.synced, c.expires = false, time.Time{}
	c.keep(nil, false)
}

// keep is what the cache says from now on.
func (c *client) keep(t table, valid bool) {
	c.mu.Lock()
	c.has, c.valid = t, valid
	c.state.IPv4, c.state.IPv6 = t.count()
	c.state.Version, c.state.Session, c.state.Serial = c.version, c.session, c.serial
	if valid {
		c.state.Updated = time.Now()
	}
	c.mu.Unlock()
	c.tell()
}

// refused is an error that the cache reports.
type refused struct {
	code uint16
	text string
}

func (r *refused) Error() string {
	return fmt.Sprintf("the cache reports error %d: %.200q", r.code, r.text)
}

// converse asks over one connection until something goes wrong.
func (c *client) converse(ctx context.Context) error {
	conn, err := c.dial(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	c.note(func(s *State) { s.Connected, s.Error = true, "" })
	c.log.Info("RPKI cache connected")
	t := &talk{client: c, conn: conn, in: bufio.NewReaderSize(conn, maxLength)}
	err = t.run()
	if t.asked && !t.full { // caches that know nothing of the session say so in many ways, or hang up
		c.synced = false
	}
	if f := (*fault)(nil); errors.As(err, &f) {
		c.synced = false // what comes next begins anew; what was said before is good until it expires
		_ = t.send(pdu{kind: errorReport, session: f.code, text: f.Error()})
	}
	return err
}

// dial connects, out of the cache's VRF and from the address that is wanted.
func (c *client) dial(ctx context.Context) (net.Conn, error) {
	d := net.Dialer{Timeout: dialTime, Control: bindTo(c.cfg.Device)}
	d.SetMultipathTCP(false)
	if c.cfg.LocalAddr.IsValid() {
		d.LocalAddr = &net.TCPAddr{IP: c.cfg.LocalAddr.AsSlice()}
	}
	return d.DialContext(ctx, "tcp", c.cfg.Address().String())
}

// timedOut says whether nothing came in time.
func timedOut(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }
