package hardware_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/hardware"
	"github.com/heddle-nos/heddle/daemons/progress"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

// bench is a switch whose daemons the test plays.
type bench struct {
	*testing.T
	client *statedb.Client
	waiter *hardware.Waiter
}

func newBench(t *testing.T) bench {
	c := redistest.Start(t).Client(t)
	w := hardware.NewWaiter(c)
	w.Pause, w.Again = 5*time.Millisecond, 20*time.Millisecond
	return bench{t, c, w}
}

func (b bench) put(db statedb.DBID, key string, kv ...any) {
	b.Helper()
	if err := b.client.DB(db).Redis().HSet(b.Context(), key, kv...).Err(); err != nil {
		b.Fatal(err)
	}
}

func (b bench) appl(key string, kv ...any)  { b.Helper(); b.put(statedb.ApplDB, key, kv...) }
func (b bench) state(key string, kv ...any) { b.Helper(); b.put(statedb.StateDB, key, kv...) }

// known waits until a daemon is.
func (b bench) known(daemon string) {
	b.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		who, err := progress.Known(b.Context(), b.client)
		if err == nil && who.Has(daemon) {
			return
		}
		if time.Now().After(end) {
			b.Fatal(daemon, " is not known: ", err)
		}
	}
}

// daemon plays one that follows tables; work is what it does before it has come to a mark.
func (b bench) daemon(name string, work func() error, tables ...string) {
	b.Helper()
	b.play(progress.New(b.client, name, slog.New(slog.DiscardHandler)), name, work, tables...)
}

func (b bench) play(told *progress.Teller, name string, work func() error, tables ...string) {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	part := told.Part(tables...)
	changes, ended := make(chan statedb.TableChange), make(chan error, 1)
	go func() { ended <- statedb.Follow(ctx, b.client.DB(statedb.ConfigDB), changes, tables...) }()
	stop := told.Start(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			select {
			case <-ended:
				return
			case c := <-changes:
				if c.Mark != "" {
					part.Take(c.Mark)
					_ = part.Tell(ctx, work())
				}
			}
		}
	}()
	b.Cleanup(func() { cancel(); <-done; stop() })
	b.known(name)
}

// planner plays orchagent; work is what it does when it is asked.
func (b bench) planner(work func()) {
	b.Helper()
	told := progress.New(b.client, "orchagent", slog.New(slog.DiscardHandler))
	told.OnRequest(func(ctx context.Context, asked []progress.Request) error {
		work()
		for _, r := range asked {
			if err := told.Tell(ctx, r.Mark, ""); err != nil {
				return err
			}
		}
		return nil
	})
	b.play(told, "orchagent", nothing, "SWITCH_HASH")
}

func nothing() error { return nil }

func (b bench) wait(most time.Duration, changes ...commit.Change) hardware.Report {
	b.Helper()
	r, err := b.waiter.Wait(b.Context(), changes, most)
	if err != nil {
		b.Fatal(err)
	}
	return r
}

func made(table, key string) commit.Change {
	return commit.Change{Table: table, Key: key, After: commit.Row{"mtu": "1500"}}
}

func gone(table, key string) commit.Change {
	return commit.Change{Table: table, Key: key, Before: commit.Row{}}
}

func TestStates(t *testing.T) {
	b := newBench(t)
	b.daemon("cfgmgrd", nothing, "PORT", "VLAN", "VLAN_MEMBER", "LOOPBACK_INTERFACE")
	b.daemon("hostcfgd", nothing, "NTP")
	b.daemon("routingd", nothing, "STATIC_ROUTE")
	b.planner(func() {})
	b.state("HEDDLE_OBJECT_TABLE|port/Ethernet0", "state", "applied", "owner", "PORT_TABLE:Ethernet0 and others")
	b.state("HEDDLE_OBJECT_TABLE|bridgeport/Ethernet0", "state", "applied", "owner", "VLAN_MEMBER_TABLE:Vlan5:Ethernet0")
	b.state("HEDDLE_OBJECT_TABLE|vlanmember/5/Ethernet0", "state", "waiting", "reason", "needs vlan/5", "owner", "VLAN_MEMBER_TABLE:Vlan5:Ethernet0")
	b.state("HEDDLE_OBJECT_TABLE|vlan/6", "state", "failed", "reason", "create: full", "sai_status", "SAI_STATUS_TABLE_FULL", "owner", "VLAN_TABLE:Vlan6")
	b.state("HEDDLE_CONFIG_ERROR|VLAN|Vlan8", "field", "mtu", "value", "x", "error", "not a number")
	b.state("HEDDLE_CONFIG_ERROR|VLAN_MEMBER|Vlan5|Ethernet9", "error", "Ethernet9 is absent", "waits", "true")
	b.state("HEDDLE_OBJECT_TABLE|vlan/9", "state", "applied", "owner", "VLAN_TABLE:Vlan9")
	b.state("HEDDLE_OBJECT_TABLE|hash", "state", "applied", "owner", "SWITCH_HASH:GLOBAL")
	b.state("HEDDLE_STATIC_ROUTE|10.1.0.0/16", "state", "waiting", "reason", "10.0.0.1 is not reached")
	b.state("HEDDLE_STATIC_ROUTE|Vrf1|10.2.0.0/16", "state", "active")
	b.state("HEDDLE_OBJECT_TABLE|route/Vrf1/10.2.0.0/16", "state", "failed", "reason", "program: full", "sai_status", "SAI_STATUS_TABLE_FULL", "owner", "ROUTE_TABLE")
	b.state("HEDDLE_STATIC_ROUTE|10.3.0.0/16", "state", "active")
	r := b.wait(time.Minute, made("PORT", "Ethernet0"), made("VLAN_MEMBER", "Vlan5|Ethernet0"), made("VLAN", "Vlan6"), made("LOOPBACK_INTERFACE", "Loopback0"),
		made("VLAN", "Vlan8"), made("VLAN_MEMBER", "Vlan5|Ethernet9"), made("NTP", "global"), gone("NTP", "old"), made("MY_TABLE", "x"), made("SWITCH_HASH", "GLOBAL"), gone("VLAN", "Vlan9"), gone("VLAN", "Vlan10"),
		made("STATIC_ROUTE", "10.1.0.0/16"), made("STATIC_ROUTE", "Vrf1|10.2.0.0/16"), made("STATIC_ROUTE", "10.3.0.0/16"))
	want := []string{
		"PORT|Ethernet0: applied",
		"VLAN_MEMBER|Vlan5|Ethernet0: waiting: vlanmember/5/Ethernet0: needs vlan/5",
		"VLAN|Vlan6: failed: vlan/6: create: full (SAI_STATUS_TABLE_FULL)",
		"LOOPBACK_INTERFACE|Loopback0: applied by cfgmgrd",
		"VLAN|Vlan8: failed: mtu x not a number",
		"VLAN_MEMBER|Vlan5|Ethernet9: waiting: Ethernet9 is absent",
		"NTP|global: applied by hostcfgd",
		"NTP|old: removed by hostcfgd",
		"MY_TABLE|x: stored",
		"SWITCH_HASH|GLOBAL: applied",
		"VLAN|Vlan9: waiting: vlan/9 is still in the ASIC",
		"VLAN|Vlan10: removed",
		"STATIC_ROUTE|10.1.0.0/16: waiting: 10.0.0.1 is not reached",
		"STATIC_ROUTE|Vrf1|10.2.0.0/16: failed: route/Vrf1/10.2.0.0/16: program: full (SAI_STATUS_TABLE_FULL)",
		"STATIC_ROUTE|10.3.0.0/16: applied",
	}
	if d := cmp.Diff(want, lines(r)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	var failed *hardware.FailedError
	if err := hardware.Failures(r.Outcomes); !errors.As(err, &failed) || len(failed.Outcomes) != 3 {
		t.Errorf("got %v", err)
	}
	if err := hardware.Failures(r.Outcomes[:2]); err != nil {
		t.Error(err)
	}
}

func lines(r hardware.Report) (list []string) {
	for _, o := range r.Outcomes {
		list = append(list, o.String())
	}
	return list
}

// TestExact: however late the refusal, it is in the answer, and no time passes once it is there.
func TestExact(t *testing.T) {
	b := newBench(t)
	b.daemon("cfgmgrd", func() error { time.Sleep(600 * time.Millisecond); return nil }, "VLAN")
	b.planner(sync.OnceFunc(func() {
		time.Sleep(600 * time.Millisecond)
		b.state("HEDDLE_OBJECT_TABLE|vlan/5", "state", "failed", "reason", "full", "owner", "VLAN_TABLE:Vlan5")
	}))
	b.state("HEDDLE_OBJECT_TABLE|vlan/5", "state", "applied", "owner", "VLAN_TABLE:Vlan5") // of before
	if r := b.wait(time.Minute, made("VLAN", "Vlan5")); r.Outcomes[0].State != hardware.Failed {
		t.Errorf("%v", r)
	}
}

// TestTrouble: what a daemon could not do is told beside the rows.
func TestTrouble(t *testing.T) {
	b := newBench(t)
	b.daemon("cfgmgrd", func() error { return errors.New("the kernel refuses Vlan5") }, "VLAN")
	b.planner(func() {})
	r := b.wait(time.Minute, made("VLAN", "Vlan5"))
	if len(r.Notes) != 1 || r.Notes[0] != "cfgmgrd: the kernel refuses Vlan5" {
		t.Errorf("%q", r.Notes)
	}
}

// TestAbsent: a daemon that does not run is named, soon; one that hangs at the end of the time; one that comes back is waited for.
func TestAbsent(t *testing.T) {
	b := newBench(t)
	b.waiter.Absent = 50 * time.Millisecond
	b.planner(func() {})
	b.state("HEDDLE_FOLLOWER|cfgmgrd", "tables", "VLAN")
	r := b.wait(time.Minute, made("VLAN", "Vlan5"), made("SWITCH_HASH", "GLOBAL"))
	if d := cmp.Diff([]string{"VLAN|Vlan5: no answer: cfgmgrd is not running", "SWITCH_HASH|GLOBAL: applied by orchagent"}, lines(r)); d != "" {
		t.Error(d)
	}
	if hardware.Failures(r.Outcomes) == nil {
		t.Error("no answer passes for success")
	}
	hangs := make(chan struct{})
	b.daemon("hostcfgd", func() error { <-hangs; return nil }, "NTP")
	r = b.wait(200*time.Millisecond, made("NTP", "global"))
	close(hangs)
	if d := cmp.Diff([]string{"NTP|global: no answer: hostcfgd has not carried it out in time"}, lines(r)); d != "" {
		t.Error(d)
	}
	b.waiter.Absent = time.Minute
	back := time.AfterFunc(100*time.Millisecond, func() { b.daemon("cfgmgrd", nothing, "VLAN") })
	defer back.Stop()
	if r = b.wait(time.Minute, made("VLAN", "Vlan5")); strings.Contains(lines(r)[0], "no answer") {
		t.Error(lines(r))
	}
}

// TestForeign: daemons that do not tell are looked at until nothing changes, and that is said.
func TestForeign(t *testing.T) {
	b := newBench(t)
	b.waiter.Quiet = 50 * time.Millisecond
	r := b.wait(30*time.Millisecond, made("VLAN", "Vlan5"))
	if len(r.Notes) != 1 || lines(r)[0] != "VLAN|Vlan5: no answer: not taken in time" {
		t.Errorf("%v", r)
	}
	late := time.AfterFunc(30*time.Millisecond, func() { b.appl("VLAN_TABLE:Vlan5", "mtu", "1500") })
	defer late.Stop()
	if r = b.wait(time.Minute, made("VLAN", "Vlan5")); lines(r)[0] != "VLAN|Vlan5: taken" {
		t.Errorf("%v", r)
	}
	b.appl("VLAN_TABLE_KEY_SET", "x", "y") // orchagent has not taken it
	if r = b.wait(30*time.Millisecond, made("VLAN", "Vlan5")); r.Outcomes[0].State != hardware.Pending {
		t.Errorf("%v", r)
	}
	if r = b.wait(30*time.Millisecond, gone("VLAN", "Vlan6")); len(r.Notes) != 1 {
		t.Errorf("%v", r)
	}
}
