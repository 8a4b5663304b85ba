package display

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
)

// clockTicks is how many units of CPU time a second has in /proc: USER_HZ,
// which is 100 on every architecture that Linux still supports.
const clockTicks = 100

// usageSpan is how long the CPU is watched to tell what uses it now.
const usageSpan = 500 * time.Millisecond

// process is one process as /proc describes it; see proc(5).
type process struct {
	pid, parent int
	name        string
	ticks       float64 // of CPU time since it began
	age         float64 // seconds
	resident    float64 // KiB
	cpu         float64 // percent
}

// addProcesses makes `show processes` and `show system-memory`.
func addProcesses(s *session.Session, root *cobra.Command) {
	groupAt(root, "processes").AddCommand(
		command(s, "summary", "Show processes info", click.Args(), showProcesses),
		command(s, "cpu", "Show processes CPU info", click.Args(), func(ctx context.Context, v *view, _ []string) error {
			return showUsage(ctx, v, func(a, b process) int { return cmp.Compare(b.cpu, a.cpu) })
		}),
		command(s, "memory", "Show processes memory info", click.Args(), func(ctx context.Context, v *view, _ []string) error {
			return showUsage(ctx, v, func(a, b process) int { return cmp.Compare(b.resident, a.resident) })
		}))
	root.AddCommand(command(s, "system-memory", "Show memory information", click.Args(), showMemory))
}

// readProcesses reads all processes; one that ends meanwhile is left out.
func readProcesses() ([]process, error) {
	data, err := os.ReadFile("/proc/uptime")
	if err != nil {
		return nil, fmt.Errorf("read the uptime: %w", err)
	}
	up, _ := strconv.ParseFloat(strings.Fields(string(data) + " 0")[0], 64)
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil, err
	}
	var out []process
	for _, dir := range dirs {
		data, err := os.ReadFile(filepath.Join(dir, "stat"))
		if err != nil {
			continue
		}
		if p, ok := parseProcess(string(data), up); ok {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b process) int { return a.pid - b.pid })
	return out, nil
}

// parseProcess reads /proc/<pid>/stat. The name is in brackets and may hold any
// character.
func parseProcess(stat string, up float64) (process, bool) {
	open, shut := strings.IndexByte(stat, '('), strings.LastIndexByte(stat, ')')
	if open < 0 || shut < open {
		return process{}, false
	}
	rest := strings.Fields(stat[shut+1:])
	const fields = 22 // up to rss, counted from the state
	if len(rest) < fields {
		return process{}, false
	}
	number := func(i int) float64 { n, _ := strconv.ParseFloat(rest[i], 64); return n }
	pid, err := strconv.Atoi(strings.TrimSpace(stat[:open]))
	p := process{pid: pid, name: stat[open+1 : shut], parent: int(number(1)), ticks: number(11) + number(12), age: up - number(19)/clockTicks}
	p.resident = number(21) * float64(os.Getpagesize()) / 1024
	if p.age > 0 {
		p.cpu = p.ticks / clockTicks / p.age * 100
	}
	return p, err == nil
}

// readMemory reads /proc/meminfo, in KiB.
func readMemory() (map[string]float64, error) {
	f, err := os.Open("/proc/meminfo")
	if err != nil {
		return nil, fmt.Errorf("read the memory: %w", err)
	}
	defer f.Close()
	out := make(map[string]float64)
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ":")
		if words := strings.Fields(value); len(words) > 0 {
			out[name], _ = strconv.ParseFloat(words[0], 64)
		}
	}
	return out, nil
}

func tenth(n float64) string { return strconv.FormatFloat(n, 'f', 1, 64) }

func showProcesses(_ context.Context, v *view, _ []string) error {
	list, err := readProcesses()
	if err != nil {
		return err
	}
	memory, err := readMemory()
	if err != nil {
		return err
	}
	t := table{headers: []string{"PID", "PPID", "CMD", "%MEM", "%CPU"}, layout: tabulate.Options{Format: tabulate.Plain, AllText: true, Rights: []int{0, 1, 3, 4}}}
	for _, p := range list {
		t.rows = append(t.rows, []string{strconv.Itoa(p.pid), strconv.Itoa(p.parent), p.name, tenth(p.resident / max(memory["MemTotal"], 1) * 100), tenth(p.cpu)})
	}
	return v.print(t)
}

// showUsage shows what uses the CPU right now, and the memory.
func showUsage(ctx context.Context, v *view, order func(a, b process) int) error {
	before, err := readProcesses()
	if err != nil {
		return err
	}
	old := make(map[int]float64, len(before))
	for _, p := range before {
		old[p.pid] = p.ticks
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(usageSpan):
	}
	now, err := readProcesses()
	if err != nil {
		return err
	}
	memory, err := readMemory()
	if err != nil {
		return err
	}
	for i, p := range now {
		now[i].cpu = (p.ticks - old[p.pid]) / clockTicks / usageSpan.Seconds() * 100
	}
	slices.SortStableFunc(now, order)
	t := table{headers: []string{"PID", "%CPU", "%MEM", "RES (KiB)", "TIME", "COMMAND"}, layout: tabulate.Options{Format: tabulate.Plain, AllText: true, Rights: []int{0, 1, 2, 3, 4}}}
	for _, p := range now {
		t.rows = append(t.rows, []string{
			strconv.Itoa(p.pid), tenth(p.cpu), tenth(p.resident / max(memory["MemTotal"], 1) * 100), strconv.Itoa(int(p.resident)),
			(time.Duration(p.ticks/clockTicks) * time.Second).String(), p.name,
		})
	}
	return v.print(t)
}

// showMemory lays out the memory in MiB as free(1) does.
func showMemory(_ context.Context, v *view, _ []string) error {
	m, err := readMemory()
	if err != nil {
		return err
	}
	mib := func(kib float64) string { return strconv.Itoa(int(kib / 1024)) }
	cache := m["Buffers"] + m["Cached"] + m["SReclaimable"]
	used := m["MemTotal"] - m["MemAvailable"]
	if v.json {
		return v.printJSON(ordered{{"total", mib(m["MemTotal"])}, {"used", mib(used)}, {"free", mib(m["MemFree"])}, {"shared", mib(m["Shmem"])}, {"buff/cache", mib(cache)}, {"available", mib(m["MemAvailable"])}})
	}
	v.Printf("%7s%13s%12s%12s%12s%12s%12s\n", "", "total", "used", "free", "shared", "buff/cache", "available")
	v.Printf("%-7s%13s%12s%12s%12s%12s%12s\n", "Mem:", mib(m["MemTotal"]), mib(used), mib(m["MemFree"]), mib(m["Shmem"]), mib(cache), mib(m["MemAvailable"]))
	v.Printf("%-7s%13s%12s%12s\n", "Swap:", mib(m["SwapTotal"]), mib(m["SwapTotal"]-m["SwapFree"]), mib(m["SwapFree"]))
	return nil
}
