package moveguard

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

var (
	now  = time.Unix(1000, 0)
	key  = schema.FDBKey{VLAN: "Vlan100", MAC: schema.MAC{2, 0, 0, 0, 0, 1}}
	slow = schema.FDBKey{VLAN: "Vlan100", MAC: schema.MAC{2, 0, 0, 0, 0, 2}}
)

func guard(a Action) *Guard {
	g := New()
	g.Configure(Config{Enabled: true, Threshold: 10, Window: 5 * time.Second, Hold: time.Minute, Action: a})
	return g
}

// flap moves a station n times, a step apart, and counts the verdicts.
func flap(g *Guard, k schema.FDBKey, n int, step time.Duration) (verdicts int, at time.Time) {
	at = now
	ports := []string{"Ethernet0", "Ethernet4"}
	for i := range n {
		if _, tooMuch := g.Moved(at, k, ports[i%2], ports[(i+1)%2]); tooMuch {
			verdicts++
		}
		at = at.Add(step)
	}
	return verdicts, at
}

func TestShutsThePort(t *testing.T) {
	g := guard(DisablePort)
	if n, _ := flap(g, key, 10, time.Millisecond); n != 0 || len(g.Holds()) != 0 {
		t.Fatalf("%d verdicts within the threshold", n)
	}
	if n, _ := flap(g, key, 5, time.Millisecond); n != 1 {
		t.Fatalf("%d verdicts", n)
	}
	if got := g.Shut(); !cmp.Equal(got, []string{"Ethernet4"}) {
		t.Errorf("shut %v", got)
	}
	g.Moved(now, key, "Ethernet0", "Ethernet8")
	if got := g.Shut(); !cmp.Equal(got, []string{"Ethernet4", "Ethernet8"}) {
		t.Errorf("shut %v", got)
	}
	if got := g.Expire(now.Add(59 * time.Second)); got != nil || len(g.Shut()) != 2 {
		t.Errorf("released early: %v", got)
	}
	if got := g.Expire(now.Add(61 * time.Second)); !cmp.Equal(got, []schema.FDBKey{key}) || g.Shut() != nil || g.Watching() {
		t.Errorf("released %v, shut %v", got, g.Shut())
	}
}

func TestPinsTheStation(t *testing.T) {
	g := guard(PinStation)
	flap(g, key, 12, time.Millisecond)
	want := map[schema.FDBKey]Hold{key: {Port: "Ethernet0", Until: g.stations[key].until, Pin: true}}
	if diff := cmp.Diff(want, g.Holds()); diff != "" || g.Shut() != nil {
		t.Errorf("%s; shut %v", diff, g.Shut())
	}
}

func TestSlowMovesAreFine(t *testing.T) {
	g := guard(DisablePort)
	if n, at := flap(g, slow, 200, 600*time.Millisecond); n != 0 {
		t.Errorf("%d verdicts", n)
	} else if g.Expire(at.Add(6 * time.Second)); g.Watching() {
		t.Error("a quiet station is watched")
	}
}

func TestConfigure(t *testing.T) {
	g := New()
	if n, _ := flap(g, key, 5000, time.Microsecond); n != 0 || g.Watching() {
		t.Error("a guard that is off watches")
	}
	c, err := Decode(statedb.Fields{"enabled": "true", "threshold": "3", "action": "DISABLE_LEARN_ON_MAC_WITH_ACL"})
	if err != nil || c != (Config{Enabled: true, Threshold: 3, Window: 5 * time.Second, Hold: 10 * time.Minute, Action: PinStation}) {
		t.Errorf("%+v %v", c, err)
	}
	g.Configure(c)
	flap(g, key, 5, time.Millisecond)
	if len(g.Holds()) != 1 {
		t.Error("nothing held")
	}
	g.Configure(Config{})
	if len(g.Holds()) != 0 {
		t.Error("held by a guard that is off")
	}
	for _, bad := range []statedb.Fields{{"threshold": "0"}, {"detect_interval": "x"}, {"action": "LOG"}, {"enabled": "perhaps"}} {
		if _, err := Decode(bad); err == nil {
			t.Errorf("%v is accepted", bad)
		}
	}
}

func TestStationsAreBounded(t *testing.T) {
	g := guard(DisablePort)
	for i := range maxStations + 100 {
		g.Moved(now, schema.FDBKey{VLAN: "Vlan1", MAC: schema.MAC{2, 0, 0, byte(i >> 16), byte(i >> 8), byte(i)}}, "a", "b")
	}
	if len(g.stations) != maxStations {
		t.Errorf("%d stations", len(g.stations))
	}
}
