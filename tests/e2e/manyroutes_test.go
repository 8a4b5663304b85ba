package e2e_test

import (
	"fmt"
	"net/netip"
	"syscall"
	"testing"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const manyRoutes = 100_000

// restartWithManyRoutes kills what holds a large table while pings cross the switch by one of its routes. Only the daemon's own memory is
// lost: no packet is, and the table is as large afterwards.
func restartWithManyRoutes(t *testing.T, l *lab.Lab) {
	db := database(t, l)
	flows := []lab.Path{path("h1", "203.0.113.4"), path("h3", "203.0.113.4")}
	before := routeCount(t, db)
	write(t, db, statedb.OpSet)
	eventually(t, readyTime, func() error { return expectRoutes(t, db, before+manyRoutes) })
	for _, program := range []string{"orchagent", "syncd"} {
		t.Run(program, func(t *testing.T) {
			reach(t, l, flows)
			streams := startStreams(t, l, flows)
			restart(t, l, program, syscall.SIGKILL)
			checkStillProgrammable(t, l)
			for i, s := range streams {
				checkLoss(t, flows[i], s)
			}
			eventually(t, soon, func() error { return expectRoutes(t, db, before+manyRoutes) })
		})
	}
	write(t, db, statedb.OpDel)
	eventually(t, readyTime, func() error { return expectRoutes(t, db, before) })
}

// write sets or deletes the rows of all routes, as a routing program does.
func write(t *testing.T, db *statedb.Client, op statedb.Op) {
	t.Helper()
	producer := statedb.NewProducer(db.DB(statedb.ApplDB), "ROUTE_TABLE")
	ops := make([]statedb.KeyOp, manyRoutes)
	for i := range ops {
		ops[i] = statedb.KeyOp{Op: op, Key: netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(20 + i>>16), byte(i >> 8), byte(i), 0}), 24).String()}
		if op == statedb.OpSet {
			ops[i].Fields = []statedb.Field{{Name: "nexthop", Value: "198.51.100.2"}, {Name: "ifname", Value: "Ethernet12"}}
		}
	}
	// One leads to a host, for the pings.
	ops[manyRoutes-1].Key = "203.0.113.4/32"
	if err := producer.Apply(t.Context(), ops); err != nil {
		t.Fatal(err)
	}
}

// routeCount counts the routes that syncd has given the ASIC.
func routeCount(t *testing.T, db *statedb.Client) int {
	t.Helper()
	n := 0
	rows := db.DB(statedb.AsicDB).Redis().Scan(t.Context(), 0, "ASIC_STATE:SAI_OBJECT_TYPE_ROUTE_ENTRY:*", 10_000).Iterator()
	for rows.Next(t.Context()) {
		n++
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

func expectRoutes(t *testing.T, db *statedb.Client, want int) error {
	t.Helper()
	n := routeCount(t, db)
	return expect(n == want, fmt.Sprintf("the ASIC has %d routes, not %d", n, want))
}
