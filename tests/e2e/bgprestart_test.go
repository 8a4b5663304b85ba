package e2e_test

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/supervise"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// lostRoute is what sw2 announces at first, and no more after the restart.
const lostRoute = "198.18.0.0/24"

// TestBGPRestartLosesNothing kills routingd under traffic that goes by what BGP learned, on the switch that holds the routes: graceful restart
// (RFC 4724) keeps the neighbour's, the daemon's own stay until they are told again, and no packet is lost. What the neighbour has taken back
// meanwhile goes.
func TestBGPRestartLosesNothing(t *testing.T) {
	l := own(t, "testdata/bgp.yaml", "bgprestart")
	db, k := database(t, l), inside(t, l, sw)
	flows := []lab.Path{path("a", "10.2.0.2"), path("b", "10.1.0.2")}
	eventually(t, readyTime, func() error { return routed(t, k, db, "10.2.0.0/24", true) })
	eventually(t, soon, func() error { return routed(t, k, db, lostRoute, true) })
	reach(t, l, flows)
	for name, sig := range map[string]syscall.Signal{"terminated": syscall.SIGTERM, "killed": syscall.SIGKILL} {
		t.Run(name, func(t *testing.T) {
			streams, before := startStreams(t, l, flows), restartsFinished(t, l)
			restart(t, l, "routingd", sig)
			eventually(t, readyTime, func() error { return expect(restartsFinished(t, l) > before, "the peer has not told its routes again") })
			for i, s := range streams {
				checkLoss(t, flows[i], s)
			}
			if err := routed(t, k, db, lostRoute, true); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("what is gone is swept", func(t *testing.T) { sweptAfterKill(t, l, k, db, flows) })
}

// sweptAfterKill lets the neighbour take back a route while nobody listens.
func sweptAfterKill(t *testing.T, l *lab.Lab, k *kernel.Kernel, db *statedb.Client, flows []lab.Path) {
	streams := startStreams(t, l, flows)
	if err := l.Supervisor(sw).Stop(t.Context(), "routingd", syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	other, err := l.Database("sw2")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := other.DB(statedb.ConfigDB).Delete(t.Context(), "BGP_GLOBALS_AF_NETWORK", "default|ipv4_unicast|"+lostRoute); err != nil {
		t.Fatal(err)
	}
	if err := routed(t, k, db, lostRoute, true); err != nil {
		t.Errorf("nobody is there to remove it: %v", err)
	}
	if err := l.Supervisor(sw).Start(t.Context(), "routingd"); err != nil {
		t.Fatal(err)
	}
	eventually(t, readyTime, func() error { return routed(t, k, db, lostRoute, false) })
	if err := routed(t, k, db, "10.2.0.0/24", true); err != nil {
		t.Error(err)
	}
	for i, s := range streams {
		checkLoss(t, flows[i], s)
	}
}

// routed says whether the switch has a route of BGP in APPL_DB, the ASIC and the kernel, or in none of them.
func routed(t *testing.T, k *kernel.Kernel, db *statedb.Client, prefix string, want bool) error {
	t.Helper()
	row, _, err := db.DB(statedb.ApplDB).Get(t.Context(), "ROUTE_TABLE", prefix)
	if err != nil {
		t.Fatal(err)
	}
	if got := row["protocol"] == "bgp"; got != want {
		return fmt.Errorf("ROUTE_TABLE:%s is %v", prefix, row)
	}
	keys, err := db.DB(statedb.AsicDB).Redis().Keys(t.Context(), `ASIC_STATE:SAI_OBJECT_TYPE_ROUTE_ENTRY:{"dest":"`+prefix+`"*`).Result()
	if err != nil {
		t.Fatal(err)
	}
	if (len(keys) == 1) != want {
		return fmt.Errorf("the ASIC has %d routes to %s", len(keys), prefix)
	}
	list, err := k.Routes(unix.AF_INET)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for i := range list {
		found = found || list[i].Protocol == unix.RTPROT_BGP && list[i].Dst.String() == prefix
	}
	if found != want {
		return fmt.Errorf("the kernel has a route to %s: %v", prefix, found)
	}
	return nil
}

// restartsFinished counts how often routingd has said that all peers have told their routes again, and has swept the rest.
func restartsFinished(t *testing.T, l *lab.Lab) int {
	t.Helper()
	log, err := os.ReadFile(supervise.LogFile(l.Paths(sw).RunDir, "routingd"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Count(string(log), "restart finished")
}
