package e2e_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// TestSuppressFIBPending: a switch passes a route on once its ASIC has it. While nobody programs the ASIC, it does not.
func TestSuppressFIBPending(t *testing.T) {
	l := own(t, "testdata/suppress.yaml", "suppress")
	const first, second = "198.18.0.0/24", "198.18.1.0/24"
	eventually(t, readyTime, func() error { return heardOf(t, l, "sw3", first, true) })
	if err := l.Supervisor("sw2").Stop(t.Context(), "orchagent", syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	announcing := configOf(t, l, "sw1")
	if err := announcing.Replace(t.Context(), "BGP_GLOBALS_AF_NETWORK", "default|ipv4_unicast|"+second, nil); err != nil {
		t.Fatal(err)
	}
	eventually(t, soon, func() error { return heardOf(t, l, "sw2", second, true) })
	for end := time.Now().Add(2 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if err := heardOf(t, l, "sw3", second, false); err != nil {
			t.Fatalf("the ASIC does not have it: %v", err)
		}
	}
	if err := heardOf(t, l, "sw3", first, true); err != nil {
		t.Errorf("the ASIC has the first one still: %v", err)
	}
	if err := l.Supervisor("sw2").Start(t.Context(), "orchagent"); err != nil {
		t.Fatal(err)
	}
	eventually(t, readyTime, func() error { return heardOf(t, l, "sw3", second, true) })
	if err := announcing.Delete(t.Context(), "BGP_GLOBALS_AF_NETWORK", "default|ipv4_unicast|"+second); err != nil {
		t.Fatal(err)
	}
	eventually(t, soon, func() error { return heardOf(t, l, "sw3", second, false) })
}

// configOf opens CONFIG_DB of a switch, until the test ends.
func configOf(t *testing.T, l *lab.Lab, name string) *statedb.DB {
	t.Helper()
	db, err := l.Database(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db.DB(statedb.ConfigDB)
}

// heardOf says whether routingd of a switch has written a route, whoever has taken it.
func heardOf(t *testing.T, l *lab.Lab, name, prefix string, want bool) error {
	t.Helper()
	db, err := l.Database(name)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	got, err := db.DB(statedb.ApplDB).HasProduced(t.Context(), "ROUTE_TABLE", prefix)
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		return fmt.Errorf("%s has a row for %s: %v", name, prefix, got)
	}
	return nil
}
