package routingd

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/resident/residenttest"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

const patience = 30 * time.Second

// bench is a switch with two routed ports to one host.
type bench struct {
	t      testing.TB
	srv    *redistest.Server
	client *statedb.Client
	kernel *kernel.Kernel
	host   *kernel.Kernel
	mu     sync.Mutex
	taken  int
}

// newBench makes one whose rows of ROUTE_TABLE the test counts.
func newBench(t testing.TB) *bench {
	b := newSwitch(t)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = statedb.NewConsumer(b.appl(), "ROUTE_TABLE", statedb.ConsumerOptions{}).Run(ctx, func(_ context.Context, ops []statedb.KeyOp) error {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.taken += len(ops)
			return nil
		})
	}()
	t.Cleanup(func() { cancel(); <-done })
	return b
}

func newSwitch(t testing.TB) *bench {
	b := &bench{t: t, kernel: kerneltest.New(t), host: kerneltest.New(t), srv: redistest.Start(t)}
	b.client = b.srv.Client(t)
	for i := range 2 {
		port, far := fmt.Sprintf("Ethernet%d", i), fmt.Sprintf("eth%d", i)
		kerneltest.Cable(t, b.kernel, port, b.host, far)
		kerneltest.Up(t, b.kernel, port)
		kerneltest.Address(t, b.kernel, port, fmt.Sprintf("10.0.%d.1/24", i))
		kerneltest.Address(t, b.kernel, port, fmt.Sprintf("fc00:%d::1/64", i))
		kerneltest.Address(t, b.host, far, fmt.Sprintf("10.0.%d.2/24", i))
		kerneltest.Address(t, b.host, far, fmt.Sprintf("fc00:%d::2/64", i))
	}
	return b
}

func (b *bench) appl() *statedb.DB { return b.client.DB(statedb.ApplDB) }

func (b *bench) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.taken
}

func (b *bench) ok(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) configure(line string) {
	b.t.Helper()
	op := rowOp(line)
	b.ok(b.client.DB(statedb.ConfigDB).Replace(b.t.Context(), "STATIC_ROUTE", op.Key, op.Map()))
}

func (b *bench) start() (stop func()) {
	b.t.Helper()
	return residenttest.Start(b.t, b.client, b.kernel, Config{}.work)
}

// eventually polls until got gives want.
func eventually[T any](t *testing.T, what string, want T, got func() T) {
	t.Helper()
	var last string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if last = cmp.Diff(want, got()); last == "" {
			return
		}
	}
	t.Fatalf("%s never became so: %s", what, last)
}

// rows are the rows of a protocol, as "nexthop@ifname".
func (b *bench) rows(protocol string) func() map[string]string {
	return func() map[string]string {
		all, err := b.appl().All(b.t.Context(), "ROUTE_TABLE")
		b.ok(err)
		got := map[string]string{}
		for key, row := range all {
			if row["protocol"] == protocol {
				got[key] = row["nexthop"] + "@" + row["ifname"] + row["blackhole"]
			}
		}
		return got
	}
}

// kernelRoutes are the static routes of the kernel.
func (b *bench) kernelRoutes() map[string]string {
	got := map[string]string{}
	f := newFIB(b.kernel, slog.New(slog.DiscardHandler))
	links, err := b.kernel.Links()
	b.ok(err)
	f.setTables(kernel.VRFs(links))
	for _, family := range []int{netlink.FAMILY_V4, netlink.FAMILY_V6} {
		list, err := b.kernel.Routes(family)
		b.ok(err)
		for i := range list {
			if list[i].Protocol != kernelProtocol {
				continue
			}
			key, rt, _ := f.parseRoute(&list[i])
			got[key.App()] = "blackhole"
			if !rt.blackhole {
				got[key.App()] = fmt.Sprint(len(rt.hops), " ", rt.hops[0].via)
			}
		}
	}
	return got
}

func TestDaemon(t *testing.T) {
	b := newBench(t)
	b.configure("default|10.9.0.0/16 nexthop=10.0.0.2")
	b.configure("default|fc09::/64 nexthop=fc00:0::2,fc00:1::2 ifname=,")
	b.configure("10.8.0.0/16 nexthop=10.0.0.2,10.0.1.2")
	b.configure("10.7.0.0/16 nexthop=10.0.2.2") // not connected yet
	stop := b.start()
	statics := map[string]string{
		"10.9.0.0/16": "10.0.0.2@Ethernet0", "10.8.0.0/16": "10.0.0.2,10.0.1.2@Ethernet0,Ethernet1", "fc09::/64": "fc00::2,fc00:1::2@Ethernet0,Ethernet1",
	}
	eventually(t, "static routes", statics, b.rows("static"))
	eventually(t, "connected routes", map[string]string{
		"10.0.0.0/24": "0.0.0.0@Ethernet0", "10.0.1.0/24": "0.0.0.0@Ethernet1", "fc00::/64": "::@Ethernet0", "fc00:1::/64": "::@Ethernet1",
	}, b.rows("connected"))
	inKernel := map[string]string{"10.9.0.0/16": "1 10.0.0.2", "10.8.0.0/16": "2 10.0.0.2", "fc09::/64": "2 fc00::2"}
	eventually(t, "kernel routes", inKernel, b.kernelRoutes)
	eventually(t, "resolved next hops", 4, func() int {
		list, err := b.kernel.Neighbours()
		b.ok(err)
		n := 0
		for _, e := range list {
			if e.FlagsExt&netlink.NTF_EXT_MANAGED != 0 && len(e.HardwareAddr) == 6 {
				n++
			}
		}
		return n
	})

	stop() // a restart writes nothing
	before := b.count()
	stop = b.start()
	if wrote := b.count() - before; wrote != 0 {
		t.Errorf("a restart wrote %d rows", wrote)
	}

	kerneltest.Address(t, b.kernel, "Ethernet0", "10.0.2.1/24") // now it is connected
	statics["10.7.0.0/16"], inKernel["10.7.0.0/16"] = "10.0.2.2@Ethernet0", "1 10.0.2.2"
	eventually(t, "waiting route", statics, b.rows("static"))
	eventually(t, "waiting kernel route", inKernel, b.kernelRoutes)

	b.ok(b.host.LinkSetDown(kerneltest.Link(t, b.host, "eth1"))) // a link loses its carrier
	statics["10.8.0.0/16"], statics["fc09::/64"] = "10.0.0.2@Ethernet0", "fc00::2@Ethernet0"
	inKernel["10.8.0.0/16"], inKernel["fc09::/64"] = "1 10.0.0.2", "1 fc00::2"
	eventually(t, "routes without Ethernet1", statics, b.rows("static"))
	eventually(t, "kernel routes without Ethernet1", inKernel, b.kernelRoutes)

	stop() // changed while it is away
	b.ok(b.client.DB(statedb.ConfigDB).Delete(t.Context(), "STATIC_ROUTE", "default|10.9.0.0/16"))
	b.configure("10.8.0.0/16 blackhole=true")
	b.start()
	delete(statics, "10.9.0.0/16")
	delete(inKernel, "10.9.0.0/16")
	statics["10.8.0.0/16"], inKernel["10.8.0.0/16"] = "@true", "blackhole"
	eventually(t, "routes changed meanwhile", statics, b.rows("static"))
	eventually(t, "kernel routes changed meanwhile", inKernel, b.kernelRoutes)
}

// A kernel that loses our routes, by a link that goes down and up or by hand, gets them again.
func TestKernelRoutesComeBack(t *testing.T) {
	b := newBench(t)
	b.configure("10.9.0.0/16 nexthop=10.0.0.2")
	b.start()
	want := map[string]string{"10.9.0.0/16": "1 10.0.0.2"}
	eventually(t, "kernel route", want, b.kernelRoutes)
	port := kerneltest.Link(t, b.kernel, "Ethernet0")
	b.ok(b.kernel.LinkSetDown(port))
	eventually(t, "route over a port that is down", map[string]string{}, b.rows("static"))
	b.ok(b.kernel.LinkSetUp(port))
	eventually(t, "kernel route again", want, b.kernelRoutes)
	eventually(t, "row again", map[string]string{"10.9.0.0/16": "10.0.0.2@Ethernet0"}, b.rows("static"))
	list, err := b.kernel.RouteListFiltered(unix.AF_INET, &netlink.Route{Protocol: kernelProtocol}, netlink.RT_FILTER_PROTOCOL)
	b.ok(err)
	b.ok(b.kernel.RouteDel(&list[0]))
	eventually(t, "deleted kernel route", want, b.kernelRoutes)
}

// An operator's route with a lower metric goes before the static one; the row is then netsyncd's, which the test plays.
func TestOperatorsRouteGoesBefore(t *testing.T) {
	b := newBench(t)
	b.configure("10.9.0.0/16 nexthop=10.0.0.2")
	b.start()
	static := map[string]string{"10.9.0.0/16": "10.0.0.2@Ethernet0"}
	eventually(t, "static route", static, b.rows("static"))
	route := netlinkRoute(netip.MustParsePrefix("10.9.0.0/16"), kernelRoute{blackhole: true}, unix.RT_TABLE_MAIN)
	route.Protocol, route.Priority = unix.RTPROT_BOOT, 0
	b.ok(b.kernel.RouteAdd(route))
	operators := statedb.NewProducer(b.appl(), "ROUTE_TABLE")
	b.ok(operators.Apply(t.Context(), []statedb.KeyOp{
		{Op: statedb.OpDel, Key: "10.9.0.0/16"}, {Key: "10.9.0.0/16", Fields: []statedb.Field{{Name: "blackhole", Value: "true"}, {Name: "protocol", Value: "kernel"}}},
	}))
	b.configure("10.8.0.0/16 nexthop=10.0.0.2") // a further pass changes nothing about it
	eventually(t, "other static route", map[string]string{"10.8.0.0/16": "10.0.0.2@Ethernet0"}, b.rows("static"))
	eventually(t, "operator's route", map[string]string{"10.9.0.0/16": "@true"}, b.rows("kernel"))
	b.ok(b.kernel.RouteDel(route))
	static["10.8.0.0/16"] = "10.0.0.2@Ethernet0"
	eventually(t, "static route again, without the other's fields", static, b.rows("static"))
}

func TestBadRowsAndRedis(t *testing.T) {
	b := newBench(t)
	state := b.client.DB(statedb.StateDB)
	b.configure("default|10.9.0.0/16 nexthop=10.0.0.2")
	b.configure("default|10.8.0.0/16 nexthop=10.0.0.2 distance=far")
	b.start()
	eventually(t, "the good one", map[string]string{"10.9.0.0/16": "10.0.0.2@Ethernet0"}, b.rows("static"))
	errors := func() map[string]statedb.Fields {
		rows, err := state.All(t.Context(), "HEDDLE_CONFIG_ERROR")
		b.ok(err)
		return rows
	}
	eventually(t, "the bad one", map[string]statedb.Fields{
		"STATIC_ROUTE|default|10.8.0.0/16": {"field": "", "value": "", "error": `next hop 1: distance "far" is not a number from 0 to 255`},
	}, errors)
	b.srv.RestartEmpty(t)
	b.configure("default|10.9.0.0/16 nexthop=10.0.0.2")
	eventually(t, "after a restart of Redis", map[string]string{"10.9.0.0/16": "10.0.0.2@Ethernet0"}, b.rows("static"))
	eventually(t, "errors after a restart of Redis", map[string]statedb.Fields{}, errors)
}

// RFC 8950: IPv4 over an IPv6 next hop, also a link-local one on an interface without addresses.
func TestIPv4OverIPv6(t *testing.T) {
	b := newBench(t)
	kerneltest.Cable(t, b.kernel, "Ethernet8", b.host, "eth8")
	kerneltest.Up(t, b.kernel, "Ethernet8")
	b.configure("default|10.6.0.0/16 nexthop=fc00:1::2")
	b.configure("default|10.5.0.0/16 nexthop=fe80::99 ifname=Ethernet8")
	b.configure("default|10.4.0.0/16 nexthop=10.0.0.2,fc00:1::2")
	b.configure("default|10.3.0.0/16 ifname=Ethernet8")
	stop := b.start()
	rows := map[string]string{
		"10.6.0.0/16": "fc00:1::2@Ethernet1", "10.5.0.0/16": "fe80::99@Ethernet8", "10.4.0.0/16": "10.0.0.2,fc00:1::2@Ethernet0,Ethernet1",
		"10.3.0.0/16": "0.0.0.0@Ethernet8",
	}
	eventually(t, "routes", rows, b.rows("static"))
	inKernel := map[string]string{
		"10.6.0.0/16": "1 fc00:1::2", "10.5.0.0/16": "1 fe80::99", "10.4.0.0/16": "2 10.0.0.2", "10.3.0.0/16": "1 invalid IP",
	}
	eventually(t, "kernel routes", inKernel, b.kernelRoutes)
	stop()
	before := b.count()
	b.start()
	if wrote := b.count() - before; wrote != 0 {
		t.Errorf("a restart wrote %d rows", wrote)
	}
	eventually(t, "kernel routes after a restart", inKernel, b.kernelRoutes)
}

// A next hop that is watched is in the route while it answers. The test plays bfdd. A daemon that starts again takes nothing away.
func TestStaticRouteWithBFD(t *testing.T) {
	b := newBench(t)
	state := b.client.DB(statedb.StateDB)
	say := func(key, fields string) {
		b.ok(state.Replace(t.Context(), "BFD_SESSION_TABLE", key, rowOp(key+" "+fields).Map()))
	}
	b.configure("default|10.9.0.0/16 nexthop=10.0.0.2,10.0.1.2 bfd=true,false")
	stop := b.start()
	only := map[string]string{"10.9.0.0/16": "10.0.1.2@Ethernet1"}
	both := map[string]string{"10.9.0.0/16": "10.0.0.2,10.0.1.2@Ethernet0,Ethernet1"}
	eventually(t, "before the first answer", only, b.rows("static"))
	asked := func() map[string]statedb.Fields {
		rows, err := b.appl().All(t.Context(), "_BFD_SESSION_TABLE") // nobody takes them
		b.ok(err)
		return rows
	}
	eventually(t, "what bfdd is asked", map[string]statedb.Fields{"default:default:10.0.0.2": {
		"tx_interval": "50", "rx_interval": "50", "multiplier": "3", "multihop": "false", "type": "async_active", "local_addr": "10.0.0.1",
		"heddle_owner": "routingd",
	}}, asked)
	say("default|default|10.0.0.2", "state=Up remote_state=Up local_diag=none")
	eventually(t, "an answer", both, b.rows("static"))
	say("default|default|10.0.0.2", "state=Down remote_state=Down local_diag=expired")
	eventually(t, "no answer", only, b.rows("static"))
	say("default|default|10.0.0.2", "state=Up remote_state=Up local_diag=none")
	eventually(t, "an answer again", both, b.rows("static"))
	stop()
	before := b.count()
	b.start()
	if wrote := b.count() - before; wrote != 0 {
		t.Errorf("a restart wrote %d rows", wrote)
	}
	b.configure("default|10.9.0.0/16 nexthop=10.0.0.2,10.0.1.2")
	eventually(t, "nobody is watched", map[string]statedb.Fields{}, asked)
	eventually(t, "not watched", both, b.rows("static"))
}
