package rpki

import (
	"bufio"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/daemons/routingd/rpki/rpkitest"
)

const patience = 30 * time.Second

// router takes a feed as GoBGP does: it asks once for everything, and then whenever it is told that there is more.
type router struct {
	t       *testing.T
	mu      sync.Mutex
	has     map[string]bool
	changes int
	joined  int
}

func (r *router) join(at netip.AddrPort) error {
	conn, err := net.Dial("tcp", at.String())
	if err != nil {
		return err
	}
	r.mu.Lock()
	r.has, r.joined = make(map[string]bool), r.joined+1
	r.mu.Unlock()
	if _, err := conn.Write(pdu{kind: resetQuery}.append(nil)); err != nil {
		return err
	}
	go func() {
		defer conn.Close()
		serial := uint32(0)
		for {
			p, err := readPDU(conn)
			if err != nil {
				return
			}
			r.mu.Lock()
			switch text := strings.Join(texts([]VRP{p.vrp}), ""); p.kind {
			case prefix4, prefix6:
				if r.has[text] == p.added {
					r.t.Errorf("%s: is there %v, is added %v", text, r.has[text], p.added)
				}
				if r.has[text] = p.added; !p.added {
					delete(r.has, text)
				}
			case endOfData:
				serial = p.serial
			case serialNotify:
				_, err = conn.Write(pdu{kind: serialQuery, session: p.session, serial: serial}.append(nil))
			}
			r.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return nil
}

// start has a validator ask caches.
func start(t *testing.T, caches ...bgpconf.Cache) (*Validator, *router) {
	t.Helper()
	r := &router{t: t}
	v := Start(Router{Join: r.join, Leave: func(netip.AddrPort) {}, Changed: func() { r.mu.Lock(); r.changes++; r.mu.Unlock() }}, slog.New(slog.NewTextHandler(t.Output(), nil)))
	t.Cleanup(v.Stop)
	v.Use(caches)
	return v, r
}

func (r *router) eventually(want ...string) {
	r.t.Helper()
	var got []string
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		r.mu.Lock()
		got = slices.Sorted(maps.Keys(r.has))
		r.mu.Unlock()
		if slices.Equal(got, want) {
			return
		}
	}
	r.t.Fatalf("the router has %q, want %q", got, want)
}

func ask(c *rpkitest.Cache, change ...func(*bgpconf.Cache)) bgpconf.Cache {
	cfg := bgpconf.Cache{Addr: c.Addr.Addr(), Port: c.Addr.Port(), Preference: 1, Retry: 50 * time.Millisecond}
	for _, f := range change {
		f(&cfg)
	}
	return cfg
}

// await waits for a state of the only cache.
func await(t *testing.T, v *Validator, what string, is func(Status) bool) {
	t.Helper()
	var s []Status
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if s = v.Caches(); len(s) == 1 && is(s[0]) {
			return
		}
	}
	t.Fatalf("%s: %+v", what, s)
}

func TestFollowsCache(t *testing.T) {
	for _, version := range []byte{0, 1} {
		c := rpkitest.Start(t, version, "10.0.0.0/8 24 1", "2001:db8::/32 48 2")
		v, r := start(t, ask(c))
		r.eventually("10.0.0.0/8 24 1", "2001:db8::/32 48 2")
		await(t, v, "state", func(s Status) bool {
			return s.Connected && s.Used && s.Version == version && s.Session == 7 && s.Serial == 1 && s.IPv4 == 1 && s.IPv6 == 1 && s.Error == ""
		})
		c.Set("10.0.0.0/8 24 1", "11.0.0.0/8 8 3")
		r.eventually("10.0.0.0/8 24 1", "11.0.0.0/8 8 3")
		c.Kill()
		c.Rude = version == 1
		await(t, v, "lost", func(s Status) bool { return !s.Connected && s.Used && s.Error != "" })
		r.eventually("10.0.0.0/8 24 1", "11.0.0.0/8 8 3") // it is good for two hours
		c.Revive("12.0.0.0/8 8 3")
		r.eventually("12.0.0.0/8 8 3")
		if r.joined != 1 {
			t.Errorf("the router joined %d times", r.joined)
		}
		v.Use(nil)
		r.eventually()
	}
}

func TestDataExpires(t *testing.T) {
	c := rpkitest.Start(t, 1, "10.0.0.0/8 24 1")
	v, r := start(t, ask(c, func(c *bgpconf.Cache) { c.Refresh, c.Expire = 100*time.Millisecond, 3*time.Second }))
	r.eventually("10.0.0.0/8 24 1")
	c.Kill()
	r.eventually()
	await(t, v, "expired", func(s Status) bool { return !s.Used && s.IPv4 == 0 })
	c.Revive("10.0.0.0/8 24 1")
	r.eventually("10.0.0.0/8 24 1")
}

func TestPreference(t *testing.T) {
	a, b, c := rpkitest.Start(t, 1, "10.0.0.0/8 24 1"), rpkitest.Start(t, 1, "11.0.0.0/8 24 1", "10.0.0.0/8 24 1"), rpkitest.Start(t, 1, "12.0.0.0/8 24 1")
	second := func(c *bgpconf.Cache) { c.Preference = 2 }
	short := func(c *bgpconf.Cache) { c.Refresh, c.Expire = 100*time.Millisecond, 2*time.Second }
	v, r := start(t, ask(a, short), ask(b), ask(c, second))
	r.eventually("10.0.0.0/8 24 1", "11.0.0.0/8 24 1")
	v.Use([]bgpconf.Cache{ask(a, short), ask(c, second)})
	r.eventually("10.0.0.0/8 24 1")
	a.Kill()
	r.eventually("12.0.0.0/8 24 1")
}

// TestHostileCache lets a cache say what it must not. What it said before stays, and when it says something right that is taken.
func TestHostileCache(t *testing.T) {
	const head = "01 03 0007 00000008" // of an answer
	for name, text := range map[string]string{
		"nothing known":    "01 63 0000 00000008",
		"too long":         "01 0a 0000 ffffffff",
		"unasked":          head,
		"unasked prefix":   "01 04 0000 00000014 01 08 18 00 0a000000 0000fde9",
		"unasked end":      "01 07 0007 00000018 00000009 00000e10 00000258 00001c20",
		"unasked reset":    "01 08 0000 00000008",
		"a question":       "01 02 0000 00000008",
		"another version":  "00 00 0007 0000000c 00000009",
		"a later version":  "09 00 0007 0000000c 00000009",
		"HTTP":             "485454502f312e3120343030204261640d0a",
		"an error":         "01 0a 0001 00000010 00000000 00000000",
		"an error's error": "01 0a 0001 00000010 ffffffff 00000000",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := rpkitest.Start(t, 1, "10.0.0.0/8 24 1")
			v, r := start(t, ask(c, func(c *bgpconf.Cache) { c.Retry = time.Second }))
			r.eventually("10.0.0.0/8 24 1")
			c.Send(raw(t, text))
			await(t, v, "refused", func(s Status) bool { return !s.Connected && s.Used && s.IPv4 == 1 })
			await(t, v, "asked again", func(s Status) bool { return s.Connected && s.Used && s.Error == "" })
			c.Set("11.0.0.0/8 24 1")
			r.eventually("11.0.0.0/8 24 1")
		})
	}
}

// TestLiar answers questions wrongly.
func TestLiar(t *testing.T) {
	const start8, end8 = "01 03 0007 00000008", "01 07 0007 00000018 00000001 00000e10 00000258 00001c20"
	const ten = "01 04 0000 00000014 01 08 18 00 0a000000 00000001"
	for name, answer := range map[string]string{
		"twice":         start8 + ten + ten + end8,
		"withdraws":     start8 + strings.Replace(ten, "14 01", "14 00", 1) + end8,
		"other session": start8 + strings.Replace(end8, "0007", "0008", 1),
		"two answers":   start8 + start8,
		"cut off":       start8 + ten,
		"reset":         "01 08 0000 00000008",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { l.Close() })
			go func() {
				for {
					conn, err := l.Accept()
					if err != nil {
						return
					}
					_, _ = io.ReadFull(conn, make([]byte, 8))
					_, _ = conn.Write(raw(t, answer))
					_ = conn.(*net.TCPConn).CloseWrite()
					_, _ = io.Copy(io.Discard, conn)
					conn.Close()
				}
			}()
			at := l.Addr().(*net.TCPAddr).AddrPort()
			v, _ := start(t, bgpconf.Cache{Addr: at.Addr(), Port: at.Port(), Retry: 50 * time.Millisecond})
			await(t, v, "refused", func(s Status) bool { return s.Error != "" })
			if got := v.VRPs(); len(got) > 0 {
				t.Errorf("taken: %v", texts(got))
			}
		})
	}
}

// The configuration has the first say, then the cache, within bounds.
func TestTimers(t *testing.T) {
	c := newClient(bgpconf.Cache{}, slog.Default(), func() {})
	for _, x := range []struct {
		cfg        bgpconf.Cache
		said, want timers
	}{
		{bgpconf.Cache{}, timers{}, timers{time.Hour, 30 * time.Second, 2 * time.Hour}},
		{bgpconf.Cache{}, timers{time.Minute, time.Minute, 10 * time.Minute}, timers{time.Minute, 30 * time.Second, 10 * time.Minute}},
		{bgpconf.Cache{Refresh: 5 * time.Hour, Retry: time.Second}, timers{}, timers{5 * time.Hour, time.Second, 10 * time.Hour}},
		{bgpconf.Cache{}, timers{1e6 * time.Hour, 1, 1e6 * time.Hour}, timers{24 * time.Hour, 30 * time.Second, 48 * time.Hour}},
	} {
		c.cfg = x.cfg
		if d := cmp.Diff(x.want, c.times(x.said), cmp.AllowUnexported(timers{})); d != "" {
			t.Error(d)
		}
	}
}

// An answer that takes too long has an end, whatever comes; and so has the silence between two answers.
func TestNextEnds(t *testing.T) {
	near, far := net.Pipe()
	defer near.Close()
	defer far.Close()
	for want, k := range map[error]*talk{
		errSlow: {asked: true, since: time.Now().Add(-answerTime)},
		errDue:  {due: time.Now().Add(50 * time.Millisecond)},
	} {
		k.conn, k.in = near, bufio.NewReader(near)
		if _, err := k.next(); !errors.Is(err, want) {
			t.Errorf("error %v, want %v", err, want)
		}
	}
}
