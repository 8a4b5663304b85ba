package syncd_test

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/sai"
)

// TestGarbageInDatabase: a start survives whatever stands in the rows and
// hashes, and says what it could not read.
func TestGarbageInDatabase(t *testing.T) {
	b := newBench(t)
	b.start()
	vr := b.populate()
	if err := b.stop(); err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	b.rdb.HSet(ctx, "ASIC_STATE:SAI_OBJECT_TYPE_NONE:oid:0x1", "a", "b")
	b.rdb.HSet(ctx, "ASIC_STATE:SAI_OBJECT_TYPE_VLAN:nonsense", "SAI_VLAN_ATTR_VLAN_ID", "b")
	b.rdb.HSet(ctx, "ASIC_STATE:SAI_OBJECT_TYPE_VLAN:oid:0x26000000000999", "SAI_VLAN_ATTR_VLAN_ID", "many")
	b.rdb.HSet(ctx, `ASIC_STATE:SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":`, "NULL", "NULL")
	b.rdb.Set(ctx, "ASIC_STATE:SAI_OBJECT_TYPE_VLAN:oid:0x26000000000998", "text", 0)
	b.rdb.HSet(ctx, "VIDTORID", "x", "y", "oid:0x1", "z")
	b.rdb.HSet(ctx, "COLDVIDS", "oid:0x5", "SAI_OBJECT_TYPE_FOG")
	b.rdb.Del(ctx, "LANES")
	b.rdb.Set(ctx, "LANES", "text", 0)
	b.rdb.HSet(ctx, "HIDDEN", "mist", "oid:0x1")
	log := &syncLog{}
	b.log = slog.New(slog.NewTextHandler(log, nil))
	b.start()
	if got := b.defaultRouter(); got != vr {
		t.Errorf("default router: got %s, want %s", got, vr)
	}
	for _, want := range []string{"FOG", "mist", "LANES is no hash", "oid:0x26000000000999"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log does not name %s", want)
		}
	}
}

// TestHangIsReported: a request that hangs in the library is named in the log
// while it hangs.
func TestHangIsReported(t *testing.T) {
	b := newBench(t)
	log := &syncLog{}
	b.log = slog.New(slog.NewTextHandler(log, nil))
	release := make(chan struct{})
	b.driver = func(d sai.Driver) sai.Driver { return &hanging{Driver: d, release: release} }
	b.start()
	b.createSwitch()
	b.send("Screate", "SAI_OBJECT_TYPE_VLAN:"+b.vid(0x26), "SAI_VLAN_ATTR_VLAN_ID", "100")
	b.await("report", func() bool { return strings.Contains(log.String(), "request hangs") })
	close(release)
	if a := b.receive(); a.status != "SAI_STATUS_SUCCESS" {
		t.Errorf("got %s", a)
	}
	b.await("end", func() bool { return strings.Contains(log.String(), "slow request ended") })
}

// hanging keeps the creation of VLANs waiting.
type hanging struct {
	sai.Driver
	release <-chan struct{}
}

func (h *hanging) Create(t sai.ObjectType, sw sai.ObjectID, objs []sai.NewObject, stop bool) []sai.Status {
	if t == sai.ObjectTypeVLAN {
		select {
		case <-h.release:
		case <-time.After(answerWithin):
		}
	}
	return h.Driver.Create(t, sw, objs, stop)
}

type syncLog struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *syncLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *syncLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
