package routingd

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	api "github.com/osrg/gobgp/v3/api"
	"github.com/osrg/gobgp/v3/pkg/server"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/heddle-nos/heddle/daemons/resident/residenttest"
	"github.com/heddle-nos/heddle/daemons/routingd/speaker"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const (
	switchAddr = "127.77.0.1"
	switchASN  = 65000
)

// peer is a router that tells the switch of routes.
type peer struct {
	t      *testing.T
	server *server.BgpServer
}

// newPeer starts a router at an address and has it call the switch.
func newPeer(t *testing.T, addr string, asn uint32, port int) *peer {
	t.Helper()
	// UseMultiplePaths is one variable of the whole process, ours too.
	srv, stop, err := speaker.Serve(t.Context(), &api.Global{Asn: asn, RouterId: addr, ListenPort: -1, UseMultiplePaths: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	p := &peer{t, srv}
	p.must(p.server.SetLogLevel(t.Context(), &api.SetLogLevelRequest{Level: api.SetLogLevelRequest_PANIC}))
	family := func(afi api.Family_Afi) *api.AfiSafi {
		return &api.AfiSafi{
			Config:            &api.AfiSafiConfig{Family: &api.Family{Afi: afi, Safi: api.Family_SAFI_UNICAST}, Enabled: true},
			MpGracefulRestart: &api.MpGracefulRestart{Config: &api.MpGracefulRestartConfig{Enabled: true}},
		}
	}
	p.must(p.server.AddPeer(t.Context(), &api.AddPeerRequest{Peer: &api.Peer{
		Conf:            &api.PeerConf{NeighborAddress: switchAddr, PeerAsn: switchASN},
		Transport:       &api.Transport{LocalAddress: addr, RemotePort: uint32(port)},
		Timers:          &api.Timers{Config: &api.TimersConfig{ConnectRetry: 1, IdleHoldTimeAfterReset: 1}},
		GracefulRestart: &api.GracefulRestart{Enabled: true, RestartTime: 60},
		AfiSafis:        []*api.AfiSafi{family(api.Family_AFI_IP), family(api.Family_AFI_IP6)},
	}}))
	return p
}

func (p *peer) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *peer) path(prefix, hop string) *api.Path {
	p.t.Helper()
	pack := func(m proto.Message) *anypb.Any {
		a, err := anypb.New(m)
		p.must(err)
		return a
	}
	n := netip.MustParsePrefix(prefix)
	nlri := pack(&api.IPAddressPrefix{Prefix: n.Addr().String(), PrefixLen: uint32(n.Bits())})
	family := &api.Family{Afi: api.Family_AFI_IP, Safi: api.Family_SAFI_UNICAST}
	attrs := []*anypb.Any{pack(&api.OriginAttribute{})}
	if n.Addr().Is4() {
		attrs = append(attrs, pack(&api.NextHopAttribute{NextHop: hop}))
	} else {
		family.Afi = api.Family_AFI_IP6
		attrs = append(attrs, pack(&api.MpReachNLRIAttribute{Family: family, NextHops: []string{hop}, Nlris: []*anypb.Any{nlri}}))
	}
	return &api.Path{Family: family, Nlri: nlri, Pattrs: attrs}
}

func (p *peer) announce(prefix, hop string) {
	p.t.Helper()
	_, err := p.server.AddPath(p.t.Context(), &api.AddPathRequest{Path: p.path(prefix, hop)})
	p.must(err)
}

func (p *peer) withdraw(prefix, hop string) {
	p.t.Helper()
	p.must(p.server.DeletePath(p.t.Context(), &api.DeletePathRequest{Path: p.path(prefix, hop)}))
}

// freePort is one that nothing listens on.
func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", switchAddr+":0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// speakBGP starts the daemon with peers of the given AS numbers at their addresses.
func (b *bench) speakBGP(port int, peers map[string]string) (stop func()) {
	b.t.Helper()
	config := b.client.DB(statedb.ConfigDB)
	ctx := context.Background()
	b.ok(config.Replace(ctx, "DEVICE_METADATA", "localhost", statedb.Fields{"bgp_asn": "65000"}))
	b.ok(config.Replace(ctx, "LOOPBACK_INTERFACE", "Loopback0|10.9.9.9/32", nil))
	for addr, asn := range peers {
		b.ok(config.Replace(ctx, "BGP_NEIGHBOR", addr, statedb.Fields{"asn": asn, "name": "peer", "local_addr": switchAddr, "keepalive": "3", "holdtime": "10"}))
		for _, family := range []string{"ipv4_unicast", "ipv6_unicast"} {
			b.ok(config.Replace(ctx, "BGP_NEIGHBOR_AF", "default|"+addr+"|"+family, statedb.Fields{"admin_status": "up"}))
		}
	}
	cfg := Config{Port: port, Listen: []netip.Addr{netip.MustParseAddr(switchAddr)}}
	return residenttest.Start(b.t, b.client, b.kernel, cfg.work)
}

// Two peers tell of routes: those with the same attributes are shared, next hops are found on the subnets and over other routes.
func TestLearnedRoutes(t *testing.T) {
	b := newBench(t)
	port := freePort(t)
	b.speakBGP(port, map[string]string{"127.77.0.2": "65001", "127.77.0.3": "65002"})
	one, two := newPeer(t, "127.77.0.2", 65001, port), newPeer(t, "127.77.0.3", 65002, port)
	one.announce("20.0.0.0/24", "10.0.0.2")
	two.announce("20.0.0.0/24", "10.0.1.2")
	one.announce("20.0.1.0/24", "10.0.0.2")
	one.announce("20.0.2.0/24", "203.0.113.1") // waits for the next
	two.announce("203.0.113.0/24", "10.0.1.2")
	one.announce("2001:db8::/32", "fc00:0::2")
	eventually(t, "rows", map[string]string{
		"20.0.0.0/24": "10.0.0.2,10.0.1.2@Ethernet0,Ethernet1", "20.0.1.0/24": "10.0.0.2@Ethernet0", "20.0.2.0/24": "10.0.1.2@Ethernet1",
		"203.0.113.0/24": "10.0.1.2@Ethernet1", "2001:db8::/32": "fc00::2@Ethernet0",
	}, b.rows("bgp"))

	eventually(t, "next hops that the kernel keeps resolved", []string{"10.0.0.2", "10.0.1.2", "fc00::2"}, b.heldInKernel)
	eventually(t, "routes of the kernel", []string{"20.0.0.0/24", "20.0.1.0/24", "20.0.2.0/24", "2001:db8::/32", "203.0.113.0/24"}, b.learnedInKernel)

	b.configure("default|20.0.1.0/24 nexthop=10.0.1.2") // nearer
	eventually(t, "static", map[string]string{"20.0.1.0/24": "10.0.1.2@Ethernet1"}, b.rows("static"))
	b.ok(b.client.DB(statedb.ConfigDB).Delete(t.Context(), "STATIC_ROUTE", "default|20.0.1.0/24"))
	two.withdraw("203.0.113.0/24", "10.0.1.2")
	eventually(t, "rows", map[string]string{
		"20.0.0.0/24": "10.0.0.2,10.0.1.2@Ethernet0,Ethernet1", "20.0.1.0/24": "10.0.0.2@Ethernet0", "2001:db8::/32": "fc00::2@Ethernet0",
	}, b.rows("bgp"))

	b.ok(b.client.DB(statedb.ConfigDB).Delete(t.Context(), "BGP_NEIGHBOR", "127.77.0.2"))
	eventually(t, "rows", map[string]string{"20.0.0.0/24": "10.0.1.2@Ethernet1"}, b.rows("bgp"))
	eventually(t, "routes of the kernel", []string{"20.0.0.0/24"}, b.learnedInKernel)
	eventually(t, "the next hop that is left", []string{"10.0.1.2"}, b.heldInKernel)
}

// heldInKernel are the neighbours that the kernel keeps resolved.
func (b *bench) heldInKernel() []string {
	list, err := b.kernel.Neighbours()
	b.ok(err)
	got := []string{}
	for i := range list {
		if list[i].FlagsExt&netlink.NTF_EXT_MANAGED != 0 {
			got = append(got, list[i].IP.String())
		}
	}
	slices.Sort(got)
	return got
}

// learnedInKernel are the prefixes that the kernel has from BGP.
func (b *bench) learnedInKernel() []string {
	var got []string
	b.ok(b.kernel.RoutesOf(unix.RTPROT_BGP, func(int) bool { return true }, func(p netip.Prefix, _ int) { got = append(got, p.String()) }))
	slices.Sort(got)
	return got
}

// A daemon that starts again leaves the routes of its former life alone until all peers told theirs, and then gives up what none told.
func TestRestartKeepsLearnedRoutes(t *testing.T) {
	b := newBench(t)
	port := freePort(t)
	stop := b.speakBGP(port, map[string]string{"127.77.0.2": "65001"})
	one := newPeer(t, "127.77.0.2", 65001, port)
	one.announce("20.0.0.0/24", "10.0.0.2")
	one.announce("20.0.1.0/24", "10.0.0.2")
	both := map[string]string{"20.0.0.0/24": "10.0.0.2@Ethernet0", "20.0.1.0/24": "10.0.0.2@Ethernet0"}
	eventually(t, "rows", both, b.rows("bgp"))
	stop()
	one.withdraw("20.0.1.0/24", "10.0.0.2")
	one.server.Stop()
	taken := b.count()
	b.speakBGP(port, nil)
	for end := time.Now().Add(3 * syncPause); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if got := b.rows("bgp")(); len(got) != 2 {
			t.Fatalf("routes while the peer is away: %v", got)
		}
	}
	if n := b.count(); n != taken {
		t.Errorf("the restart wrote %d rows", n-taken)
	}
	again := newPeer(t, "127.77.0.2", 65001, port)
	again.announce("20.0.0.0/24", "10.0.0.2")
	eventually(t, "rows", map[string]string{"20.0.0.0/24": "10.0.0.2@Ethernet0"}, b.rows("bgp"))
	eventually(t, "routes of the kernel", []string{"20.0.0.0/24"}, b.learnedInKernel)
	eventually(t, "rows written by the restart: the one that is gone", taken+1, b.count)
}
