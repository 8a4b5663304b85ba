package lacpd

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/daemons/resident/residenttest"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/yang/schema"
)

const patience = 15 * time.Second

// box is a switch: a kernel, a database, and a consumer in orchagent's place.
type box struct {
	t      *testing.T
	srv    *redistest.Server
	client *statedb.Client
	kernel *kernel.Kernel
	mu     sync.Mutex
	ops    int // taken by orchagent
}

func newBox(t *testing.T, mac string) *box {
	b := &box{t: t, kernel: kerneltest.New(t), srv: redistest.Start(t)}
	b.client = b.srv.Client(t)
	b.configure(mac)
	for _, table := range []string{schema.AppTableLAG, schema.AppTableLAGMember} {
		b.consume(table)
	}
	return b
}

// pairOf is two boxes with two cables between them.
func pairOf(t *testing.T) (*box, *box) {
	a, b := newBox(t, "02:00:00:00:00:01"), newBox(t, "02:00:00:00:00:02")
	for _, port := range []string{"Ethernet0", "Ethernet4"} {
		kerneltest.Cable(t, a.kernel, port, b.kernel, port)
		kerneltest.Up(t, a.kernel, port)
	}
	return a, b
}

func (b *box) configure(mac string) {
	b.set("DEVICE_METADATA", "localhost", "mac", mac)
	b.set("PORTCHANNEL", "PortChannel1", "admin_status", "up", "mtu", "9000", "min_links", "1", "fast_rate", "true")
	b.set("PORTCHANNEL_MEMBER", "PortChannel1|Ethernet0")
	b.set("PORTCHANNEL_MEMBER", "PortChannel1|Ethernet4")
}

func (b *box) set(table, key string, kv ...string) {
	b.t.Helper()
	row := statedb.Fields{}
	for i := 0; i < len(kv); i += 2 {
		row[kv[i]] = kv[i+1]
	}
	if err := b.client.DB(statedb.ConfigDB).Set(b.t.Context(), table, key, row); err != nil {
		b.t.Fatal(err)
	}
}

func (b *box) del(table, key string) {
	b.t.Helper()
	if err := b.client.DB(statedb.ConfigDB).Delete(b.t.Context(), table, key); err != nil {
		b.t.Fatal(err)
	}
}

func (b *box) consume(table string) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		consumer := statedb.NewConsumer(b.appl(), table, statedb.ConsumerOptions{})
		_ = consumer.Run(ctx, func(_ context.Context, ops []statedb.KeyOp) error {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.ops += len(ops)
			return nil
		})
	}()
	b.t.Cleanup(func() { cancel(); <-done })
}

func (b *box) taken() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ops
}

func (b *box) appl() *statedb.DB  { return b.client.DB(statedb.ApplDB) }
func (b *box) state() *statedb.DB { return b.client.DB(statedb.StateDB) }

// start runs the daemon until it has written the tables.
func (b *box) start() (stop func()) {
	b.t.Helper()
	return residenttest.Start(b.t, b.client, b.kernel, func(ctx context.Context, doors resident.Doors) error {
		return work(ctx, doors, defaultSystemPriority)
	})
}

func (b *box) becomes(db *statedb.DB, table string, want map[string]statedb.Fields) {
	b.t.Helper()
	var last string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		got, err := db.All(b.t.Context(), table)
		if err != nil {
			b.t.Fatal(err)
		}
		if last = cmp.Diff(want, got); last == "" {
			return
		}
	}
	b.t.Fatalf("%s never became so: %s", table, last)
}

// uses waits for the state of the members, and of the port channel after them.
func (b *box) uses(first, second, oper string) {
	b.t.Helper()
	b.becomes(b.appl(), schema.AppTableLAGMember, map[string]statedb.Fields{
		"PortChannel1:Ethernet0": {"status": first}, "PortChannel1:Ethernet4": {"status": second},
	})
	b.becomes(b.appl(), schema.AppTableLAG, map[string]statedb.Fields{
		"PortChannel1": {"admin_status": "up", "oper_status": oper, "mtu": "9000", "tpid": "0x8100"},
	})
}
