package cfgmgrd

import (
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/resident/residenttest"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

const patience = 10 * time.Second

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("not within %v: %s", patience, what)
}

// bench is a switch with a database and a kernel but without orchagent: the test plays it.
type bench struct {
	t      *testing.T
	srv    *redistest.Server
	client *statedb.Client
	kernel *kernel.Kernel
	config *statedb.DB
	state  *statedb.DB
}

func newBench(t *testing.T) *bench {
	k := kerneltest.New(t)
	srv := redistest.Start(t)
	c := srv.Client(t)
	return &bench{t, srv, c, k, c.DB(statedb.ConfigDB), c.DB(statedb.StateDB)}
}

func (b *bench) set(table, key string, kv ...string) {
	b.t.Helper()
	row := statedb.Fields{}
	for i := 0; i < len(kv); i += 2 {
		row[kv[i]] = kv[i+1]
	}
	if err := b.config.Set(b.t.Context(), table, key, row); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) del(table, key string) {
	b.t.Helper()
	if err := b.config.Delete(b.t.Context(), table, key); err != nil {
		b.t.Fatal(err)
	}
}

// start runs the daemon until it has applied the configuration.
func (b *bench) start() (stop func()) {
	b.t.Helper()
	return residenttest.Start(b.t, b.client, b.kernel, work)
}

// consume plays orchagent for one table: it takes everything, and counts.
func (b *bench) consume(table string) *consumer {
	c := &consumer{db: b.client.DB(statedb.ApplDB), table: table}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = statedb.NewConsumer(c.db, table, statedb.ConsumerOptions{}).Run(ctx, func(_ context.Context, ops []statedb.KeyOp) error {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.ops += len(ops)
			return nil
		})
	}()
	b.t.Cleanup(func() { cancel(); <-done })
	return c
}

type consumer struct {
	db    *statedb.DB
	table string
	mu    sync.Mutex
	ops   int
}

func (c *consumer) taken() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ops
}

// becomes waits until the table holds exactly these rows.
func (b *bench) becomes(db *statedb.DB, table string, want map[string]statedb.Fields) {
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

func (b *bench) addrs(name string) []string {
	b.t.Helper()
	link, err := b.kernel.LinkByName(name)
	if err != nil {
		return nil
	}
	all, err := b.kernel.Addrs()
	if err != nil {
		b.t.Fatal(err)
	}
	var list []string
	for _, a := range all[link.Attrs().Index] {
		if !a.IP.IsLinkLocalUnicast() {
			list = append(list, a.IPNet.String())
		}
	}
	return list
}

func (b *bench) sampleConfig() {
	b.set("DEVICE_METADATA", "localhost", "mac", "00:11:22:33:44:55", "hostname", "sw")
	b.set("PORT", "Ethernet0", "lanes", "1,2", "speed", "40000", "admin_status", "up", "mtu", "9100")
	b.set("PORT", "Ethernet4", "lanes", "3,4", "speed", "40000")
	b.set("VLAN", "Vlan100", "vlanid", "100")
	b.set("VLAN_MEMBER", "Vlan100|Ethernet4", "tagging_mode", "untagged")
	b.set("INTERFACE", "Ethernet0")
	b.set("INTERFACE", "Ethernet0|10.0.0.0/31")
	b.set("INTERFACE", "Ethernet0|fc00::1/126")
	b.set("LOOPBACK_INTERFACE", "Loopback0")
	b.set("LOOPBACK_INTERFACE", "Loopback0|10.1.0.1/32")
	b.set("LOOPBACK_INTERFACE", "Loopback0|fc00:1::1/128")
}

func TestDaemon(t *testing.T) {
	b := newBench(t)
	b.sampleConfig()
	ports, intfs := b.consume("PORT_TABLE"), b.consume("INTF_TABLE")
	stop := b.start()
	eventually(t, "ports and interfaces taken", func() bool { return ports.taken() == 3 && intfs.taken() == 6 })
	b.becomes(b.state, "VLAN_TABLE", map[string]statedb.Fields{"Vlan100": {"state": "ok"}})
	b.becomes(b.state, "VLAN_MEMBER_TABLE", map[string]statedb.Fields{"Vlan100|Ethernet4": {"state": "ok"}})
	loopback := map[string]statedb.Fields{
		"Ethernet0": {"vrf": ""}, "Loopback0": {"vrf": ""}, "Loopback0|10.1.0.1/32": {"state": "ok"}, "Loopback0|fc00:1::1/128": {"state": "ok"},
	}
	b.becomes(b.state, "INTERFACE_TABLE", loopback) // the port has no device yet

	kerneltest.Cable(t, b.kernel, "Ethernet0", b.kernel, "far0") // orchagent's host interface appears
	withPort := map[string]statedb.Fields{"Ethernet0|10.0.0.0/31": {"state": "ok"}, "Ethernet0|fc00::1/126": {"state": "ok"}}
	for k, v := range loopback {
		withPort[k] = v
	}
	b.becomes(b.state, "INTERFACE_TABLE", withPort)
	at := kerneltest.Link(t, b.kernel, "Ethernet0").Attrs()
	if at.MTU != 9100 || at.Flags&net.FlagUp == 0 {
		t.Errorf("Ethernet0: mtu %d, flags %v", at.MTU, at.Flags)
	}

	// A restart writes nothing.
	stop()
	before := ports.taken() + intfs.taken()
	stop = b.start()
	if after := ports.taken() + intfs.taken(); after != before {
		t.Errorf("a restart wrote %d rows", after-before)
	}

	// What is changed while it is away is put right.
	stop()
	b.del("INTERFACE", "Ethernet0|10.0.0.0/31")
	b.set("PORT", "Ethernet0", "admin_status", "down", "mtu", "1500")
	b.del("LOOPBACK_INTERFACE", "Loopback0|10.1.0.1/32")
	b.del("LOOPBACK_INTERFACE", "Loopback0|fc00:1::1/128")
	b.del("LOOPBACK_INTERFACE", "Loopback0")
	b.start()
	b.becomes(b.state, "INTERFACE_TABLE", map[string]statedb.Fields{"Ethernet0": {"vrf": ""}, "Ethernet0|fc00::1/126": {"state": "ok"}})
	if d := cmp.Diff([]string{"fc00::1/126"}, b.addrs("Ethernet0")); d != "" {
		t.Error(d)
	}
	at = kerneltest.Link(t, b.kernel, "Ethernet0").Attrs()
	if at.MTU != 1500 || at.Flags&net.FlagUp != 0 {
		t.Errorf("Ethernet0: mtu %d, flags %v", at.MTU, at.Flags)
	}
	if _, err := b.kernel.LinkByName("Loopback0"); err == nil {
		t.Error("Loopback0 is still there")
	}
}

func TestDaemonBadRow(t *testing.T) {
	b := newBench(t)
	b.sampleConfig()
	b.set("VLAN", "Vlan4095")
	b.start()
	b.set("PORT", "Ethernet0", "mtu", "gigantic")
	b.set("VLAN_MEMBER", "Vlan200|Ethernet0", "tagging_mode", "tagged")
	b.set("VLAN", "Vlan300", "vlanid", "300")
	bad := statedb.Fields{"field": "mtu", "value": "gigantic", "error": `mtu "gigantic" is not a number from 68 to 9216`}
	name := statedb.Fields{"field": "", "value": "", "error": `VLAN name "Vlan4095" is not "Vlan" and a number from 1 to 4094`}
	b.becomes(b.state, "HEDDLE_CONFIG_ERROR", map[string]statedb.Fields{
		"VLAN|Vlan4095": name, "PORT|Ethernet0": bad, "VLAN_MEMBER|Vlan200|Ethernet0": {"field": "", "value": "", "error": "Vlan200 does not exist", "waits": "true"},
	})
	b.becomes(b.state, "VLAN_TABLE", map[string]statedb.Fields{"Vlan100": {"state": "ok"}, "Vlan300": {"state": "ok"}})
	b.set("PORT", "Ethernet0", "mtu", "1500")
	b.set("VLAN", "Vlan200")
	b.del("VLAN", "Vlan4095")
	b.becomes(b.state, "HEDDLE_CONFIG_ERROR", map[string]statedb.Fields{})
}

func TestDaemonOutlivesRedis(t *testing.T) {
	b := newBench(t)
	b.sampleConfig()
	b.start()
	b.srv.RestartEmpty(t)
	b.sampleConfig() // perhaps before the daemon is back
	b.consume("VLAN_MEMBER_TABLE")
	b.becomes(b.client.DB(statedb.ApplDB), "VLAN_MEMBER_TABLE", map[string]statedb.Fields{"Vlan100:Ethernet4": {"tagging_mode": "untagged"}})
	b.becomes(b.state, "VLAN_TABLE", map[string]statedb.Fields{"Vlan100": {"state": "ok"}})
}
