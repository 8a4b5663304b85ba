package routingd

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	wire "github.com/osrg/gobgp/v3/pkg/packet/bgp"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/routingd/offload"
	"github.com/heddle-nos/heddle/daemons/routingd/speaker"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// talker is the wire of a BGP session, without a router behind it.
type talker struct {
	conn net.Conn
	mu   sync.Mutex // of writing
}

// newTalker brings a session with the switch up.
func newTalker(t testing.TB, addr string, asn uint16, port int) *talker {
	t.Helper()
	s := new(talker)
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(addr)}}
		conn, err := d.DialContext(t.Context(), "tcp4", fmt.Sprintf("%s:%d", switchAddr, port))
		if err == nil {
			if s.conn = conn; s.open(asn, addr) == nil {
				break
			}
			conn.Close()
		}
		if time.Now().After(end) {
			t.Fatalf("no session from %s: %v", addr, err)
		}
	}
	done := make(chan struct{})
	t.Cleanup(func() { s.conn.Close(); close(done) })
	go func() {
		for tick := time.NewTicker(time.Second); ; {
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
				_ = s.write(wire.NewBGPKeepAliveMessage())
			}
		}
	}()
	return s
}

func (s *talker) open(asn uint16, id string) error {
	if err := s.write(wire.NewBGPOpenMessage(asn, 180, id, nil)); err != nil {
		return err
	}
	if _, err := s.read(wire.BGP_MSG_OPEN); err != nil {
		return err
	}
	if err := s.write(wire.NewBGPKeepAliveMessage()); err != nil {
		return err
	}
	_, err := s.read(wire.BGP_MSG_KEEPALIVE)
	return err
}

func (s *talker) write(m *wire.BGPMessage) error {
	raw, err := m.Serialize()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err = s.conn.Write(raw)
	return err
}

// read gives the body of the next message of a type.
func (s *talker) read(want uint8) ([]byte, error) {
	for {
		head := make([]byte, wire.BGP_HEADER_LENGTH)
		if _, err := io.ReadFull(s.conn, head); err != nil {
			return nil, err
		}
		body := make([]byte, int(binary.BigEndian.Uint16(head[16:]))-wire.BGP_HEADER_LENGTH)
		if _, err := io.ReadFull(s.conn, body); err != nil {
			return nil, err
		}
		if head[18] == want {
			return body, nil
		}
	}
}

// announce sends n routes, 200 in a message, from 20.0.0.0/24 on.
func (s *talker) announce(asn uint16, n int) error {
	const packed = 200
	for i := 0; i < n; i += packed {
		var list []*wire.IPAddrPrefix
		for j := i; j < min(i+packed, n); j++ {
			list = append(list, wire.NewIPAddrPrefix(24, benchPrefix(j).Addr().String()))
		}
		err := s.write(wire.NewBGPUpdateMessage(nil, []wire.PathAttributeInterface{
			wire.NewPathAttributeOrigin(0),
			wire.NewPathAttributeAsPath([]wire.AsPathParamInterface{wire.NewAsPathParam(wire.BGP_ASPATH_ATTR_TYPE_SEQ, []uint16{asn, uint16(1 + i/packed%60000)})}),
			wire.NewPathAttributeNextHop("10.0.0.2"),
		}, list))
		if err != nil {
			return err
		}
	}
	return nil
}

func benchPrefix(i int) netip.Prefix {
	return netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(20 + i>>16), byte(i >> 8), byte(i), 0}), 24)
}

// hear reads until n prefixes have come.
func (s *talker) hear(n int) error {
	seen := make(map[string]bool, n)
	for len(seen) < n {
		body, err := s.read(wire.BGP_MSG_UPDATE)
		if err != nil {
			return err
		}
		if len(body) < 4 {
			continue
		}
		at := 2 + int(binary.BigEndian.Uint16(body))
		at += 2 + int(binary.BigEndian.Uint16(body[at:]))
		for at < len(body) {
			size := (int(body[at]) + 7) / 8
			seen[string(body[at:at+1+size])] = true
			at += 1 + size
		}
	}
	return nil
}

// obey plays an orchagent whose ASIC takes every route at once.
func (b *bench) obey(ctx context.Context) error {
	state := b.client.DB(statedb.ApplStateDB).Redis()
	return statedb.NewConsumer(b.appl(), "ROUTE_TABLE", statedb.ConsumerOptions{}).Run(ctx, func(ctx context.Context, ops []statedb.KeyOp) error {
		_, err := state.Pipelined(ctx, func(p redis.Pipeliner) error {
			for _, op := range ops {
				if op.Op == statedb.OpDel {
					continue
				}
				b.mu.Lock()
				b.taken++
				b.mu.Unlock()
				p.HSet(ctx, "ROUTE_TABLE:"+op.Key, "protocol", "bgp")
				text, err := json.Marshal([]string{"SWSS_RC_SUCCESS", op.Key, "err_str", "SWSS_RC_SUCCESS", "protocol", "bgp"})
				if err != nil {
					return err
				}
				p.Publish(ctx, offload.Channel, text)
			}
			return nil
		})
		return err
	})
}

// cpuTime is what the process has used, without Redis.
func cpuTime() time.Duration {
	var u unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkRelay measures routes from one peer to another and to the ASIC, which takes each at once, through the whole daemon; with and without
// waiting for the ASIC.
func BenchmarkRelay(b *testing.B) {
	for _, state := range []string{"disabled", "enabled"} {
		b.Run("suppression-"+state, func(b *testing.B) {
			if state == "enabled" && !speaker.Withholds() {
				b.Skip("built without what `make` repairs in GoBGP")
			}
			const routes = 30_000
			for b.Loop() {
				b.StopTimer()
				r := newSwitch(b)
				ctx, cancel := context.WithCancel(b.Context())
				go func() { _ = r.obey(ctx) }()
				r.ok(r.client.DB(statedb.ConfigDB).Set(ctx, "DEVICE_METADATA", "localhost", statedb.Fields{"bgp_asn": "65000", "suppress-fib-pending": state}))
				port := freePort(b)
				stop := r.speakAgain(port)
				from, to := newTalker(b, "127.77.0.2", 65001, port), newTalker(b, "127.77.0.3", 65002, port)
				sent := make(chan error, 1)
				b.StartTimer()
				begin, used := time.Now(), cpuTime()
				go func() { sent <- from.announce(65001, routes) }()
				r.ok(to.hear(routes))
				for r.count() < routes {
					time.Sleep(time.Millisecond)
				}
				b.ReportMetric(routes/time.Since(begin).Seconds(), "routes/s")
				b.ReportMetric(float64((cpuTime()-used).Microseconds())/routes, "us-CPU/route")
				r.ok(<-sent)
				b.StopTimer()
				stop()
				cancel()
				b.StartTimer()
			}
		})
	}
}
