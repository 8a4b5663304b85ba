package bfdd

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/daemons/resident/residenttest"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
)

// Both ends of 128 sessions with 3 x 50 ms, in this process: the CPU that one end takes, in percent of one core, and how many
// sessions are down at the end.
func BenchmarkSessions(b *testing.B) {
	const sessions, length = 128, 5 * time.Second
	if err := hurry(); err != nil {
		b.Logf("not before other programs: %v", err)
	}
	near, far := newBox(b), newBox(b)
	kerneltest.Cable(b, near.kernel, "Ethernet0", far.kernel, "Ethernet4")
	kerneltest.Up(b, near.kernel, "Ethernet0")
	for i := range sessions {
		kerneltest.Address(b, near.kernel, "Ethernet0", fmt.Sprintf("10.0.%d.1/24", i))
		kerneltest.Address(b, far.kernel, "Ethernet4", fmt.Sprintf("10.0.%d.2/24", i))
		const quick = " tx_interval=50 rx_interval=50 multiplier=3"
		near.want(fmt.Sprintf("default:default:10.0.%d.2 local_addr=10.0.%d.1", i, i) + quick)
		far.want(fmt.Sprintf("default:default:10.0.%d.1 local_addr=10.0.%d.2", i, i) + quick)
	}
	for _, x := range []*box{near, far} {
		residenttest.Start(b, x.client, x.kernel, func(ctx context.Context, doors resident.Doors) error {
			doors.Log = slog.New(slog.DiscardHandler)
			return work(ctx, doors)
		})
	}
	eventually(b, "all are up and agreed", sessions, func() (n int) {
		for _, row := range near.rows("BFD_SESSION_TABLE") {
			if row["state"] == "Up" && row["detection_time_us"] == "150000" {
				n++
			}
		}
		return n
	})
	for b.Loop() {
		before := cpu(b)
		time.Sleep(length)
		b.ReportMetric(100*(cpu(b)-before).Seconds()/length.Seconds()/2, "%cpu")
	}
	down := 0
	for _, row := range near.rows("BFD_SESSION_TABLE") {
		if row["state"] != "Up" || !strings.HasPrefix(row["local_diag"], "none") {
			down++
		}
	}
	b.ReportMetric(float64(down), "down")
}

func cpu(b *testing.B) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
