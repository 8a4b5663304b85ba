package syncd_test

import (
	"encoding/json"
	"fmt"
	"syscall"
	"testing"
	"time"
)

// BenchmarkBulkRoutes measures bulk creates of routes, from the queue to the
// rows and the answer, over a strict ASIC and a real Redis. The client prepares
// its requests beforehand; CPU time is that of this process, Redis excluded.
func BenchmarkBulkRoutes(b *testing.B) {
	const perRequest, window = 1000, 8
	bb := newBench(b)
	bb.start()
	vr := bb.populate()
	hop := ""
	for key := range bb.rows() {
		const prefix = "ASIC_STATE:SAI_OBJECT_TYPE_NEXT_HOP:"
		if len(key) > len(prefix) && key[:len(prefix)] == prefix {
			hop = key[len(prefix):]
		}
	}
	requests := make([]string, 0, b.N/perRequest+1)
	for at := 0; at < b.N; at += perRequest {
		var fv []string
		for i := at; i < at+perRequest; i++ {
			prefix := fmt.Sprintf("%d.%d.%d.0/24", 30+i>>16, i>>8&255, i&255)
			fv = append(fv, routeKey(prefix, vr), "SAI_ROUTE_ENTRY_ATTR_NEXT_HOP_ID="+hop)
		}
		values, err := json.Marshal(fv)
		if err != nil {
			b.Fatal(err)
		}
		requests = append(requests, string(values))
	}
	ctx := b.Context()
	key := fmt.Sprintf("SAI_OBJECT_TYPE_ROUTE_ENTRY:%d", perRequest)
	b.ReportAllocs()
	b.ResetTimer()
	cpu, wall := cpuTime(), time.Now()
	answered := 0
	for i, values := range requests {
		pipe := bb.rdb.Pipeline()
		pipe.LPush(ctx, requestQueue, key, values, "Sbulkcreate")
		pipe.Publish(ctx, "ASIC_STATE_CHANNEL@1", "G")
		if _, err := pipe.Exec(ctx); err != nil {
			b.Fatal(err)
		}
		for ; i-answered >= window; answered++ {
			discard(b, bb)
		}
	}
	for ; answered < len(requests); answered++ {
		discard(b, bb)
	}
	b.StopTimer()
	n := float64(len(requests) * perRequest)
	b.ReportMetric(float64((cpuTime()-cpu).Microseconds())/n, "cpu-us/route")
	b.ReportMetric(n/time.Since(wall).Seconds(), "routes/s")
}

func discard(b *testing.B, bb *bench) {
	b.Helper()
	for i := range 3 {
		v, err := bb.rdb.BRPop(b.Context(), answerWithin, responseQueue).Result()
		if err != nil {
			b.Fatal(err)
		}
		if i == 0 && v[1] != "SAI_STATUS_SUCCESS" {
			b.Fatal(v)
		}
	}
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkStart measures a warm start with 100,000 routes: reading the
// database, asking the ASIC for each route, finding nothing to do.
func BenchmarkStart(b *testing.B) {
	const routes, perRequest = 100_000, 1000
	bb := newBench(b)
	bb.idsOnly = true
	bb.start()
	vr := bb.populate()
	for at := 0; at < routes; at += perRequest {
		var fv []string
		for i := at; i < at+perRequest; i++ {
			prefix := fmt.Sprintf("%d.%d.%d.0/24", 30+i>>16, i>>8&255, i&255)
			fv = append(fv, routeKey(prefix, vr), "SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_DROP")
		}
		bb.must("Sbulkcreate", fmt.Sprintf("SAI_OBJECT_TYPE_ROUTE_ENTRY:%d", perRequest), fv...)
	}
	b.ResetTimer()
	for range b.N {
		if err := bb.stop(); err != nil {
			b.Fatal(err)
		}
		bb.start()
	}
}
