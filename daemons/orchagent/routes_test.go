package orchagent_test

import (
	"context"
	"fmt"
	"net/netip"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// routeRows makes n routes over the given next hops of Ethernet8.
func routeRows(n, from int, hops ...string) []statedb.KeyOp {
	ops := make([]statedb.KeyOp, n)
	for i := range n {
		a := uint32(20<<24) + uint32(from+i)<<8
		p := netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(a >> 24), byte(a >> 16), byte(a >> 8), byte(a)}), 24)
		ops[i] = statedb.KeyOp{Op: statedb.OpSet, Key: p.String(), Fields: []statedb.Field{
			{Name: "nexthop", Value: hops[i%len(hops)]}, {Name: "ifname", Value: "Ethernet8"}, {Name: "protocol", Value: "static"},
		}}
	}
	return ops
}

func (r *rig) routes(ops []statedb.KeyOp) {
	r.t.Helper()
	if err := statedb.NewProducer(r.db.DB(statedb.ApplDB), "ROUTE_TABLE").Apply(context.Background(), ops); err != nil {
		r.t.Fatal(err)
	}
}

// takeAsked plays who finds neighbours: the requests enter their table when they are taken.
func (r *rig) takeAsked() {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	c := statedb.NewConsumer(r.db.DB(statedb.ApplDB), "NEIGH_RESOLVE_TABLE", statedb.ConsumerOptions{})
	_ = c.Run(ctx, func(context.Context, []statedb.KeyOp) error { return nil })
}

func withdrawn(ops []statedb.KeyOp) []statedb.KeyOp {
	out := make([]statedb.KeyOp, len(ops))
	for i, op := range ops {
		out[i] = statedb.KeyOp{Op: statedb.OpDel, Key: op.Key}
	}
	return out
}

func TestManyRoutes(t *testing.T) {
	r := newRig(t, 4)
	r.startSyncd()
	r.startOrch()
	r.small()
	r.smallApplied()
	const n = 5000
	rows := routeRows(n, 0, "10.0.0.1")
	r.routes(rows)
	r.summary("routes_applied", strconv.Itoa(11+n))

	r.del("NEIGH_TABLE:Ethernet8:10.0.0.1")
	r.summary("routes_waiting", strconv.Itoa(1+n))
	r.gone("nexthop/Ethernet8/10.0.0.1")
	asked := func() map[string]string { return r.row(statedb.ApplDB, "NEIGH_RESOLVE_TABLE", "Ethernet8:10.0.0.1") }
	r.until("the next hop is asked for", func() bool { r.takeAsked(); return len(asked()) > 0 })
	r.set("NEIGH_TABLE:Ethernet8:10.0.0.1", "neigh", "52:54:00:aa:00:02", "family", "IPv4")
	r.until("it is asked for no more", func() bool { r.takeAsked(); return len(asked()) == 0 })
	r.summary("routes_applied", strconv.Itoa(11+n))
	r.summary("routes_waiting", "0")
	r.restartOrch()
	r.summary("routes_applied", strconv.Itoa(11+n))
	changes := r.changes()
	r.restartOrch()
	r.summary("routes_applied", strconv.Itoa(11+n))
	r.routes(withdrawn(rows))
	r.summary("routes_applied", "11")
	if got := r.changes() - changes; got != n {
		t.Errorf("restart and withdrawal made %d changes", got)
	}
}

// BenchmarkRoutes measures routes from the producer of ROUTE_TABLE into a
// strict SAI, and back out again, all in one process but Redis.
func BenchmarkRoutes(b *testing.B) {
	for _, n := range []int{10000, 100000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := newRig(b, 4)
			r.startSyncd()
			r.startOrch()
			r.small()
			r.smallApplied()
			rows := routeRows(n, 0, "10.0.0.1")
			b.ResetTimer()
			var wall time.Duration
			before := cpuTime()
			for range b.N {
				start := time.Now()
				r.routes(rows)
				r.summary("routes_applied", strconv.Itoa(11+n))
				wall += time.Since(start)
				b.StopTimer()
				r.routes(withdrawn(rows))
				r.summary("routes_applied", "11")
				b.StartTimer()
			}
			b.ReportMetric(float64(n*b.N)/wall.Seconds(), "routes/s")
			b.ReportMetric(float64((cpuTime()-before).Microseconds())/float64(2*n*b.N), "cpu-us/change")
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.HeapSys)/1e6, "MB-heap")
		})
	}
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
