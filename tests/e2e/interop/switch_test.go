package interop_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/kernel/kerneltest"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

const (
	patience = 45 * time.Second // on a busy machine; an idle one needs a few seconds
	programs = "../../../bin"
)

// device is a switch with a database, a network and the daemons that a test starts.
type device struct {
	t       *testing.T
	dir     string
	kernel  *kernel.Kernel
	client  *statedb.Client
	vrf     string // that routingd is asked about; empty is the default one
	running map[string]*exec.Cmd
}

func newSwitch(t *testing.T, rows ...string) *device {
	t.Helper()
	if os.Getenv("HEDDLE_E2E") == "" {
		t.Skip("end-to-end tests run with HEDDLE_E2E=1: make e2e")
	}
	if _, err := os.Stat(filepath.Join(programs, "routingd")); err != nil {
		t.Fatalf("needs the programs: make build: %v", err)
	}
	t.Parallel() // they mostly wait
	k, redis := kerneltest.New(t), redistest.Start(t)
	dir, err := os.MkdirTemp("", "interop")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := redis.Config().Write(filepath.Join(dir, "database_config.json")); err != nil {
		t.Fatal(err)
	}
	d := &device{t: t, dir: dir, kernel: k, client: redis.Client(t), running: make(map[string]*exec.Cmd)}
	d.set(rows...)
	return d
}

// set puts rows into CONFIG_DB, each "TABLE|key field=value ...", or takes them out: "-TABLE|key".
func (d *device) set(lines ...string) {
	d.t.Helper()
	config := d.client.DB(statedb.ConfigDB)
	for _, line := range lines {
		name, rest, _ := strings.Cut(line, " ")
		table, key, _ := strings.Cut(name, "|")
		row := statedb.Fields{}
		for _, f := range strings.Fields(rest) {
			k, v, _ := strings.Cut(f, "=")
			row[k] = v
		}
		var err error
		if table, gone := strings.CutPrefix(table, "-"); gone {
			err = config.Delete(d.t.Context(), table, key)
		} else {
			err = config.Replace(d.t.Context(), table, key, row)
		}
		if err != nil {
			d.t.Fatal(err)
		}
	}
}

// cable connects a port of the switch with a new network. The switch is 10.0.n.1 and fc00:n::1, the other end 2.
func (d *device) cable(n int) *kernel.Kernel {
	d.t.Helper()
	far := d.bareCable(n)
	for _, end := range []struct {
		k    *kernel.Kernel
		name string
		host int
	}{{d.kernel, fmt.Sprintf("Ethernet%d", 4*n), 1}, {far, "eth0", 2}} {
		kerneltest.Address(d.t, end.k, end.name, fmt.Sprintf("10.0.%d.%d/24", n, end.host))
		kerneltest.Address(d.t, end.k, end.name, fmt.Sprintf("fc00:%d::%d/64", n, end.host))
	}
	return far
}

// bareCable has no address but the link-local ones.
func (d *device) bareCable(n int) *kernel.Kernel {
	d.t.Helper()
	far, port := kerneltest.New(d.t), fmt.Sprintf("Ethernet%d", 4*n)
	for _, k := range []*kernel.Kernel{d.kernel, far} { // link-local addresses are good at once
		if err := k.Sysctl("net/ipv6/conf/default/accept_dad", "0"); err != nil {
			d.t.Fatal(err)
		}
	}
	kerneltest.Cable(d.t, d.kernel, port, far, "eth0")
	kerneltest.Up(d.t, d.kernel, port)
	return far
}

// start runs daemons of the switch until they are ready. They end with the test.
func (d *device) start(names ...string) {
	d.t.Helper()
	for _, name := range names {
		cmd := exec.Command(filepath.Join(programs, name))
		cmd.Env = append(os.Environ(), "HEDDLE_RUN_DIR="+d.dir)
		_ = os.Remove(filepath.Join(d.dir, "ready", name)) // of an earlier life
		d.running[name] = launch(d.t, d.kernel, cmd)
		eventually(d.t, name+" is ready", true, func() bool {
			_, err := os.Stat(filepath.Join(d.dir, "ready", name))
			return err == nil
		})
	}
}

// stop ends a daemon, by a signal.
func (d *device) stop(name string, how os.Signal) {
	d.t.Helper()
	cmd := d.running[name]
	if err := cmd.Process.Signal(how); err != nil {
		d.t.Fatal(err)
	}
	eventually(d.t, name+" has ended", true, func() bool { return cmd.ProcessState != nil || ended(cmd.Process.Pid) })
}

// ended says whether a process is no more, or waits only to be waited for.
func ended(pid int) bool {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || bytes.Contains(status, []byte(") Z "))
}

// launch runs a program in a network. It ends with the test, whose log has its words if it fails.
func launch(t *testing.T, k *kernel.Kernel, cmd *exec.Cmd) *exec.Cmd {
	t.Helper()
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := k.Inside(cmd.Start); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s: %s", filepath.Base(cmd.Path), out.String())
		}
	})
	return cmd
}

// eventually polls until got gives want.
func eventually[T any](t *testing.T, what string, want T, got func() T) {
	t.Helper()
	within(t, patience, what, want, got)
}

func within[T any](t *testing.T, limit time.Duration, what string, want T, got func() T) {
	t.Helper()
	var last string
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(25 * time.Millisecond) {
		if last = cmp.Diff(want, got()); last == "" {
			return
		}
	}
	t.Fatalf("%s: not within %v: %s", what, limit, last)
}

// ask asks routingd, as commands do.
func (d *device) ask(q bgpview.Query) (out bgpview.Answer) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), patience)
	defer cancel()
	q.VRF = d.vrf
	err := bgpview.Ask(ctx, filepath.Join(d.dir, bgpview.SocketName+".sock"), q, func(a bgpview.Answer) error {
		out.Neighbors, out.Routes = append(out.Neighbors, a.Neighbors...), append(out.Routes, a.Routes...)
		return nil
	})
	if err != nil {
		out.Error = err.Error()
	}
	return out
}

// show gives what a command of the switch prints.
func (d *device) show(args ...string) string {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(programs, "show"), args...)
	cmd.Env = append(os.Environ(), "HEDDLE_RUN_DIR="+d.dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		d.t.Fatalf("show %s: %v: %s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// neighbor is all that is known of one.
func (d *device) neighbor(addr string) bgpview.Neighbor {
	for _, n := range d.ask(bgpview.Query{Ask: bgpview.AskNeighbors, Neighbor: addr}).Neighbors {
		return n
	}
	return bgpview.Neighbor{}
}

// up waits for sessions.
func (d *device) up(neighbors ...string) {
	d.t.Helper()
	for _, n := range neighbors {
		eventually(d.t, "the session with "+n, "Established", func() string { return d.neighbor(n).State })
	}
}

// state is that of a session.
func (d *device) state(neighbor string) func() string {
	return func() string { return d.neighbor(neighbor).State }
}

// paths are the routes of IPv4 and IPv6, as "AS path" with one for each path, the best first.
func (d *device) paths(neighbor, table string) map[string][]string {
	out := make(map[string][]string)
	for _, f := range []string{"ipv4_unicast", "ipv6_unicast"} {
		q := bgpview.Query{Ask: bgpview.AskRoutes, Neighbor: neighbor, Table: table}
		if err := q.Family.UnmarshalText([]byte(f)); err != nil {
			d.t.Fatal(err)
		}
		for _, r := range d.ask(q).Routes {
			for _, p := range r.Paths {
				mark := ""
				if p.Stale {
					mark = " stale"
				}
				out[r.Prefix] = append(out[r.Prefix], p.ASPath+mark)
			}
		}
	}
	return out
}

// learned are the prefixes that BGP has put into the kernel.
func (d *device) learned() []string {
	d.t.Helper()
	var out []string
	for _, family := range []int{netlink.FAMILY_V4, netlink.FAMILY_V6} {
		list, err := d.kernel.RouteListFiltered(family, &netlink.Route{Protocol: unix.RTPROT_BGP}, netlink.RT_FILTER_PROTOCOL)
		if err != nil {
			d.t.Fatal(err)
		}
		for _, r := range list {
			out = append(out, r.Dst.String())
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// reach waits until the kernel has the routes of BGP that are given, and no others.
func (d *device) reach(prefixes ...string) {
	d.t.Helper()
	slices.Sort(prefixes)
	eventually(d.t, "routes of BGP in the kernel", prefixes, d.learned)
}
