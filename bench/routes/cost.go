package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

// ticksPerSecond is USER_HZ, which is 100 on every Linux that Go runs on.
const ticksPerSecond = 100

// cost is what a process has used so far.
type cost struct {
	name string
	cpu  time.Duration
	peak int // resident memory, KiB
}

// costs reads the costs of every program of the switch, and of this one as their producer.
func (b bench) costs(ctx context.Context) ([]cost, error) {
	programs, err := b.lab.Supervisor(sw).Status(ctx)
	if err != nil {
		return nil, err
	}
	self, err := readCost("producer", os.Getpid())
	if err != nil {
		return nil, err
	}
	all := []cost{self}
	for _, p := range programs {
		if p.PID == 0 {
			continue
		}
		c, err := readCost(p.Name, p.PID)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

func readCost(name string, pid int) (cost, error) {
	c := cost{name: name}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return c, fmt.Errorf("cost of %s: %w", name, err)
	}
	// The command name, in parentheses, may hold blanks; utime and stime are fields 14 and 15 (proc_pid_stat(5)).
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	for _, field := range fields[11:13] {
		ticks, err := strconv.Atoi(field)
		if err != nil {
			return c, fmt.Errorf("cost of %s: %w", name, err)
		}
		c.cpu += time.Duration(ticks) * time.Second / ticksPerSecond
	}
	c.peak, err = readPeak(pid)
	return c, err
}

func readPeak(pid int) (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, fmt.Errorf("peak memory: %w", err)
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			return strconv.Atoi(strings.Fields(rest)[0])
		}
	}
	return 0, fmt.Errorf("peak memory of %d: no VmHWM", pid)
}

func printStep(out io.Writer, n int, name string, took time.Duration, before, after []cost) {
	fmt.Fprintf(out, "\n%d routes %s in %.2f s: %.0f routes/s\n", n, name, took.Seconds(), float64(n)/took.Seconds())
	fmt.Fprintf(out, "  %-10s %8s %10s %12s\n", "process", "CPU s", "us/route", "peak RSS MB")
	started := map[string]time.Duration{}
	for _, c := range before {
		started[c.name] = c.cpu
	}
	var sum time.Duration
	for _, c := range after {
		used := c.cpu - started[c.name]
		sum += used
		fmt.Fprintf(out, "  %-10s %8.2f %10.2f %12.1f\n", c.name, used.Seconds(), used.Seconds()*1e6/float64(n), float64(c.peak)/1024)
	}
	fmt.Fprintf(out, "  %-10s %8.2f %10.2f   on %.2f CPUs\n", "all", sum.Seconds(), sum.Seconds()*1e6/float64(n), sum.Seconds()/took.Seconds())
}
