package orchagent_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/orchagent"
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/daemons/orchagent/status"
	"github.com/heddle-nos/heddle/daemons/syncd"
	"github.com/heddle-nos/heddle/daemons/syncd/hardware"
	"github.com/heddle-nos/heddle/daemons/syncd/hardware/strictasic"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/event"
	"github.com/heddle-nos/heddle/sai/strict"
	"github.com/heddle-nos/heddle/sai/text"
)

const (
	// answerTime is how long syncd may take for an answer. Then the ASIC's state is read anew.
	answerTime = 20 * time.Second
	// patience bounds every wait of the tests: long enough for that, on a machine that is busy.
	patience = 3 * answerTime
)

// rigQueues is how many queues each port of a rig has.
const rigQueues = 2

// rig is a switch without a data plane: orchagent, syncd, and a strict SAI.
type rig struct {
	t      testing.TB
	redis  *redistest.Server
	db     *statedb.Client
	store  *strict.Store
	fault  strict.Fault
	events chan event.Event
	log    *slog.Logger

	feedback    bool
	timeout     time.Duration // of one answer; default answerTime
	orch, syncd *life
	commits     atomic.Int64 // operations that took effect in the SAI
}

// life is a daemon that runs.
type life struct {
	cancel context.CancelFunc
	ended  chan error
}

func live(f func(context.Context) error) *life {
	ctx, cancel := context.WithCancel(context.Background())
	l := &life{cancel: cancel, ended: make(chan error, 1)}
	go func() { l.ended <- f(ctx) }()
	return l
}

func (l *life) stop(t testing.TB) {
	t.Helper()
	if l == nil {
		return
	}
	l.cancel()
	select {
	case err := <-l.ended:
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v", err)
		}
	case <-time.After(patience):
		t.Fatal("daemon does not end")
	}
}

func newRig(t testing.TB, ports int) *rig {
	t.Helper()
	srv := redistest.Start(t)
	level := slog.LevelWarn
	if testing.Verbose() {
		level = slog.LevelInfo
	}
	r := &rig{
		t: t, redis: srv, db: srv.Client(t),
		log:    slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: level})),
		events: make(chan event.Event, 64),
	}
	r.store = strict.New(strict.Options{
		Queues: rigQueues, PriorityGroups: 1,
		Ports:  frontPanel(ports),
		Fault:  func(op strict.Op, o sai.Object, a []sai.Attr) sai.Status { return r.faulty(op, o, a) },
		Commit: func(_ strict.Op, c []strict.Change) { r.commits.Add(int64(len(c))) },
	})
	t.Cleanup(func() { r.stopOrch(); r.stopSyncd() })
	return r
}

func (r *rig) faulty(op strict.Op, o sai.Object, a []sai.Attr) sai.Status {
	if r.fault == nil {
		return sai.StatusSuccess
	}
	return r.fault(op, o, a)
}

func frontPanel(n int) []strict.Port {
	var list []strict.Port
	for i := range uint32(n) {
		list = append(list, strict.Port{Lanes: []uint32{4*i + 1, 4*i + 2, 4*i + 3, 4*i + 4}, Speed: 40000})
	}
	return list
}

func (r *rig) startSyncd() {
	r.t.Helper()
	dir := r.t.TempDir()
	cfg := syncd.Config{
		Database: filepath.Join(dir, "database_config.json"),
		Ready:    filepath.Join(dir, "ready"),
		Patience: answerTime, Hang: answerTime, Log: r.log,
		Open: func(string, map[string]string, *slog.Logger) (hardware.ASIC, func() error, error) {
			return strictasic.New(r.store, r.events), func() error { return nil }, nil
		},
	}
	if err := r.redis.Config().Write(cfg.Database); err != nil {
		r.t.Fatal(err)
	}
	r.syncd = live(func(ctx context.Context) error { return syncd.Run(ctx, cfg) })
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := process.WaitReady(ctx, cfg.Ready); err != nil {
		r.t.Fatalf("syncd does not serve: %v", err)
	}
}

func (r *rig) startOrch() {
	cfg := orchagent.Config{Timeout: cmp.Or(r.timeout, answerTime), Grace: 500 * time.Millisecond, Batch: 2048, Feedback: r.feedback, Log: r.log}
	r.orch = live(func(ctx context.Context) error { return orchagent.Serve(ctx, cfg, r.db, switchMAC) })
}

// changes counts the operations that took effect in the SAI.
func (r *rig) changes() int { return int(r.commits.Load()) }

// restartOrch starts orchagent anew, without the status of its last life.
func (r *rig) restartOrch() {
	r.t.Helper()
	r.stopOrch()
	if err := r.db.DB(statedb.StateDB).Redis().FlushDB(context.Background()).Err(); err != nil {
		r.t.Fatal(err)
	}
	r.startOrch()
}

func (r *rig) stopOrch()  { r.orch.stop(r.t); r.orch = nil }
func (r *rig) stopSyncd() { r.syncd.stop(r.t); r.syncd = nil }

var switchMAC = sai.MAC{0x52, 0x54, 0, 0, 0, 1}

// set writes rows of APPL_DB as "TABLE:key", or of CONFIG_DB as "TABLE|key", with
// fields and values.
func (r *rig) set(row string, fv ...string) {
	r.t.Helper()
	table, key, config := cutRow(row)
	var fields []statedb.Field
	for i := 0; i+1 < len(fv); i += 2 {
		fields = append(fields, statedb.Field{Name: fv[i], Value: fv[i+1]})
	}
	if len(fields) == 0 {
		fields = []statedb.Field{{Name: "NULL", Value: "NULL"}}
	}
	if config {
		if err := r.db.DB(statedb.ConfigDB).Replace(context.Background(), table, key, statedb.FieldMap(fields)); err != nil {
			r.t.Fatal(err)
		}
		return
	}
	if err := statedb.NewProducer(r.db.DB(statedb.ApplDB), table).Set(context.Background(), key, fields...); err != nil {
		r.t.Fatal(err)
	}
}

// cutRow splits the name of a row.
func cutRow(row string) (table, key string, config bool) {
	at := strings.IndexAny(row, ":|")
	return row[:at], row[at+1:], row[at] == '|'
}

func (r *rig) del(row string) {
	r.t.Helper()
	table, key, config := cutRow(row)
	if config {
		if err := r.db.DB(statedb.ConfigDB).Delete(context.Background(), table, key); err != nil {
			r.t.Fatal(err)
		}
		return
	}
	if err := statedb.NewProducer(r.db.DB(statedb.ApplDB), table).Del(context.Background(), key); err != nil {
		r.t.Fatal(err)
	}
}

// ports configures n ports.
func (r *rig) ports(n int) {
	for i := range n {
		r.set(fmt.Sprintf("PORT_TABLE:Ethernet%d", 4*i), "lanes", fmt.Sprintf("%d,%d,%d,%d", 4*i+1, 4*i+2, 4*i+3, 4*i+4),
			"speed", "40000", "admin_status", "up", "mtu", "9100")
	}
	r.set("PORT_TABLE:PortConfigDone", "count", fmt.Sprint(n))
}

// until polls a condition.
func (r *rig) until(what string, ok func() bool) {
	r.t.Helper()
	for deadline := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			r.t.Fatalf("not within %s: %s\nstatus:\n%s\nasic:\n%s", patience, what, r.unapplied(), r.asic())
		}
	}
}

// row reads a row of a database.
func (r *rig) row(db statedb.DBID, table, key string) map[string]string {
	r.t.Helper()
	f, _, err := r.db.DB(db).Get(context.Background(), table, key)
	if err != nil {
		r.t.Fatal(err)
	}
	return f
}

func (r *rig) status(key string) map[string]string {
	return r.row(statedb.StateDB, status.TableObject, key)
}

func (r *rig) applied(keys ...string) {
	r.t.Helper()
	for _, k := range keys {
		r.until(k+" is applied", func() bool { return r.status(k)["state"] == "applied" })
	}
}

func (r *rig) gone(keys ...string) {
	r.t.Helper()
	for _, k := range keys {
		r.until(k+" is gone", func() bool { return len(r.status(k)) == 0 })
	}
}

// summary waits until the totals say something.
func (r *rig) summary(field, want string) {
	r.t.Helper()
	r.until(field+" = "+want, func() bool {
		return r.row(statedb.StateDB, status.TableSummary, status.KeySummary)[field] == want
	})
}

// asic lists what ASIC_DB holds, without virtual ids, sorted.
func (r *rig) asic() string {
	r.t.Helper()
	db := r.db.DB(statedb.AsicDB)
	keys, err := db.Keys(context.Background(), "ASIC_STATE")
	if err != nil {
		r.t.Fatal(err)
	}
	names := db.Redis().HGetAll(context.Background(), "HEDDLE_VIDTOKEY").Val()
	var lines []string
	for _, k := range keys {
		f, _, _ := db.Get(context.Background(), "ASIC_STATE", k)
		line := k
		for _, n := range slices.Sorted(maps.Keys(f)) {
			if !isDefault(k, n, f[n]) {
				line += " " + n + "=" + f[n]
			}
		}
		lines = append(lines, line)
	}
	list := regexp.MustCompile(`oid:0x[0-9a-f]+`).ReplaceAllStringFunc(strings.Join(lines, "\n"), func(vid string) string {
		if k, ok := names[vid]; ok {
			return "<" + k + ">"
		}
		return vid
	})
	list = strings.ReplaceAll(list, " SAI_VLAN_ATTR_STP_INSTANCE=<"+string(object.DefaultSTP)+">", "") // what a VLAN has anyway
	return strings.Join(slices.Sorted(strings.SplitSeq(list, "\n")), "\n")
}

// isDefault tells an attribute that was set to what it is anyway.
func isDefault(row, name, value string) bool {
	obj, err := text.DecodeObject(row)
	if err != nil {
		return false
	}
	a, err := text.DecodeAttr(obj.Type, name, value)
	info, _ := sai.ObjectTypeInfo(obj.Type)
	m := info.Attr(a.ID)
	return err == nil && m != nil && m.HasDefault && m.Default.Equal(a.Value)
}

func (r *rig) unapplied() string {
	rows, _ := r.db.DB(statedb.StateDB).All(context.Background(), status.TableObject)
	var b strings.Builder
	fmt.Fprintln(&b, r.kinds())
	for _, k := range slices.Sorted(maps.Keys(rows)) {
		if rows[k]["state"] != "applied" {
			fmt.Fprintf(&b, "%s %v\n", k, rows[k])
		}
	}
	fmt.Fprintf(&b, "summary %v\n", r.row(statedb.StateDB, status.TableSummary, status.KeySummary))
	return b.String()
}

// kinds counts the objects that are applied, by kind.
func (r *rig) kinds() map[string]int {
	rows, _ := r.db.DB(statedb.StateDB).All(context.Background(), status.TableObject)
	n := map[string]int{}
	for k, f := range rows {
		if kind, _, _ := strings.Cut(k, "/"); f["state"] == "applied" {
			n[kind]++
		}
	}
	return n
}
