package e2e_test

import (
	"fmt"
	"net/netip"
	"syscall"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/ping"
	"github.com/heddle-nos/heddle/daemons/lab/supervise"
)

// pingInterval is how often the pings of a stream are sent.
const pingInterval = 10 * time.Millisecond

// settle is how long a daemon that is ready again may still do harm before the pings are counted.
const settle = 2 * time.Second

// TestRestartLosesNothing ends each program of the switch while pings cross it, in order and by force.
func TestRestartLosesNothing(t *testing.T) {
	l := own(t, "testdata/basic.yaml", "restart")
	flows := []lab.Path{path("h1", "192.0.2.2"), path("h3", "192.0.2.2"), path("h1", "203.0.113.4"), path("h5", "2001:db8:40::4")}
	for _, program := range append(lab.Daemons(), "redis") {
		t.Run(program, func(t *testing.T) {
			reach(t, l, flows)
			streams := startStreams(t, l, flows)
			for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
				restart(t, l, program, sig)
				checkStillProgrammable(t, l)
			}
			time.Sleep(settle) // the pings measure during this time
			for i, s := range streams {
				checkLoss(t, flows[i], s)
			}
		})
	}
	t.Run("with many routes", func(t *testing.T) { restartWithManyRoutes(t, l) })
}

func startStreams(t *testing.T, l *lab.Lab, flows []lab.Path) []*ping.Stream {
	t.Helper()
	var streams []*ping.Stream
	for _, f := range flows {
		s, err := ping.Start(l.Namespace(f.From), f.Address, pingInterval)
		if err != nil {
			t.Fatal(err)
		}
		streams = append(streams, s)
	}
	for _, s := range streams {
		eventually(t, soon, func() error {
			_, received := s.Progress()
			return expect(received > 10, "pings do not flow")
		})
	}
	return streams
}

func checkLoss(t *testing.T, f lab.Path, s *ping.Stream) {
	t.Helper()
	r, err := s.Stop()
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Lost) > 0 || r.Sent < 100 {
		t.Errorf("%s: %d of %d pings lost, numbers %v", f, len(r.Lost), r.Sent, r.Lost[:min(10, len(r.Lost))])
	}
}

// restart ends a program and waits until the switch serves again.
func restart(t *testing.T, l *lab.Lab, program string, sig syscall.Signal) {
	t.Helper()
	before := status(t, l, program)
	if err := l.Supervisor(sw).Restart(t.Context(), program, sig); err != nil {
		t.Fatal(err)
	}
	eventually(t, readyTime, func() error {
		now := status(t, l, program)
		return expect(now.PID != before.PID && now.Ready, fmt.Sprintf("%s is not back: %+v", program, now))
	})
}

func status(t *testing.T, l *lab.Lab, program string) supervise.Status {
	t.Helper()
	all, err := l.Supervisor(sw).Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if s.Name == program {
			return s
		}
	}
	t.Fatalf("no program %s", program)
	return supervise.Status{}
}

// checkStillProgrammable proves that a change still reaches the ASIC.
func checkStillProgrammable(t *testing.T, l *lab.Lab) {
	t.Helper()
	const prefix, dst = "198.18.9.0/24", "198.18.9.1"
	h3, r1 := openTap(t, l, "h3"), openTap(t, l, "r1")
	d := datagram{srcMAC: h3.mac, dstMAC: routerMAC(t, l), src: "192.0.2.131", dst: dst, ttl: 9, length: 64}
	arrives := func() bool {
		h3.send(t, d.frame(t))
		return r1.receive(t, quiet, isUDP(d.src, dst)) != nil
	}
	run(t, l, sw, "ip", "route", "replace", prefix, "via", "198.51.100.2")
	eventually(t, soon, func() error { return expect(arrives(), "a new route is not programmed") })
	run(t, l, sw, "ip", "route", "del", prefix)
	eventually(t, soon, func() error { return expect(!arrives(), "a deleted route is still programmed") })
}

// programStarts counts how often each program was started.
func programStarts(t *testing.T, l *lab.Lab) map[string]int {
	t.Helper()
	all, err := l.Supervisor(sw).Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	starts := map[string]int{}
	for _, s := range all {
		starts[s.Name] = s.Starts
	}
	return starts
}

// unharmed checks that every address of the flows answers.
func unharmed(t *testing.T, l *lab.Lab) {
	t.Helper()
	reach(t, l, []lab.Path{
		{From: "h1", To: "h4", Address: netip.MustParseAddr("203.0.113.4")},
		{From: "h3", To: "h2", Address: netip.MustParseAddr("2001:db8:100::2")},
	})
}
