package netsyncd

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vishvananda/netlink"

	"github.com/heddle-nos/heddle/daemons/resident/residenttest"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

const patience = 10 * time.Second

// bench is a switch whose port Ethernet0 is cabled to a host, and whose management port eth0 to another.
type bench struct {
	t      testing.TB
	srv    *redistest.Server
	client *statedb.Client
	kernel *kernel.Kernel
	host   *kernel.Kernel
	mu     sync.Mutex
	taken  map[string]int // rows that a consumer took, by table
}

func newBench(t testing.TB) *bench {
	sw, host := kerneltest.New(t), kerneltest.New(t)
	srv := redistest.Start(t)
	kerneltest.Cable(t, sw, "Ethernet0", host, "eth0")
	kerneltest.Cable(t, sw, "eth0", host, "eth1")
	kerneltest.Up(t, sw, "Ethernet0")
	kerneltest.Up(t, sw, "eth0")
	for dev, prefix := range map[string]string{"Ethernet0": "10.0.0.1/24", "eth0": "172.16.0.1/24"} {
		kerneltest.Address(t, sw, dev, prefix)
	}
	kerneltest.Address(t, sw, "Ethernet0", "fc00::1/64")
	kerneltest.Address(t, host, "eth0", "10.0.0.2/24")
	kerneltest.Address(t, host, "eth0", "fc00::2/64")
	kerneltest.Address(t, host, "eth1", "172.16.0.2/24")
	b := &bench{t: t, srv: srv, client: srv.Client(t), kernel: sw, host: host, taken: map[string]int{}}
	b.consume("NEIGH_TABLE")
	b.consume("ROUTE_TABLE")
	return b
}

// consume plays orchagent for a table.
func (b *bench) consume(table string) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = statedb.NewConsumer(b.appl(), table, statedb.ConsumerOptions{}).Run(ctx, func(_ context.Context, ops []statedb.KeyOp) error {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.taken[table] += len(ops)
			return nil
		})
	}()
	b.t.Cleanup(func() { cancel(); <-done })
}

func (b *bench) count() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.taken["NEIGH_TABLE"] + b.taken["ROUTE_TABLE"]
}

func (b *bench) appl() *statedb.DB  { return b.client.DB(statedb.ApplDB) }
func (b *bench) state() *statedb.DB { return b.client.DB(statedb.StateDB) }

// start runs the daemon until the tables are written.
func (b *bench) start() (stop func()) {
	b.t.Helper()
	return residenttest.Start(b.t, b.client, b.kernel, work)
}

func (b *bench) becomes(db *statedb.DB, table string, want map[string]statedb.Fields) {
	b.t.Helper()
	var last string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		got, err := db.All(b.t.Context(), table)
		if err != nil {
			b.t.Fatal(err)
		}
		if last = cmp.Diff(want, got); last == "" {
			return
		}
	}
	b.t.Fatalf("%s never became so: %s", table, last)
}

func (b *bench) ok(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) index(name string) int { return kerneltest.Link(b.t, b.kernel, name).Attrs().Index }

// resolve has the kernel find a neighbour.
func (b *bench) resolve(dev, addr string) {
	b.t.Helper()
	b.ok(b.kernel.Resolve(b.index(dev), netip.MustParseAddr(addr)))
}

// route makes a route: hops are pairs of device and gateway, which may be empty.
func (b *bench) route(prefix string, protocol, metric int, hops ...string) *netlink.Route {
	b.t.Helper()
	_, dst, err := net.ParseCIDR(prefix)
	b.ok(err)
	r := &netlink.Route{Dst: dst, Protocol: netlink.RouteProtocol(protocol), Priority: metric}
	if len(hops) == 2 {
		r.LinkIndex, r.Gw = b.index(hops[0]), net.ParseIP(hops[1])
		if hops[1] == "" {
			r.Scope = netlink.SCOPE_LINK
		}
		return r
	}
	for i := 0; i < len(hops); i += 2 {
		r.MultiPath = append(r.MultiPath, &netlink.NexthopInfo{LinkIndex: b.index(hops[i]), Gw: net.ParseIP(hops[i+1])})
	}
	return r
}
