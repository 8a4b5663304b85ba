package netsyncd

import (
	"testing"

	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// What orchagent asks for is found, also when it could not be for a while, and is not asked for when somebody else holds it.
func TestAskedNeighbours(t *testing.T) {
	b := newBench(t)
	b.start()
	asks := statedb.NewProducer(b.appl(), "NEIGH_RESOLVE_TABLE")
	ask := func(key string) {
		t.Helper()
		b.ok(asks.Apply(t.Context(), []statedb.KeyOp{{Op: statedb.OpSet, Key: key, Fields: []statedb.Field{{Name: "mac", Value: "00:00:00:00:00:00"}}}}))
	}
	b.ok(b.host.LinkSetDown(kerneltest.Link(t, b.host, "eth0")))
	ask("Ethernet0:10.0.0.2")
	ask("Ethernet0:fc00::2")
	ask("Ethernet77:10.0.0.2")
	ask("nonsense")
	kerneltest.Up(t, b.host, "eth0")
	kerneltest.Address(t, b.host, "eth0", "fc00::2/64") // the kernel took it away with the link
	mac := kerneltest.Link(t, b.host, "eth0").Attrs().HardwareAddr.String()
	b.becomes(b.appl(), "NEIGH_TABLE", map[string]statedb.Fields{
		"Ethernet0:10.0.0.2": {"neigh": mac, "family": "IPv4"}, "Ethernet0:fc00::2": {"neigh": mac, "family": "IPv6"},
	})
	rows, err := b.appl().All(t.Context(), "NEIGH_RESOLVE_TABLE")
	if b.ok(err); len(rows) != 4 {
		t.Errorf("the requests are not kept: %v", rows)
	}
}
