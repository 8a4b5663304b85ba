package e2e_test

import (
	"errors"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/ping"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// TestCPULimit limits what hosts may send to the switch itself: the rest is
// dropped, what the switch forwards is not.
func TestCPULimit(t *testing.T) {
	const rate, burst = 20, 5
	l := basic(t)
	us, far := netip.MustParseAddr("192.0.2.130"), netip.MustParseAddr("203.0.113.4")
	reach(t, l, []lab.Path{path("h3", us.String()), path("h3", far.String())})
	db := database(t, l).DB(statedb.ConfigDB)
	group := statedb.Fields{
		"trap_action": "trap", "meter_type": "packets", "mode": "sr_tcm", "cir": fmt.Sprint(rate), "cbs": fmt.Sprint(burst), "red_action": "drop",
	}
	trap := statedb.Fields{"trap_ids": "ip2me", "trap_group": "queue1_group1", "always_enabled": "true"}
	if err := errors.Join(db.Replace(t.Context(), "COPP_GROUP", "queue1_group1", group), db.Replace(t.Context(), "COPP_TRAP", "ip2me", trap)); err != nil {
		t.Fatal(err)
	}
	state := func(key string) error {
		row, _, err := database(t, l).DB(statedb.StateDB).Get(t.Context(), "HEDDLE_OBJECT_TABLE", key)
		return errors.Join(err, expect(row["state"] == "applied", fmt.Sprintf("%s: %v", key, row)))
	}
	defer func() {
		if err := errors.Join(db.Delete(t.Context(), "COPP_TRAP", "ip2me"), db.Delete(t.Context(), "COPP_GROUP", "queue1_group1")); err != nil {
			t.Error(err)
		}
		eventually(t, soon, func() error { return errors.Join(policers(t, l, 0), state("trap/ip2me")) })
		if sent, got := pings(t, l, us, time.Second/2); got != sent {
			t.Errorf("without a limit %d of %d pings are answered", got, sent)
		}
	}()
	eventually(t, soon, func() error { return errors.Join(state("trapgroup/queue1_group1"), state("trap/ip2me")) })
	begin := time.Now()
	sent, got := pings(t, l, us, 2*time.Second)
	most := burst + int(time.Since(begin).Seconds()*rate) + 1
	if got > most || got < rate || got == sent {
		t.Errorf("%d of %d pings are answered, want %d to %d", got, sent, rate, most)
	}
	if sent, got := pings(t, l, far, time.Second/2); got != sent {
		t.Errorf("%d of %d pings are forwarded", got, sent)
	}
}

// pings sends pings for a while and counts them and their answers.
func pings(t *testing.T, l *lab.Lab, to netip.Addr, d time.Duration) (sent, answered int) {
	t.Helper()
	s, err := ping.Start(l.Namespace("h3"), to, pingInterval)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(d) // the pings measure during this time
	r, err := s.Stop()
	if err != nil {
		t.Fatal(err)
	}
	return r.Sent, r.Sent - len(r.Lost)
}
