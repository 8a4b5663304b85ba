package asicd

import (
	"testing"

	"github.com/heddle-nos/heddle/hal/softasic/wire"
	"github.com/heddle-nos/heddle/sai"
)

// BenchmarkRoutes is the rate of route creation through socket, store, journal
// and control, down to a plane that only keeps them.
func BenchmarkRoutes(b *testing.B) {
	r := newAsicRig(b)
	p := r.dial(1)
	sw := p.createSwitch()
	get := wire.Request{Op: wire.OpGet, Type: sai.ObjectTypeSwitch, Objects: []sai.Object{sai.ObjectOf(sai.ObjectTypeSwitch, sw)},
		Attrs: []sai.Attr{{ID: sai.SwitchAttrDefaultVirtualRouterID}, {ID: sai.SwitchAttrCPUPort}}}
	ids := p.call(get).Attrs
	const bulk, blocks = 1000, 200
	frames := make([][]byte, blocks)
	prepare := func() {
		for i := range frames {
			req := routesRequest(sw, ids[0].Value.OID(), ids[1].Value.OID(), i*bulk, bulk)
			p.seq++
			req.Seq = p.seq
			frames[i] = wire.AppendRequest(nil, &req)
		}
	}
	for i := 0; i < b.N; i++ {
		if i%blocks == 0 {
			b.StopTimer()
			for k := 0; i > 0 && k < blocks; k++ {
				remove := wire.Request{Op: wire.OpRemove, Type: sai.ObjectTypeRouteEntry}
				for _, c := range routesRequest(sw, ids[0].Value.OID(), ids[1].Value.OID(), k*bulk, bulk).Create {
					remove.Objects = append(remove.Objects, c.Object)
				}
				p.call(remove)
			}
			prepare()
			b.StartTimer()
		}
		p.write(frames[i%blocks])
		p.reply()
	}
	b.ReportMetric(float64(b.N)*bulk/b.Elapsed().Seconds(), "routes/s")
}
