package statedb_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

func routeOps(n int) []statedb.KeyOp {
	ops := make([]statedb.KeyOp, n)
	for i := range ops {
		ops[i] = statedb.KeyOp{Key: fmt.Sprintf("10.%d.%d.0/24", i>>8&255, i&255) + fmt.Sprint(i>>16), Fields: []statedb.Field{
			{Name: "nexthop", Value: fmt.Sprintf("10.0.0.%d", 1+2*(i%32))}, {Name: "ifname", Value: fmt.Sprintf("Ethernet%d", i%32)}, {Name: "protocol", Value: "bgp"},
		}}
	}
	return ops
}

// redisCPU is the processor time that Redis has used, in microseconds.
func redisCPU(b *testing.B, db *statedb.DB) float64 {
	info, err := db.Redis().InfoMap(b.Context(), "cpu").Result()
	must(b, err)
	total := 0.0
	for _, name := range []string{"used_cpu_user", "used_cpu_sys"} {
		seconds, err := strconv.ParseFloat(info["CPU"][name], 64)
		must(b, err)
		total += seconds * 1e6
	}
	return total
}

// BenchmarkProducerConsumer is routes through APPL_DB, producer and consumer at the same time.
func BenchmarkProducerConsumer(b *testing.B) {
	db := redistest.Start(b).Client(b).DB(statedb.ApplDB)
	p := statedb.NewProducer(db, "ROUTE_TABLE")
	ops := routeOps(b.N)
	cpu := redisCPU(b, db)
	b.ReportAllocs()
	b.ResetTimer()
	done := make(chan struct{})
	seen := 0
	run(b, statedb.NewConsumer(db, "ROUTE_TABLE", statedb.ConsumerOptions{}), func(_ context.Context, ops []statedb.KeyOp) error {
		if seen += len(ops); seen == b.N {
			close(done)
		}
		return nil
	})
	must(b, p.Apply(b.Context(), ops))
	<-done
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric((redisCPU(b, db)-cpu)/float64(b.N), "redis-us/row")
}

func BenchmarkProducer(b *testing.B) {
	db := redistest.Start(b).Client(b).DB(statedb.ApplDB)
	p := statedb.NewProducer(db, "ROUTE_TABLE")
	ops := routeOps(b.N)
	b.ReportAllocs()
	b.ResetTimer()
	must(b, p.Apply(b.Context(), ops))
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkQueueRoundTrip is one synchronous operation: request and answer.
func BenchmarkQueueRoundTrip(b *testing.B) {
	ctx := b.Context()
	db := redistest.Start(b).Client(b).DB(statedb.AsicDB)
	requests := statedb.NewQueueConsumer(db, "ASIC_STATE", statedb.QueueOptions{})
	answers := statedb.NewQueueConsumer(db, "GETRESPONSE", statedb.QueueOptions{})
	defer requests.Close()
	defer answers.Close()
	ask, answer := statedb.NewQueueProducer(db, "ASIC_STATE"), statedb.NewQueueProducer(db, "GETRESPONSE")
	go func() {
		for {
			items, err := requests.Pop(ctx)
			if err != nil {
				return
			}
			for range items {
				_ = answer.Push(ctx, statedb.QueueItem{Key: "SAI_STATUS_SUCCESS", Op: "Sgetresponse"})
			}
		}
	}()
	item := statedb.QueueItem{Key: "SAI_OBJECT_TYPE_VLAN:oid:0x1", Values: []string{"SAI_VLAN_ATTR_VLAN_ID", "100"}, Op: "Screate"}
	b.ReportAllocs()
	for b.Loop() {
		must(b, ask.Push(ctx, item))
		if _, err := answers.Pop(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	type route struct {
		NextHop  []string          `db:"nexthop"`
		IfName   []string          `db:"ifname"`
		Protocol string            `db:"protocol"`
		Unknown  map[string]string `db:"*"`
	}
	op := routeOps(1)[0]
	b.ReportAllocs()
	for b.Loop() {
		var r route
		must(b, statedb.DecodeList(op.Fields, &r))
	}
}
