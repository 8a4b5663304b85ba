package cost

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// ticksPerSecond is USER_HZ, which is 100 on every Linux that Go runs on.
const ticksPerSecond = 100

// Process is one that is watched.
type Process struct {
	Name string
	PID  int
}

// Spent is what a process has used.
type Spent struct {
	Name string
	CPU  time.Duration
	Peak int // resident memory since its start (VmHWM), KiB
}

// Meter tells what processes use from a moment on.
type Meter struct {
	processes []Process
	before    []Spent
}

// Begin starts a measurement.
func Begin(processes []Process) (*Meter, error) {
	m := &Meter{processes: processes}
	var err error
	m.before, err = readAll(processes)
	return m, err
}

// End tells what each process has used since Begin.
func (m *Meter) End() ([]Spent, error) {
	list, err := readAll(m.processes)
	for i := range list {
		list[i].CPU -= m.before[i].CPU
	}
	return list, err
}

func readAll(processes []Process) ([]Spent, error) {
	var list []Spent
	for _, p := range processes {
		s, err := Read(p)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

// Read tells what a process has used since its start.
func Read(p Process) (Spent, error) {
	s := Spent{Name: p.Name}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.PID))
	if err != nil {
		return s, fmt.Errorf("cost of %s: %w", p.Name, err)
	}
	// The command name, in parentheses, may hold blanks; utime and stime are fields 14 and 15 (proc_pid_stat(5)).
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	for _, field := range fields[11:13] {
		ticks, err := strconv.Atoi(field)
		if err != nil {
			return s, fmt.Errorf("cost of %s: %w", p.Name, err)
		}
		s.CPU += time.Duration(ticks) * time.Second / ticksPerSecond
	}
	s.Peak, err = readPeak(p.PID)
	return s, err
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
