package counters

import (
	"log/slog"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
)

// meter counts some statistics of one object, and how often it is asked.
type meter struct {
	has   map[sai.StatID]uint64
	gone  bool
	asked int
}

func (m *meter) Stats(_ sai.Object, ids []sai.StatID, _ sai.StatsMode) ([]uint64, sai.Status) {
	m.asked++
	out := make([]uint64, len(ids))
	for i, id := range ids {
		n, ok := m.has[id]
		switch {
		case m.gone:
			return nil, sai.StatusItemNotFound
		case !ok:
			return nil, sai.StatusNotSupported
		}
		out[i] = n
	}
	return out, sai.StatusSuccess
}

// Get knows no attribute.
func (*meter) Get(sai.Object, []sai.Attr) sai.Status { return sai.StatusNotSupported }

// RID gives each object its own id.
func (*meter) RID(id sai.ObjectID) (sai.ObjectID, bool) { return id, true }

// What the ASIC does not count is left out, and asked for no more.
func TestReadSortsOut(t *testing.T) {
	m := &meter{has: map[sai.StatID]uint64{sai.StatID(sai.QueueStatPackets): 7}, gone: true}
	p := NewPoller(Options{Stats: m, IDs: m, Log: slog.New(slog.DiscardHandler)})
	queue := func(names string) *target {
		tgt, unknown := newTarget(0x15000000000002, []statedb.Field{{Name: "QUEUE_COUNTER_ID_LIST", Value: names}})
		if len(unknown) > 0 {
			t.Fatal(unknown)
		}
		return tgt
	}
	traffic := queue("SAI_QUEUE_STAT_PACKETS,SAI_QUEUE_STAT_TRIM_PACKETS")
	if got := p.read(traffic, sai.StatsModeRead); got != nil {
		t.Errorf("an object that is not there counts %v", got)
	}
	m.gone = false
	for range 2 {
		if d := cmp.Diff([]any{"SAI_QUEUE_STAT_PACKETS", "7"}, p.read(traffic, sai.StatsModeRead)); d != "" {
			t.Error(d)
		}
	}
	watermark := queue("SAI_QUEUE_STAT_SHARED_WATERMARK_BYTES")
	p.read(watermark, sai.StatsModeReadAndClear)
	before := m.asked
	if got := p.read(watermark, sai.StatsModeReadAndClear); got != nil || m.asked != before {
		t.Errorf("what the ASIC does not count is read: %v, asked %d times", got, m.asked-before)
	}
}
