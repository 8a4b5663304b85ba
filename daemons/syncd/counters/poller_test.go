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
	read := func(tgt *target, mode sai.StatsMode) []any {
		return p.read(job{mode: mode, chunk: 1, targets: []*target{tgt}})[0]
	}
	traffic := queue(t, 2, "SAI_QUEUE_STAT_PACKETS,SAI_QUEUE_STAT_TRIM_PACKETS")
	if got := read(traffic, sai.StatsModeRead); got != nil {
		t.Errorf("an object that is not there counts %v", got)
	}
	m.gone = false
	for range 2 {
		if d := cmp.Diff([]any{"SAI_QUEUE_STAT_PACKETS", "7"}, read(traffic, sai.StatsModeRead)); d != "" {
			t.Error(d)
		}
	}
	watermark := queue(t, 2, "SAI_QUEUE_STAT_SHARED_WATERMARK_BYTES")
	read(watermark, sai.StatsModeReadAndClear)
	before := m.asked
	if got := read(watermark, sai.StatsModeReadAndClear); got != nil || m.asked != before {
		t.Errorf("what the ASIC does not count is read: %v, asked %d times", got, m.asked-before)
	}
}

func queue(t *testing.T, index sai.ObjectID, names string) *target {
	t.Helper()
	tgt, unknown := newTarget(0x15000000000000|index, []statedb.Field{{Name: "QUEUE_COUNTER_ID_LIST", Value: names}})
	if len(unknown) > 0 {
		t.Fatal(unknown)
	}
	return tgt
}

// counted is a meter that reads in bulk too, unless it refuses.
type counted struct {
	meter
	refuses bool
	bulks   []int // objects of each call
}

func (c *counted) StatsBulk(objs []sai.Object, ids []sai.StatID, mode sai.StatsMode) ([]uint64, []sai.Status) {
	c.bulks = append(c.bulks, len(objs))
	values, statuses := make([]uint64, len(objs)*len(ids)), make([]sai.Status, len(objs))
	for i, o := range objs {
		if statuses[i] = sai.StatusNotSupported; !c.refuses {
			var read []uint64
			asked := c.asked
			read, statuses[i] = c.Stats(o, ids, mode)
			copy(values[i*len(ids):], read)
			c.asked = asked
		}
	}
	return values, statuses
}

// TestReadsInBulk: objects of which the same is counted are read with one call,
// of a bounded size; one that counts less is found out on its own.
func TestReadsInBulk(t *testing.T) {
	const names = "SAI_QUEUE_STAT_PACKETS,SAI_QUEUE_STAT_BYTES"
	m := &counted{meter: meter{has: map[sai.StatID]uint64{sai.StatID(sai.QueueStatPackets): 7, sai.StatID(sai.QueueStatBytes): 700}}}
	p := NewPoller(Options{Stats: m, Bulk: m, IDs: m, Log: slog.New(slog.DiscardHandler)})
	j := job{mode: sai.StatsModeRead, chunk: 3}
	for i := range sai.ObjectID(4) {
		j.targets = append(j.targets, queue(t, i, names))
	}
	j.targets = append(j.targets, queue(t, 9, names+",SAI_QUEUE_STAT_TRIM_PACKETS"), queue(t, 10, names+",SAI_QUEUE_STAT_TRIM_PACKETS"))
	want := []any{"SAI_QUEUE_STAT_PACKETS", "7", "SAI_QUEUE_STAT_BYTES", "700"}
	check := func() {
		t.Helper()
		for i, row := range p.read(j) {
			if d := cmp.Diff(want, row); d != "" {
				t.Errorf("target %d: %s", i, d)
			}
		}
	}
	check()
	if d := cmp.Diff([]int{3, 2}, m.bulks); d != "" {
		t.Errorf("before it is known what they count: %s", d)
	}
	m.bulks, m.asked = nil, 0
	check()
	if d := cmp.Diff([]int{3, 3}, m.bulks); d != "" || m.asked != 0 {
		t.Errorf("then: %d single reads and %s", m.asked, d)
	}
	m.refuses, m.bulks = true, nil
	check()
	check()
	if d := cmp.Diff([]int{3}, m.bulks); d != "" {
		t.Errorf("a library that refuses is asked again: %s", d)
	}
}
