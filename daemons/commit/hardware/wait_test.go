package hardware_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/hardware"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

// bench is a switch whose daemons the test plays.
type bench struct {
	*testing.T
	client *statedb.Client
}

func (b bench) appl(key string, kv ...any) {
	b.Helper()
	if err := b.client.DB(statedb.ApplDB).Redis().HSet(b.Context(), key, kv...).Err(); err != nil {
		b.Fatal(err)
	}
}

func (b bench) state(key string, kv ...any) {
	b.Helper()
	if err := b.client.DB(statedb.StateDB).Redis().HSet(b.Context(), key, kv...).Err(); err != nil {
		b.Fatal(err)
	}
}

func made(table, key string) commit.Change {
	return commit.Change{Table: table, Key: key, After: commit.Row{"mtu": "1500"}}
}

func TestStates(t *testing.T) {
	b := bench{t, redistest.Start(t).Client(t)}
	b.appl("PORT_TABLE:Ethernet0", "mtu", "1500")
	b.state("HEDDLE_OBJECT_TABLE|port/Ethernet0", "state", "applied", "owner", "PORT_TABLE:Ethernet0 and others")
	b.appl("VLAN_MEMBER_TABLE:Vlan5:Ethernet0", "tagging_mode", "tagged")
	b.state("HEDDLE_OBJECT_TABLE|bridgeport/Ethernet0", "state", "applied", "owner", "VLAN_MEMBER_TABLE:Vlan5:Ethernet0")
	b.state("HEDDLE_OBJECT_TABLE|vlanmember/5/Ethernet0", "state", "waiting", "reason", "needs vlan/5", "owner", "VLAN_MEMBER_TABLE:Vlan5:Ethernet0")
	b.appl("VLAN_TABLE:Vlan6", "mtu", "1500")
	b.state("HEDDLE_OBJECT_TABLE|vlan/6", "state", "failed", "reason", "create: full", "sai_status", "SAI_STATUS_TABLE_FULL", "owner", "VLAN_TABLE:Vlan6")
	b.appl("INTF_TABLE:Loopback0", "NULL", "NULL")
	b.appl("VLAN_TABLE:Vlan7", "mtu", "9100")
	b.state("HEDDLE_CONFIG_ERROR|VLAN|Vlan8", "field", "mtu", "value", "x", "error", "not a number")
	b.appl("LAG_TABLE:PortChannel1", "mtu", "1500")
	b.appl("LAG_TABLE_KEY_SET", "x", "y")
	b.state("HEDDLE_OBJECT_TABLE|vlan/9", "state", "applied", "owner", "VLAN_TABLE:Vlan9")
	b.state("HEDDLE_OBJECT_TABLE|hash", "state", "applied", "owner", "SWITCH_HASH:GLOBAL")
	changes := []commit.Change{
		made("PORT", "Ethernet0"), made("VLAN_MEMBER", "Vlan5|Ethernet0"), made("VLAN", "Vlan6"), made("LOOPBACK_INTERFACE", "Loopback0"),
		made("VLAN", "Vlan7"), made("VLAN", "Vlan8"), made("NTP", "global"), made("PORTCHANNEL", "PortChannel1"), made("SWITCH_HASH", "GLOBAL"),
		{Table: "VLAN", Key: "Vlan9", Before: commit.Row{}}, {Table: "VLAN", Key: "Vlan10", Before: commit.Row{}},
	}
	got, err := hardware.NewWaiter(b.client).Look(t.Context(), changes)
	if err != nil {
		t.Fatal(err)
	}
	want := []hardware.Outcome{
		{Table: "PORT", Key: "Ethernet0", State: hardware.Applied},
		{Table: "VLAN_MEMBER", Key: "Vlan5|Ethernet0", State: hardware.Waiting, Reason: "vlanmember/5/Ethernet0: needs vlan/5"},
		{Table: "VLAN", Key: "Vlan6", State: hardware.Failed, Reason: "vlan/6: create: full", SAI: "SAI_STATUS_TABLE_FULL"},
		{Table: "LOOPBACK_INTERFACE", Key: "Loopback0", State: hardware.Taken},
		{Table: "VLAN", Key: "Vlan7", State: hardware.Pending}, // cfgmgrd has not handed the new MTU on
		{Table: "VLAN", Key: "Vlan8", State: hardware.Failed, Reason: "mtu x not a number"},
		{Table: "NTP", Key: "global", State: hardware.NoASIC},
		{Table: "PORTCHANNEL", Key: "PortChannel1", State: hardware.Pending}, // orchagent has not taken it
		{Table: "SWITCH_HASH", Key: "GLOBAL", State: hardware.Applied},
		{Table: "VLAN", Key: "Vlan9", State: hardware.Pending},
		{Table: "VLAN", Key: "Vlan10", State: hardware.Removed},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	var failed *hardware.FailedError
	if err := hardware.Failures(got); !errors.As(err, &failed) || len(failed.Outcomes) != 2 {
		t.Errorf("got %v", err)
	}
	if err := hardware.Failures(got[:2]); err != nil {
		t.Error(err)
	}
}

// An answer that comes late is waited for; one that never comes is told.
func TestWait(t *testing.T) {
	b := bench{t, redistest.Start(t).Client(t)}
	w := &hardware.Waiter{Client: b.client, Quiet: 50 * time.Millisecond, Pause: 5 * time.Millisecond}
	changes := []commit.Change{made("VLAN", "Vlan5")}
	list, err := w.Wait(t.Context(), changes, 20*time.Millisecond)
	if err != nil || list[0].State != hardware.Pending {
		t.Errorf("%v, %v", list, err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		time.Sleep(30 * time.Millisecond)
		b.appl("VLAN_TABLE:Vlan5", "mtu", "1500")
		b.state("HEDDLE_OBJECT_TABLE|vlan/5", "state", "applied", "owner", "VLAN_TABLE:Vlan5")
	}()
	list, err = w.Wait(t.Context(), changes, time.Minute)
	<-ended
	if err != nil || list[0].State == hardware.Pending {
		t.Errorf("%v, %v", list, err)
	}
}
