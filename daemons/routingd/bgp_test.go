// The test's sockets are like those of cmd/routingd.
//
//go:debug multipathtcp=0
package routingd

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	api "github.com/osrg/gobgp/v3/api"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/heddle-nos/heddle/daemons/badrow"
	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/resident/residenttest"
	"github.com/heddle-nos/heddle/daemons/routingd/bgpconf"
	"github.com/heddle-nos/heddle/daemons/routingd/metrics"
	"github.com/heddle-nos/heddle/daemons/routingd/speaker"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// neighbour is a BGP speaker on 127.0.0.2 that expects the switch on 127.0.0.1.
func neighbour(t *testing.T, port int) *speaker.Speaker {
	t.Helper()
	s := speaker.New(speaker.Config{
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Port: int32(port), Listen: []netip.Addr{netip.MustParseAddr("127.0.0.2")},
	})
	rows := make(bgpconf.Rows)
	rows.Set("DEVICE_METADATA", "localhost", statedb.FieldList(statedb.Fields{"bgp_asn": "65002", "bgp_router_id": "2.2.2.2"}))
	rows.Set("BGP_NEIGHBOR", "127.0.0.1", statedb.FieldList(statedb.Fields{
		"asn": "65001", "local_addr": "127.0.0.2", "peer_port": fmt.Sprint(port),
	}))
	s.Apply(bgpconf.Resolve(rows))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Run(ctx)
	}()
	t.Cleanup(func() { cancel(); <-done })
	return s
}

// routesOf asks a speaker for its table.
func routesOf(t *testing.T, s *speaker.Speaker) string {
	t.Helper()
	var out []string
	err := s.Answer(t.Context(), bgpview.Query{Ask: bgpview.AskRoutes}, func(a bgpview.Answer) error {
		for _, r := range a.Routes {
			out = append(out, r.Prefix+" by "+r.Paths[0].ASPath)
		}
		return nil
	})
	if err != nil {
		return err.Error()
	}
	return strings.Join(out, ", ")
}

// TestBGPFromConfigDB takes a neighbour from CONFIG_DB to an established session, and what the switch has to tell to it.
func TestBGPFromConfigDB(t *testing.T) {
	l, err := net.Listen("tcp4", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	b := newBench(t)
	config := b.client.DB(statedb.ConfigDB)
	set := func(table, key string, row statedb.Fields) {
		t.Helper()
		b.ok(config.Replace(t.Context(), table, key, row))
	}
	set("DEVICE_METADATA", "localhost", statedb.Fields{"bgp_asn": "65001", "bgp_router_id": "1.1.1.1"})
	set("BGP_NEIGHBOR", "127.0.0.2", statedb.Fields{"asn": "65002", "local_addr": "127.0.0.1", "peer_port": fmt.Sprint(port)})
	set("BGP_NEIGHBOR", "127.0.0.9", statedb.Fields{"name": "nobody"})
	set("STATIC_ROUTE", "default|203.0.113.0/24", statedb.Fields{"nexthop": "10.0.1.2"})
	set("ROUTE_REDISTRIBUTE", "default|static|bgp|ipv4", statedb.Fields{"metric": "5"})
	dir := t.TempDir()
	cfg := Config{
		Port: port, Listen: []netip.Addr{netip.MustParseAddr("127.0.0.1")},
		Sockets: func(name string) string { return filepath.Join(dir, name+".sock") },
	}
	cfg.Metrics, err = metrics.ParseAddress(filepath.Join(dir, "metrics.sock"))
	b.ok(err)
	peer := neighbour(t, port)
	residenttest.Start(t, b.client, b.kernel, cfg.work)

	state := b.client.DB(statedb.StateDB)
	within(t, "the session's state", "Established", func() string { return field(t, state, "NEIGH_STATE_TABLE", "127.0.0.2", "state") })
	within(t, "the bad row", "neither asn nor peer_type, here or in the peer group", func() string {
		return field(t, state, badrow.Table, "BGP_NEIGHBOR|127.0.0.9", "error")
	})
	within(t, "the static route at the neighbour", "203.0.113.0/24 by 65001", func() string { return routesOf(t, peer) })
	set("ROUTE_REDISTRIBUTE", "default|connected|bgp|ipv4", nil)
	within(t, "subnets at the neighbour", "10.0.0.0/24 by 65001, 10.0.1.0/24 by 65001, 203.0.113.0/24 by 65001",
		func() string { return routesOf(t, peer) })
	b.ok(config.Delete(t.Context(), "STATIC_ROUTE", "default|203.0.113.0/24"))
	within(t, "the static route is gone", "10.0.0.0/24 by 65001, 10.0.1.0/24 by 65001", func() string { return routesOf(t, peer) })

	scrape(t, filepath.Join(dir, "metrics.sock"))
	askRoutingd(t, cfg.viewSocket())
	askGoBGP(t, cfg.gobgpSocket(""))
}

// scrape asks as Prometheus does.
func scrape(t *testing.T, socket string) {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}}
	r, err := client.Get("http://routingd/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		`heddle_bgp_sessions{state="Established",vrf="default"} 1`,
		`heddle_bgp_peer_prefixes{family="ipv4_unicast",kind="advertised",peer="127.0.0.2",vrf="default"} 2`,
		`heddle_bgp_peer_prefixes{family="ipv4_unicast",kind="received",peer="127.0.0.2",vrf="default"} 0`,
		`heddle_bgp_peer_established_total{peer="127.0.0.2",vrf="default"} 1`,
		`heddle_bgp_config_errors 1`, `heddle_rib_bgp_prefixes 0`, `heddle_fib_queue_prefixes 0`,
	} {
		if !strings.Contains(string(body), "\n"+line+"\n") {
			t.Errorf("no %s in:\n%s", line, body)
		}
	}
}

// within polls until got gives want, with the patience that two sessions need on a busy machine.
func within(t *testing.T, what, want string, got func() string) {
	t.Helper()
	last := ""
	for end := time.Now().Add(40 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if last = got(); last == want {
			return
		}
	}
	t.Fatalf("%s: got %q, want %q", what, last, want)
}

func field(t *testing.T, db *statedb.DB, table, key, name string) string {
	t.Helper()
	rows, err := db.All(t.Context(), table)
	if err != nil {
		t.Fatal(err)
	}
	return rows[key][name]
}

// askRoutingd asks as a command does.
func askRoutingd(t *testing.T, socket string) {
	t.Helper()
	err := bgpview.Ask(t.Context(), socket, bgpview.Query{Ask: bgpview.AskSummary}, func(a bgpview.Answer) error {
		if a.End {
			return nil
		}
		if len(a.Summaries) != 1 || len(a.Summaries[0].Peers) != 1 || a.Summaries[0].Peers[0].State != "Established" || a.Summaries[0].ASN != 65001 {
			t.Errorf("summary %+v", a.Summaries)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// askGoBGP uses GoBGP's own service, which shows and does not configure.
func askGoBGP(t *testing.T, socket string) {
	t.Helper()
	conn, err := grpc.Dial("unix://"+socket, grpc.WithTransportCredentials(insecure.NewCredentials())) //nolint:staticcheck // of this version
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	client := api.NewGobgpApiClient(conn)
	stream, err := client.ListPeer(t.Context(), &api.ListPeerRequest{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := stream.Recv()
	if err != nil || r.Peer.State.NeighborAddress != "127.0.0.2" {
		t.Errorf("neighbour %v, error %v", r, err)
	}
	group := &api.AddDynamicNeighborRequest{DynamicNeighbor: &api.DynamicNeighbor{Prefix: "10.0.0.0/8", PeerGroup: "none"}}
	if _, err := client.AddDynamicNeighbor(t.Context(), group); status.Code(err) != codes.PermissionDenied {
		t.Errorf("a range of a group that does not exist: %v", err)
	}
}
