package syncd_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/internal/statedb"
)

// announce publishes the end of syncd as the program for it does.
func (b *bench) announce(kind string) {
	b.t.Helper()
	if err := statedb.Publish(b.t.Context(), b.db.DB(statedb.AsicDB), "RESTARTQUERY", kind, kind, nil); err != nil {
		b.t.Fatal(err)
	}
}

// over waits for the end of syncd.
func (b *bench) over() {
	b.t.Helper()
	select {
	case err := <-b.ended:
		b.cancel()
		b.cancel = nil
		if err != nil {
			b.t.Fatalf("syncd ended with %v", err)
		}
	case <-time.After(answerWithin):
		b.t.Fatal("syncd did not end")
	}
}

// progress reads how far the restart is.
func (b *bench) progress() string {
	f, _, _ := b.db.DB(statedb.StateDB).Get(b.t.Context(), "WARM_RESTART_TABLE", "warm-shutdown")
	return f["state"]
}

// plain is the ASIC's content without what announces a restart.
func (b *bench) plain() string {
	r := strings.NewReplacer(" SAI_SWITCH_ATTR_RESTART_WARM=true", "", " SAI_SWITCH_ATTR_RESTART_WARM=false", "",
		" SAI_SWITCH_ATTR_UNINIT_DATA_PLANE_ON_REMOVAL=false", "", " SAI_SWITCH_ATTR_UNINIT_DATA_PLANE_ON_REMOVAL=true", "",
		" SAI_SWITCH_ATTR_PRE_SHUTDOWN=true", "", " SAI_SWITCH_ATTR_PRE_SHUTDOWN=false", "",
		" SAI_SWITCH_ATTR_FAST_API_ENABLE=true", "")
	return r.Replace(b.store.Dump())
}

func TestWarmShutdown(t *testing.T) {
	for kind, prepare := range map[string]string{"WARM": "PRE-SHUTDOWN", "EXPRESS": "PRE-EXPRESS"} {
		t.Run(kind, func(t *testing.T) {
			b := newBench(t)
			b.start()
			vr := b.populate()
			want := b.plain()
			b.announce(prepare)
			b.await("readiness", func() bool { return b.progress() == "pre-shutdown-succeeded" })
			late := routeKey("20.9.0.0/24", vr) // is for the next syncd
			b.send("Screate", "SAI_OBJECT_TYPE_ROUTE_ENTRY:"+late, "SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION", "SAI_PACKET_ACTION_DROP")
			b.announce(kind)
			b.over()
			if got := b.progress(); got != "warm-shutdown-succeeded" {
				t.Errorf("progress: %q", got)
			}
			if d := cmp.Diff(want, b.plain()); d != "" {
				t.Errorf("the ASIC changed: %s", d)
			}
			b.start()
			if a := b.receive(); a.status != "SAI_STATUS_SUCCESS" {
				t.Errorf("the late request: %s", a)
			}
			b.must("Dremove", "SAI_OBJECT_TYPE_ROUTE_ENTRY:"+late)
			if d := cmp.Diff(want, b.plain()); d != "" {
				t.Errorf("after the restart: %s", d)
			}
			b.must("Snotify", "SYNCD_INSPECT_ASIC")
		})
	}
}

// TestFastShutdown: the ASIC forwards on, until a client without a database starts
// it anew.
func TestFastShutdown(t *testing.T) {
	b := newBench(t)
	b.start()
	b.populate()
	want := b.plain()
	b.announce("FAST")
	b.over()
	if d := cmp.Diff(want, b.plain()); d != "" {
		t.Errorf("the ASIC changed: %s", d)
	}
	b.rdb.FlushDB(t.Context())
	b.start()
	b.createSwitch()
	if strings.Contains(b.store.Dump(), "ROUTE_ENTRY") {
		t.Errorf("not started anew:\n%s", b.store.Dump())
	}
}

func TestColdShutdown(t *testing.T) {
	b := newBench(t)
	b.start()
	vr := b.populate()
	for i := range 200 { // what is queued before is performed
		b.send("Screate", "SAI_OBJECT_TYPE_VLAN:"+b.vid(0x26), "SAI_VLAN_ATTR_VLAN_ID", []string{"2", "3"}[i%2]+strings.Repeat("0", 1+i%2))
	}
	b.announce("NONSENSE")
	b.announce("COLD")
	b.over()
	for range 200 {
		b.receive()
	}
	if got := b.store.Dump(); got != "" {
		t.Errorf("the ASIC still has\n%s", got)
	}
	b.start()
	if !strings.Contains(b.store.Dump(), "20.0.0.0/24") {
		t.Errorf("not brought back:\n%s", b.store.Dump())
	}
	b.must("Sset", "SAI_OBJECT_TYPE_ROUTE_ENTRY:"+routeKey("20.0.0.0/24", vr), "SAI_ROUTE_ENTRY_ATTR_PACKET_ACTION", "SAI_PACKET_ACTION_DROP")
	b.must("Snotify", "SYNCD_INSPECT_ASIC")
}
