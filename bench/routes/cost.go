package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/heddle-nos/heddle/bench/cost"
)

// meter watches every program of the switch, and this one as their producer.
func (b bench) meter(ctx context.Context) (*cost.Meter, error) {
	programs, err := b.lab.Supervisor(sw).Status(ctx)
	if err != nil {
		return nil, err
	}
	all := []cost.Process{{Name: "producer", PID: os.Getpid()}}
	for _, p := range programs {
		if p.PID != 0 {
			all = append(all, cost.Process{Name: p.Name, PID: p.PID})
		}
	}
	return cost.Begin(all)
}

func printStep(out io.Writer, n int, name string, took time.Duration, spent []cost.Spent) {
	fmt.Fprintf(out, "\n%d routes %s in %.2f s: %.0f routes/s\n", n, name, took.Seconds(), float64(n)/took.Seconds())
	fmt.Fprintf(out, "  %-10s %8s %10s %12s\n", "process", "CPU s", "us/route", "peak RSS MB")
	var sum time.Duration
	for _, c := range spent {
		sum += c.CPU
		fmt.Fprintf(out, "  %-10s %8.2f %10.2f %12.1f\n", c.Name, c.CPU.Seconds(), c.CPU.Seconds()*1e6/float64(n), float64(c.Peak)/1024)
	}
	fmt.Fprintf(out, "  %-10s %8.2f %10.2f   on %.2f CPUs\n", "all", sum.Seconds(), sum.Seconds()*1e6/float64(n), sum.Seconds()/took.Seconds())
}
