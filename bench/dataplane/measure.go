package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"time"

	"github.com/cilium/ebpf"
	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// liveFrames is BPF_F_TEST_XDP_LIVE_FRAMES: what the program redirects is sent.
const liveFrames = 1 << 1

// warmUp is how many frames come before those that count.
const warmUp = 20_000

// pass is one measurement.
type pass struct {
	arrived uint64
	cpu     time.Duration
}

// perFrame is the CPU time of a frame that arrived.
func (p pass) perFrame() float64 {
	if p.arrived == 0 {
		return 0
	}
	return float64(p.cpu.Nanoseconds()) / float64(p.arrived)
}

// bench is the thread that generates, on one CPU, and that CPU's softirq thread.
type bench struct {
	softirq int32 // clock of ksoftirqd
	cpu     int
}

// newBench picks the last CPU of those we may use.
func newBench() (*bench, error) {
	var set unix.CPUSet
	if err := unix.SchedGetaffinity(0, &set); err != nil {
		return nil, fmt.Errorf("read CPUs: %w", err)
	}
	b := &bench{}
	for i := range 1024 {
		if set.IsSet(i) {
			b.cpu = i
		}
	}
	pid, err := threadOf("ksoftirqd/" + strconv.Itoa(b.cpu))
	if err != nil {
		return nil, err
	}
	b.softirq = int32(^pid)<<3 | 2 // clock_getcpuclockid(3)
	return b, nil
}

func threadOf(name string) (int, error) {
	comms, err := filepath.Glob("/proc/[0-9]*/comm")
	if err != nil {
		return 0, err
	}
	for _, c := range comms {
		text, err := os.ReadFile(c)
		if err == nil && string(bytes.TrimSpace(text)) == name {
			return strconv.Atoi(filepath.Base(filepath.Dir(c)))
		}
	}
	return 0, fmt.Errorf("find thread %s: %w", name, os.ErrNotExist)
}

func (b *bench) clock() (time.Duration, error) {
	var own, soft unix.Timespec
	err := errors.Join(unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &own), unix.ClockGettime(b.softirq, &soft))
	return time.Duration(own.Nano() + soft.Nano()), err
}

// run generates frames on the bench's CPU and counts what arrives.
func (b *bench) run(l *lane, o trafficOrder, frames int) (pass, error) {
	var p pass
	err := onThread(func() error {
		var set unix.CPUSet
		set.Set(b.cpu)
		if err := errors.Join(netns.Set(l.wire), unix.SchedSetaffinity(0, &set)); err != nil {
			return fmt.Errorf("enter: %w", err)
		}
		if err := l.traffic.Orders.Put(uint32(0), o); err != nil {
			return fmt.Errorf("give orders: %w", err)
		}
		if err := l.generate(warmUp); err != nil {
			return err
		}
		before, err := l.settled()
		if err != nil {
			return err
		}
		start, err := b.clock()
		if err != nil {
			return err
		}
		if err := l.generate(frames); err != nil {
			return err
		}
		after, err := l.settled()
		if err != nil {
			return err
		}
		end, err := b.clock()
		p = pass{after - before, end - start}
		return err
	})
	if err != nil {
		return p, fmt.Errorf("measure %s: %w", l.name, err)
	}
	return p, nil
}

func (l *lane) generate(frames int) error {
	_, err := l.traffic.Generate.Run(&ebpf.RunOptions{Data: make([]byte, 60), Repeat: uint32(frames), Flags: liveFrames})
	if err != nil {
		return fmt.Errorf("generate: %w", err)
	}
	return nil
}

// settled waits until nothing arrives any more.
func (l *lane) settled() (uint64, error) {
	last := uint64(0)
	for still := 0; still < 3; {
		var rows []uint64
		if err := l.traffic.Arrived.Lookup(uint32(0), &rows); err != nil {
			return 0, fmt.Errorf("count: %w", err)
		}
		sum := uint64(0)
		for _, n := range rows {
			sum += n
		}
		if sum == last {
			still++
		} else {
			still = 0
		}
		last = sum
		time.Sleep(time.Millisecond)
	}
	runtime.KeepAlive(l)
	return last, nil
}
