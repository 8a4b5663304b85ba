package damping

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/heddle-nos/heddle/sai"
)

const (
	up   = sai.PortOperStatusUp
	down = sai.PortOperStatusDown
	id   = sai.ObjectID(7)
)

// config suppresses after two losses of link in quick succession.
var config = Config{Enabled: true, MaxSuppress: 20 * time.Second, Suppress: 1600, Reuse: 1200, HalfLife: 10 * time.Second, Penalty: 1000}

var start = time.Unix(1000, 0)

func at(seconds float64) time.Time { return start.Add(time.Duration(seconds * float64(time.Second))) }

func TestFlaps(t *testing.T) {
	d := New()
	d.Configure(id, config)
	for i, e := range []struct {
		at   float64
		s    sai.PortOperStatus
		told bool
	}{
		{0, up, true}, {1, down, true}, {2, up, true},
		{3, down, true}, // reaches the threshold, and is told
		{4, up, false}, {5, down, false}, {6, up, false},
	} {
		if got := d.Event(at(e.at), id, e.s); got != e.told {
			t.Errorf("event %d: told %v", i, got)
		}
	}
	s, _ := d.Stats(id)
	if !s.Active || s.Changes != 7 || s.Told != 4 || s.ToldDowns != 2 || s.Physical != up || s.Advertised != down {
		t.Errorf("%+v", s)
	}
	wait, any := d.Next(at(6))
	if !any || wait <= 0 || wait > 20*time.Second {
		t.Fatalf("next: %v %v", wait, any)
	}
	if got := d.Due(at(6).Add(wait - 50*time.Millisecond)); len(got) != 0 {
		t.Errorf("too early: %v", got)
	}
	if got := d.Due(at(6).Add(wait)); len(got) != 1 || got[0] != (Change{id, up}) {
		t.Errorf("due: %v", got)
	}
	if _, any := d.Next(at(60)); any {
		t.Error("something is due forever")
	}
}

// TestOffTellsAtOnce: a port whose damping is switched off owes its state.
func TestOffTellsAtOnce(t *testing.T) {
	d := New()
	d.Configure(id, config)
	for i, s := range []sai.PortOperStatus{up, down, up, down, up} {
		d.Event(at(float64(i)), id, s)
	}
	d.Configure(id, Config{})
	if wait, any := d.Next(at(5)); !any || wait != 0 {
		t.Errorf("next: %v %v", wait, any)
	}
	if got := d.Due(at(5)); len(got) != 1 || got[0].Status != up {
		t.Errorf("due: %v", got)
	}
	if !d.Event(at(6), id, down) {
		t.Error("damped although off")
	}
}

func TestConfig(t *testing.T) {
	const text = `{"max_suppress_time":"20000","suppress_threshold":1600,"reuse_threshold":1200,"decay_half_life":10000,"flap_penalty":1000}`
	got, err := Config{}.With([]string{attrAlgorithm, algorithmAIED, attrConfig, text})
	if err != nil || got != config {
		t.Errorf("%+v %v", got, err)
	}
	for _, bad := range [][]string{
		{attrAlgorithm, "fast"}, {"SAI_PORT_ATTR_SPEED", "1"}, {attrConfig, "{"}, {attrConfig, `{"flap_penalty":-1}`}, {attrConfig, `{"flap_penalty":1e99}`},
		{attrAlgorithm, algorithmOff, attrConfig, "[]"},
	} {
		if got, err := config.With(bad); err == nil {
			t.Errorf("%q gave %+v", bad, got)
		}
	}
	for _, c := range []Config{{Enabled: true}, {Enabled: true, HalfLife: 1, MaxSuppress: 1, Reuse: 5, Suppress: 5}} {
		d := New()
		d.Configure(id, c)
		for i := range 100 {
			if !d.Event(at(0), id, sai.PortOperStatus(1+i%2)) {
				t.Errorf("%+v damps", c)
			}
		}
	}
}

// TestSettles: whatever a link does, at the latest when it was quiet for the
// longest time of suppression the port's state is told, and no event is told twice.
func TestSettles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := New()
		half := rapid.IntRange(1, 30).Draw(t, "half life")
		c := Config{Enabled: true, HalfLife: time.Duration(half) * time.Second, Penalty: rapid.Uint32Range(1, 5000).Draw(t, "penalty")}
		c.MaxSuppress = time.Duration(half*rapid.IntRange(1, 10).Draw(t, "halves")) * time.Second
		c.Reuse = rapid.Uint32Range(1, 3000).Draw(t, "reuse")
		c.Suppress = c.Reuse + rapid.Uint32Range(1, 3000).Draw(t, "above")
		d.Configure(id, c)
		now, told, link := start, sai.PortOperStatusUnknown, sai.PortOperStatusUnknown
		tell := func(s sai.PortOperStatus) {
			if s == told {
				t.Fatalf("%s told twice", s)
			}
			told = s
		}
		for range rapid.IntRange(1, 60).Draw(t, "events") {
			now = now.Add(time.Duration(rapid.IntRange(0, 20000).Draw(t, "ms")) * time.Millisecond)
			for _, c := range d.Due(now) {
				tell(c.Status)
			}
			if link = up; rapid.Bool().Draw(t, "down") {
				link = down
			}
			if s, _ := d.Stats(id); s.Physical == link {
				continue
			}
			if d.Event(now, id, link) && link != told {
				tell(link)
			}
		}
		s, _ := d.Stats(id)
		if wait, any := d.Next(now); any && wait > c.MaxSuppress {
			t.Fatalf("waits %v", wait)
		}
		for _, c := range d.Due(now.Add(c.MaxSuppress)) {
			tell(c.Status)
		}
		if s.Changes > 0 && told != s.Physical {
			t.Fatalf("told %s, is %s", told, s.Physical)
		}
	})
}
