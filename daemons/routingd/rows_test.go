package routingd

import (
	"context"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/routingd/rib"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/yang/schema"
)

// A row that is on its way is not taken for one that somebody has emptied the table of.
func TestLookWaitsForWhatIsOnItsWay(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	r := newRoutes(redistest.Start(t).Client(t).DB(statedb.ApplDB), nil, log, func() map[string]bool { return nil }, nil)
	r.reload = false
	route := rib.Local{Origin: rib.Static, Forward: &rib.Forward{Protocol: "static", Blackhole: true}}
	r.rib.SetLocals(rib.Locals{Routes: map[schema.RouteKey]rib.Local{{Prefix: netip.MustParsePrefix("192.0.2.0/24")}: route}})
	if err := r.flush(ctx); err != nil {
		t.Fatal(err)
	}
	looked, written := make(chan error, 1), make(chan error, 1)
	go func() { looked <- r.look(ctx) }()
	time.Sleep(50 * time.Millisecond) // a look that does not wait is over by then
	go func() { written <- r.writer.run(ctx) }()
	if err := <-looked; err != nil || r.reload {
		t.Errorf("look: %v, the table is read again: %v", err, r.reload)
	}
	cancel()
	<-written
}
