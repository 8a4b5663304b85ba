package main

import (
	"testing"
	"time"
)

// TestJudge: flow 0 goes by way 1, which is lost after its second packet, loses two packets and comes back by way 2; flow 1 loses one
// packet for no reason; flow 2 moves for no reason.
func TestJudge(t *testing.T) {
	const turns = 6
	r := record{event: 2*flows + 1}
	began := time.Now()
	for i := range turns * flows {
		r.sent = append(r.sent, began.Add(time.Duration(i)*time.Second/packetsPerSecond))
		r.way = append(r.way, 0)
	}
	for turn, way := range []int8{1, 1, 1, -1, -1, 2} {
		r.way[turn*flows] = way
	}
	r.way[3*flows+1] = -1
	r.way[4*flows+2] = 3
	got := r.judge(1)
	want := outage{affected: 1, lost: 2, worst: 2, others: 2, time: (flows + ways) * time.Second / packetsPerSecond}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := r.judge(3); got.lost != 0 || got.time != 0 || got.affected != 0 {
		t.Errorf("a way without flows: %+v", got)
	}
}
