package strict

import (
	"net/netip"
	"runtime"
	"testing"

	"github.com/heddle-nos/heddle/sai"
)

// BenchmarkMillionRoutes fills a store and reports the rate and what a route
// takes in memory.
func BenchmarkMillionRoutes(b *testing.B) {
	const total, bulk = 1 << 20, 1024
	for range b.N {
		b.StopTimer()
		s := New(Options{})
		objs := []sai.NewObject{{Attrs: []sai.Attr{{ID: sai.SwitchAttrInitSwitch, Value: sai.Bool(true)}}}}
		s.Create(sai.ObjectTypeSwitch, 0, objs, false)
		sw, cpu, vr := objs[0].OID, s.def.cpu, s.def.router
		before := heap()
		b.StartTimer()
		batch := make([]sai.NewObject, bulk)
		for i := 0; i < total; i += bulk {
			for k := range batch {
				n := i + k
				p := netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(n >> 16), byte(n >> 8), byte(n), 0}), 24)
				batch[k] = sai.NewObject{Object: sai.EntryOf(sai.RouteEntry{Switch: sw, VR: vr, Destination: p}), Attrs: []sai.Attr{{ID: sai.RouteEntryAttrNextHopID, Value: sai.OID(cpu)}}}
			}
			if st := s.Create(sai.ObjectTypeRouteEntry, sw, batch, true); st[bulk-1] != sai.StatusSuccess {
				b.Fatal(st[bulk-1])
			}
		}
		b.StopTimer()
		b.ReportMetric(float64(heap()-before)/total, "B/route")
		runtime.KeepAlive(s)
		b.StartTimer()
	}
	b.ReportMetric(float64(b.N)*total/b.Elapsed().Seconds(), "routes/s")
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
