package strict_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// TestSupportedFEC: which FEC a port can have depends on its lanes and its speed of now.
func TestSupportedFEC(t *testing.T) {
	const none, rs, fc = int32(sai.PortFecModeNone), int32(sai.PortFecModeRs), int32(sai.PortFecModeFc)
	for _, c := range []struct {
		lanes int
		speed uint32
		want  []int32
	}{
		{1, 1000, []int32{none}}, {1, 10000, []int32{none, fc}}, {1, 25000, []int32{none, rs, fc}}, {1, 50000, []int32{rs}}, {1, 100000, []int32{rs}},
		{2, 50000, []int32{none, rs, fc}}, {2, 100000, []int32{rs}}, {2, 200000, []int32{rs}},
		{4, 40000, []int32{none, fc}}, {4, 100000, []int32{none, rs}}, {4, 200000, []int32{rs}}, {4, 400000, []int32{rs}},
		{8, 400000, []int32{rs}}, {8, 800000, []int32{rs}},
	} {
		t.Run(fmt.Sprintf("%d lanes at %d", c.lanes, c.speed), func(t *testing.T) {
			lanes := make([]uint32, c.lanes)
			for i := range lanes {
				lanes[i] = uint32(i + 1)
			}
			s := strict.New(strict.Options{Ports: []strict.Port{{Lanes: lanes, Speed: 1000}}})
			sw := []sai.NewObject{{Attrs: []sai.Attr{{ID: sai.SwitchAttrInitSwitch, Value: sai.Bool(true)}}}}
			if st := s.Create(sai.ObjectTypeSwitch, 0, sw, false); st[0] != sai.StatusSuccess {
				t.Fatal(st)
			}
			list := []sai.Attr{{ID: sai.SwitchAttrPortList}}
			if st := s.Get(sai.ObjectOf(sai.ObjectTypeSwitch, sw[0].OID), list); st != sai.StatusSuccess {
				t.Fatal(st)
			}
			port := sai.ObjectOf(sai.ObjectTypePort, list[0].Value.OIDs()[0])
			if st := s.Set([]sai.Object{port}, []sai.Attr{{ID: sai.PortAttrSpeed, Value: sai.U32(c.speed)}}, false); st[0] != sai.StatusSuccess {
				t.Fatal(st)
			}
			got := []sai.Attr{{ID: sai.PortAttrSupportedFecMode}}
			if st := s.Get(port, got); st != sai.StatusSuccess {
				t.Fatal(st)
			}
			if d := cmp.Diff(c.want, got[0].Value.Ints()); d != "" {
				t.Error(d)
			}
		})
	}
}
