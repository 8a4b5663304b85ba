package syncd_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/heddle-nos/heddle/daemons/syncd"
	"github.com/heddle-nos/heddle/daemons/syncd/hardware"
	"github.com/heddle-nos/heddle/daemons/syncd/hardware/strictasic"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/event"
	"github.com/heddle-nos/heddle/sai/strict"
)

// bench is a syncd over a strict ASIC, with a client.
type bench struct {
	*client
	t       testing.TB
	redis   *redistest.Server
	db      *statedb.Client
	config  string // database_config.json
	store   *strict.Store
	driver  func(sai.Driver) sai.Driver // wraps the driver; optional
	events  chan event.Event
	log     *slog.Logger
	async   bool
	idsOnly bool // the ASIC does not list entries

	cancel context.CancelFunc
	ended  chan error
}

const (
	switchID  = "oid:0x21000000000000"
	switchKey = "SAI_OBJECT_TYPE_SWITCH:" + switchID
)

func ports(n int) []strict.Port {
	var list []strict.Port
	for i := range uint32(n) {
		list = append(list, strict.Port{Lanes: []uint32{4*i + 1, 4*i + 2, 4*i + 3, 4*i + 4}, Speed: 40000})
	}
	return list
}

func newBench(t testing.TB) *bench {
	t.Helper()
	srv := redistest.Start(t)
	b := &bench{t: t, redis: srv, db: srv.Client(t), store: newStore(4), log: slog.New(slog.DiscardHandler)}
	b.config = filepath.Join(t.TempDir(), "database_config.json")
	if err := srv.Config().Write(b.config); err != nil {
		t.Fatal(err)
	}
	b.client = newClient(t, b.db)
	t.Cleanup(func() { b.stop() })
	return b
}

func newStore(n int) *strict.Store { return strict.New(strict.Options{Ports: ports(n)}) }

// start runs a syncd until stop.
func (b *bench) start() {
	b.t.Helper()
	if err := b.launch(); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) launch() error {
	ctx, cancel := context.WithCancel(context.Background())
	b.cancel, b.ended = cancel, make(chan error, 1)
	b.events = make(chan event.Event, 64)
	ready := filepath.Join(b.t.TempDir(), "ready")
	cfg := syncd.Config{
		Database: b.config,
		Ready:    ready,
		Hang:     time.Second,
		Log:      b.log,
		Async:    b.async,
		Open: func(string, map[string]string, *slog.Logger) (hardware.ASIC, func() error, error) {
			asic := strictasic.New(b.store, b.events)
			if b.idsOnly {
				asic = strictasic.WithoutEntries(asic)
			}
			if b.driver != nil {
				asic.Driver = b.driver(asic.Driver)
			}
			return asic, func() error { return nil }, nil
		},
	}
	go func() { b.ended <- survive(ctx, cfg) }()
	return b.awaitReady(ready)
}

// survive turns the panic of a crash into an error.
func survive(ctx context.Context, cfg syncd.Config) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("crash: %v", p)
		}
	}()
	return syncd.Run(ctx, cfg)
}

func (b *bench) awaitReady(file string) error {
	for deadline := time.Now().Add(answerWithin); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		select {
		case err := <-b.ended:
			b.cancel()
			b.cancel = nil
			return fmt.Errorf("syncd ended: %w", err)
		default:
		}
		if _, err := os.Stat(file); err == nil {
			return nil
		}
	}
	return errors.New("syncd does not serve")
}

// supervise starts syncd again whenever it crashes, until the returned
// function is called.
func (b *bench) supervise() (stop func()) {
	done, finished := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(finished)
		for {
			select {
			case <-b.ended:
			case <-done:
				return
			}
			for b.launch() != nil { // crashes while it starts are crashes too
				select {
				case <-done:
					return
				default:
				}
			}
		}
	}()
	return func() { close(done); <-finished }
}

// stop ends syncd and returns its error.
func (b *bench) stop() error {
	if b.cancel == nil {
		return nil
	}
	b.cancel()
	b.cancel = nil
	select {
	case err := <-b.ended:
		return err
	case <-time.After(answerWithin):
		b.t.Error("syncd does not end")
		return errors.New("hangs")
	}
}

func (b *bench) counters() *redis.Client { return b.db.DB(statedb.CountersDB).Redis() }
func (b *bench) flex() *redis.Client     { return b.db.DB(statedb.FlexCounterDB).Redis() }

func (b *bench) createSwitch() {
	b.t.Helper()
	b.must("Screate", switchKey, "SAI_SWITCH_ATTR_INIT_SWITCH", "true",
		"SAI_SWITCH_ATTR_FDB_EVENT_NOTIFY", "0x55ad5c5b7e60", "SAI_SWITCH_ATTR_SRC_MAC_ADDRESS", "52:54:00:00:00:01")
}

func (b *bench) defaultRouter() string {
	b.t.Helper()
	return b.get(switchKey, "SAI_SWITCH_ATTR_DEFAULT_VIRTUAL_ROUTER_ID", "oid:0x0")
}

// routerInterface creates a loopback router interface.
func (b *bench) routerInterface(vr string) string {
	b.t.Helper()
	id := b.vid(6)
	b.must("Screate", "SAI_OBJECT_TYPE_ROUTER_INTERFACE:"+id,
		"SAI_ROUTER_INTERFACE_ATTR_VIRTUAL_ROUTER_ID", vr,
		"SAI_ROUTER_INTERFACE_ATTR_TYPE", "SAI_ROUTER_INTERFACE_TYPE_LOOPBACK")
	return id
}

func routeKey(prefix, vr string) string {
	return `{"dest":"` + prefix + `","switch_id":"` + switchID + `","vr":"` + vr + `"}`
}

func TestCreateRemoveSetGet(t *testing.T) {
	b := newBench(t)
	b.start()
	b.createSwitch()
	vlan := b.vid(0x26)
	key := "SAI_OBJECT_TYPE_VLAN:" + vlan
	b.must("Screate", key, "SAI_VLAN_ATTR_VLAN_ID", "100")
	if got := b.get(key, "SAI_VLAN_ATTR_VLAN_ID", "0"); got != "100" {
		t.Errorf("vlan id: got %s", got)
	}
	if got := b.row("ASIC_STATE:" + key); got["SAI_VLAN_ATTR_VLAN_ID"] != "100" {
		t.Errorf("row: got %v", got)
	}
	b.must("Sset", key, "SAI_VLAN_ATTR_LEARN_DISABLE", "true")
	if got := b.get(key, "SAI_VLAN_ATTR_LEARN_DISABLE", "false"); got != "true" {
		t.Errorf("learn disable: got %s", got)
	}
	if got := b.do("Screate", key, "SAI_VLAN_ATTR_VLAN_ID", "100"); got.status != "SAI_STATUS_ITEM_ALREADY_EXISTS" {
		t.Errorf("second create: got %s", got)
	}
	b.must("Dremove", key)
	if got := b.row("ASIC_STATE:" + key); len(got) != 0 {
		t.Errorf("row after remove: got %v", got)
	}
	if got := b.do("Dremove", key); got.status == "SAI_STATUS_SUCCESS" {
		t.Errorf("second remove: got %s", got)
	}
	if got := b.row("VIDTORID"); got[vlan] != "" {
		t.Errorf("id of removed vlan: got %s", got[vlan])
	}
}

func TestSwitchComesWithObjects(t *testing.T) {
	b := newBench(t)
	b.start()
	b.createSwitch()
	a := b.do("Sget", switchKey, "SAI_SWITCH_ATTR_PORT_LIST", "0:null")
	if a.status != "SAI_STATUS_BUFFER_OVERFLOW" || a.fields[1] != "4" {
		t.Errorf("port list without room: got %s", a)
	}
	list := b.get(switchKey, "SAI_SWITCH_ATTR_PORT_LIST", "4:oid:0x0,oid:0x0,oid:0x0,oid:0x0")
	count, ids, _ := strings.Cut(list, ":")
	if count != "4" {
		t.Fatalf("port list: got %s", list)
	}
	lanes := b.row("LANES")
	toRID, toVID := b.row("VIDTORID"), b.row("RIDTOVID")
	for i, id := range strings.Split(ids, ",") {
		if b.row("ASIC_STATE:SAI_OBJECT_TYPE_PORT:" + id)["NULL"] != "NULL" {
			t.Errorf("port %s has no row", id)
		}
		if b.row("COLDVIDS")[id] != "SAI_OBJECT_TYPE_PORT" {
			t.Errorf("port %s is not among the cold ids", id)
		}
		if toVID[toRID[id]] != id {
			t.Errorf("port %s: real id %s stands for %s", id, toRID[id], toVID[toRID[id]])
		}
		if first := []string{"1", "5", "9", "13"}[i]; lanes[first] != toRID[id] {
			t.Errorf("lane %s: got %s, want %s", first, lanes[first], toRID[id])
		}
	}
	if b.row("HIDDEN")["SAI_SWITCH_ATTR_CPU_PORT"] == "" {
		t.Error("cpu port is not among the hidden objects")
	}
}

func TestBulk(t *testing.T) {
	b := newBench(t)
	b.start()
	b.createSwitch()
	vr := b.defaultRouter()
	drop := "SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_DROP"
	a := b.do("Sbulkcreate", "SAI_OBJECT_TYPE_ROUTE_ENTRY:3",
		routeKey("10.0.0.0/24", vr), drop, routeKey("10.0.1.0/24", "oid:0x3000000000fff"), drop, routeKey("10.0.2.0/24", vr), drop)
	if a.status != "SAI_STATUS_FAILURE" || len(a.fields) != 6 || a.fields[0] != "SAI_STATUS_SUCCESS" ||
		a.fields[2] != "SAI_STATUS_ITEM_NOT_FOUND" || a.fields[4] != "SAI_STATUS_SUCCESS" {
		t.Fatalf("bulk create: got %s", a)
	}
	row := "ASIC_STATE:SAI_OBJECT_TYPE_ROUTE_ENTRY:" + routeKey("10.0.2.0/24", vr)
	if got := b.row(row)["SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION"]; got != "SAI_PACKET_ACTION_DROP" {
		t.Errorf("row: got %q", got)
	}
	b.must("Sbulkset", "SAI_OBJECT_TYPE_ROUTE_ENTRY:2",
		routeKey("10.0.0.0/24", vr), "SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_TRAP",
		routeKey("10.0.2.0/24", vr), "SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_TRAP")
	if got := b.row(row)["SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION"]; got != "SAI_PACKET_ACTION_TRAP" {
		t.Errorf("row after set: got %q", got)
	}
	a = b.must("Sbulkget", "SAI_OBJECT_TYPE_ROUTE_ENTRY:1",
		routeKey("10.0.0.0/24", vr), "SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_DROP")
	if a.fields[1] != "SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_TRAP" {
		t.Errorf("bulk get: got %s", a)
	}
	b.must("Dbulkremove", "SAI_OBJECT_TYPE_ROUTE_ENTRY:2", routeKey("10.0.0.0/24", vr), "", routeKey("10.0.2.0/24", vr), "")
	if got := b.row(row); len(got) != 0 {
		t.Errorf("row after remove: got %v", got)
	}
}

func TestAsyncAnswersOnlyGet(t *testing.T) {
	b := newBench(t)
	b.async = true
	b.start()
	b.send("Screate", switchKey, "SAI_SWITCH_ATTR_INIT_SWITCH", "true")
	if got := b.defaultRouter(); !strings.HasPrefix(got, "oid:0x3") {
		t.Errorf("default router: got %s", got)
	}
}

func TestMalformedRequests(t *testing.T) {
	b := newBench(t)
	b.start()
	b.createSwitch()
	vr := b.defaultRouter()
	for _, r := range [][]string{
		{"Screate", "SAI_OBJECT_TYPE_VLAN:nonsense", "SAI_VLAN_ATTR_VLAN_ID", "5"},
		{"Screate", "SAI_OBJECT_TYPE_VLAN:oid:0x26000000000fff", "SAI_VLAN_ATTR_VLAN_ID", "many"},
		{"Sbulkcreate", "SAI_OBJECT_TYPE_ROUTE_ENTRY:2", routeKey("10.0.0.0/24", vr), "SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_DROP"},
		{"Sbulkcreate", "SAI_OBJECT_TYPE_ROUTE_ENTRY:2", routeKey("10.0.0.0/24", vr), "SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_DROP", "{", "x=y"},
		{"Sset", switchKey, "SAI_SWITCH_ATTR_SRC_MAC_ADDRESS", "zz"},
		{"Sget", switchKey},
		{"Sflush", "SAI_OBJECT_TYPE_FDB_FLUSH:" + switchID, "SAI_FDB_FLUSH_ATTR_BV_ID", "x"},
		{"Snotify", "NO_VIEW"},
		{"Sattribute_capability_query", switchID, "OBJECT_TYPE", "SAI_OBJECT_TYPE_PORT"},
	} {
		if a := b.do(r[0], r[1], r[2:]...); a.status != "SAI_STATUS_INVALID_PARAMETER" {
			t.Errorf("%q: got %s", r, a)
		}
	}
	if got := b.row("ASIC_STATE:SAI_OBJECT_TYPE_ROUTE_ENTRY:" + routeKey("10.0.0.0/24", vr)); len(got) != 0 {
		t.Errorf("a refused bulk request left %v", got)
	}
	b.rdb.LPush(t.Context(), requestQueue, "garbage", "more", "and more", "x")
	b.rdb.Publish(t.Context(), "ASIC_STATE_CHANNEL@1", "\xff")
	if b.defaultRouter() != vr {
		t.Error("garbage in the queue stopped the service")
	}
}

func TestQueries(t *testing.T) {
	b := newBench(t)
	b.start()
	b.createSwitch()
	a := b.must("Sattribute_capability_query", switchID, "OBJECT_TYPE", "SAI_OBJECT_TYPE_VLAN", "ATTR_ID", "SAI_VLAN_ATTR_VLAN_ID")
	if a.op != "Sattribute_capability_response" || strings.Join(a.fields, " ") !=
		"CREATE_IMPLEMENTED true SET_IMPLEMENTED false GET_IMPLEMENTED true" {
		t.Errorf("attribute capability: got %s %s", a.op, a)
	}
	enum := []string{switchID, "OBJECT_TYPE", "SAI_OBJECT_TYPE_DEBUG_COUNTER", "ATTR_ID", "SAI_DEBUG_COUNTER_ATTR_TYPE", "LIST_SIZE"}
	a = b.do("Sattr_enum_values_capability_query", enum[0], append(enum[1:], "0")...)
	if a.status != "SAI_STATUS_BUFFER_OVERFLOW" || strings.Join(a.fields, " ") != "ENUM_COUNT 4" {
		t.Errorf("enum values without room: got %s", a)
	}
	a = b.must("Sattr_enum_values_capability_query", enum[0], append(enum[1:], "4")...)
	if strings.Join(a.fields, " ") != "ENUM_CAPABILITIES 0,1,2,3, ENUM_COUNT 4" {
		t.Errorf("enum values: got %s", a)
	}
	a = b.must("Sobject_type_get_availability_query", switchKey, "OBJECT_TYPE", "SAI_OBJECT_TYPE_DEBUG_COUNTER")
	if a.op != "Sobject_type_get_availability_response" || a.fields[0] != "OBJECT_COUNT" {
		t.Errorf("availability: got %s %s", a.op, a)
	}
	a = b.do("Sstats_capability_query", switchID, "OBJECT_TYPE", "SAI_OBJECT_TYPE_PORT", "LIST_SIZE", "0")
	if a.status != "SAI_STATUS_BUFFER_OVERFLOW" || a.fields[0] != "STAT_COUNT" {
		t.Errorf("stats capability: got %s", a)
	}
	a = b.must("Sstats_capability_query", switchID, "OBJECT_TYPE", "SAI_OBJECT_TYPE_PORT", "LIST_SIZE", a.fields[1])
	if len(a.fields) != 6 || a.fields[0] != "STAT_ENUM" || a.fields[2] != "STAT_MODES" {
		t.Errorf("stats capability: got %s", a)
	}
}

func TestRedisRestart(t *testing.T) {
	b := newBench(t)
	b.start()
	b.createSwitch()
	vr := b.defaultRouter()
	before := b.rows()
	b.redis.Restart(t)
	if got := b.defaultRouter(); got != vr {
		t.Errorf("after restart: got %s, want %s", got, vr)
	}
	if got := b.rows(); len(got) != len(before) {
		t.Errorf("rows: got %d, want %d", len(got), len(before))
	}
	b.redis.RestartEmpty(t)
	b.send("Sget", switchKey, "SAI_SWITCH_ATTR_CPU_PORT", "oid:0x0")
	select {
	case err := <-b.ended:
		b.cancel = nil
		if !errors.Is(err, syncd.ErrDatabaseLost) {
			t.Errorf("empty database: got %v", err)
		}
	case <-time.After(answerWithin):
		t.Error("syncd did not notice that the database is empty")
	}
}

// TestDatabaseEmptied: a client that begins anew on an emptied database finds
// a syncd that begins anew as well, and an ASIC without the old objects.
func TestDatabaseEmptied(t *testing.T) {
	b := newBench(t)
	b.start()
	b.populate()
	if err := b.stop(); err != nil {
		t.Fatal(err)
	}
	b.start() // has nothing to commit
	stop := b.supervise()
	defer stop()
	b.rdb.FlushDB(t.Context())
	b.must("Snotify", "INIT_VIEW")
	b.createSwitch()
	b.must("Snotify", "APPLY_VIEW")
	if dump := b.store.Dump(); strings.Contains(dump, "20.0.0.0/24") {
		t.Errorf("the ASIC still holds %s", dump)
	}
	b.must("Sbulkcreate", "SAI_OBJECT_TYPE_ROUTE_ENTRY:1", routeKey("20.0.0.0/24", b.defaultRouter()),
		"SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION=SAI_PACKET_ACTION_DROP")
	b.must("Snotify", "SYNCD_INSPECT_ASIC")
}
