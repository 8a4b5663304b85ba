// The tests' sockets are like those of cmd/routingd.
//
//go:debug multipathtcp=0
package speaker_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	api "github.com/osrg/gobgp/v3/api"
	"github.com/osrg/gobgp/v3/pkg/server"

	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/daemons/routingd/speaker"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const patience = 30 * time.Second

// router is a speaker with its configuration, on a loopback address of its own.
type router struct {
	t       *testing.T
	speaker *speaker.Speaker
	rows    bgpconf.Rows
	servers chan *server.BgpServer
	server  *server.BgpServer
}

// newRouter starts one that listens on addr. It ends with the test.
func newRouter(t *testing.T, addr string, port int) *router {
	t.Helper()
	r := &router{t: t, rows: make(bgpconf.Rows), servers: make(chan *server.BgpServer, 16)}
	r.speaker = speaker.New(speaker.Config{
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Port: int32(port), Listen: []netip.Addr{netip.MustParseAddr(addr)},
		Started: func(_ string, s *server.BgpServer) { r.servers <- s },
	})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = r.speaker.Run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-done })
	return r
}

// set puts rows in, each "TABLE|key field=value ...", or takes them out: "-TABLE|key"; and applies.
func (r *router) set(lines ...string) speaker.Report {
	r.t.Helper()
	for _, line := range lines {
		name, rest, _ := strings.Cut(line, " ")
		table, key, _ := strings.Cut(name, "|")
		if table, gone := strings.CutPrefix(table, "-"); gone {
			r.rows.Delete(table, key)
			continue
		}
		var fields []statedb.Field
		for _, f := range strings.Fields(rest) {
			k, v, _ := strings.Cut(f, "=")
			fields = append(fields, statedb.Field{Name: k, Value: v})
		}
		r.rows.Set(table, key, fields)
	}
	d := bgpconf.Resolve(r.rows)
	for _, p := range d.Problems {
		r.t.Errorf("%s|%s: %v", p.Table, p.Key, p.Err)
	}
	return r.report(r.speaker.Apply(d))
}

// report waits until what was applied is in force or refused.
func (r *router) report(number uint64) speaker.Report {
	r.t.Helper()
	for deadline := time.After(patience); ; {
		select {
		case report := <-r.speaker.Reports():
			if report.Applied == number {
				return report
			}
		case <-deadline:
			r.t.Fatal("no report")
		}
	}
}

// wait polls until cond gives true.
func wait(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !cond(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}

// bgp is the running server of the default VRF.
func (r *router) bgp() *server.BgpServer {
	for {
		select {
		case s := <-r.servers:
			r.server = s
		default:
			if r.server == nil {
				r.t.Fatal("no server runs")
			}
			return r.server
		}
	}
}

// peer is what GoBGP says of a peer; nil: it has none.
func (r *router) peer(addr string) *api.Peer {
	r.t.Helper()
	var found *api.Peer
	err := r.bgp().ListPeer(r.t.Context(), &api.ListPeerRequest{Address: addr}, func(p *api.Peer) { found = p })
	if err != nil {
		r.t.Fatal(err)
	}
	return found
}

func (r *router) established(addr string) bool {
	p := r.peer(addr)
	return p != nil && p.State.SessionState == api.PeerState_ESTABLISHED
}

// freePort finds a port that is free on all of 127.0.0.0/8.
func freePort(t *testing.T) int {
	l, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// pair are two routers in AS 65001 and 65002 with a session between them.
func pair(t *testing.T, more ...string) (a, b *router) {
	t.Helper()
	port := freePort(t)
	a, b = newRouter(t, "127.0.0.1", port), newRouter(t, "127.0.0.2", port)
	options := strings.Join(append(more, fmt.Sprintf("peer_port=%d", port)), " ")
	a.set("DEVICE_METADATA|localhost bgp_asn=65001 bgp_router_id=1.1.1.1", "BGP_NEIGHBOR|127.0.0.2 asn=65002 local_addr=127.0.0.1 "+options)
	b.set("DEVICE_METADATA|localhost bgp_asn=65002 bgp_router_id=2.2.2.2", "BGP_NEIGHBOR|127.0.0.1 asn=65001 local_addr=127.0.0.2 "+options)
	wait(t, "session", func() bool { return a.established("127.0.0.2") && b.established("127.0.0.1") })
	return a, b
}

func TestSessionComesUp(t *testing.T) {
	a, _ := pair(t)
	p := a.peer("127.0.0.2")
	if p.State.PeerAsn != 65002 || p.State.RouterId != "2.2.2.2" {
		t.Errorf("the peer is %v", p.State)
	}
	if hold := p.Timers.State.NegotiatedHoldTime; hold != 180 {
		t.Errorf("hold time %d s, want SONiC's 180", hold)
	}
}
