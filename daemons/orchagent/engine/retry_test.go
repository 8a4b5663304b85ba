package engine

import (
	"slices"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/orchagent/object"
)

func TestRetriesBackOff(t *testing.T) {
	now := time.Unix(1000, 0)
	r := newRetries(func() time.Time { return now })
	if r.timer() != nil {
		t.Error("a timer without anything due")
	}
	var pauses []time.Duration
	for range 9 {
		r.failed("vlan/1")
		r.failed("vlan/1") // the same failure told twice
		if got := r.ready(); len(got) != 0 {
			t.Fatalf("due at once: %v", got)
		}
		pauses = append(pauses, r.next.Sub(now))
		now = r.next
		if got := r.ready(); !slices.Equal(got, []object.Key{"vlan/1"}) {
			t.Fatalf("due: %v", got)
		}
	}
	want := []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60}
	for i := range want {
		if pauses[i] != want[i]*time.Second {
			t.Fatalf("pauses %v, want %v seconds", pauses, want)
		}
	}
	r.succeeded("vlan/1")
	if got := r.ready(); len(got) != 0 || r.timer() != nil {
		t.Errorf("still due: %v", got)
	}
}

func TestWaitingIndex(t *testing.T) {
	w := newWaiting()
	w.add("member/1", "vlan/1")
	w.add("rif/1", "vlan/1")
	w.add("member/1", "port/1") // it waits for one thing at a time
	if _, ok := w.wake("vlan/1")["rif/1"]; !ok || len(w.wake("vlan/1")) != 1 || len(w.wake("port/1")) != 1 {
		t.Errorf("waiters: %v", w.for_)
	}
	w.remove("member/1")
	w.remove("rif/1")
	w.remove("rif/1")
	if len(w.for_)+len(w.on) != 0 {
		t.Errorf("left over: %v %v", w.for_, w.on)
	}
}
