package strict_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/strict"
)

// TestSupportedFEC: what a port can do is told of its lanes, whatever speed it has now, so that speed and FEC can be set in either order.
func TestSupportedFEC(t *testing.T) {
	want := []int32{int32(sai.PortFecModeNone), int32(sai.PortFecModeRs), int32(sai.PortFecModeFc)}
	for _, lanes := range []int{1, 2, 4, 8} {
		for _, speed := range []uint32{1000, 40000, 100000} {
			t.Run(fmt.Sprintf("%d lanes at %d", lanes, speed), func(t *testing.T) {
				if d := cmp.Diff(want, supportedFEC(t, lanes, speed)); d != "" {
					t.Error(d)
				}
			})
		}
	}
}

// supportedFEC asks a port of some lanes at a speed in Mbit/s.
func supportedFEC(t *testing.T, lanes int, speed uint32) []int32 {
	t.Helper()
	numbers := make([]uint32, lanes)
	for i := range numbers {
		numbers[i] = uint32(i + 1)
	}
	s := strict.New(strict.Options{Ports: []strict.Port{{Lanes: numbers, Speed: speed}}})
	sw := []sai.NewObject{{Attrs: []sai.Attr{{ID: sai.SwitchAttrInitSwitch, Value: sai.Bool(true)}}}}
	if st := s.Create(sai.ObjectTypeSwitch, 0, sw, false); st[0] != sai.StatusSuccess {
		t.Fatal(st)
	}
	list := []sai.Attr{{ID: sai.SwitchAttrPortList}}
	if st := s.Get(sai.ObjectOf(sai.ObjectTypeSwitch, sw[0].OID), list); st != sai.StatusSuccess {
		t.Fatal(st)
	}
	got := []sai.Attr{{ID: sai.PortAttrSupportedFecMode}}
	if st := s.Get(sai.ObjectOf(sai.ObjectTypePort, list[0].Value.OIDs()[0]), got); st != sai.StatusSuccess {
		t.Fatal(st)
	}
	return got[0].Value.Ints()
}
