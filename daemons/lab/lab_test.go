package lab_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/namespace"
	"github.com/heddle-nos/heddle/daemons/lab/supervise"
	"github.com/heddle-nos/heddle/daemons/lab/topology"
)

// TestMain lets the test binary stand in for heddle-lab as the supervisor of a switch.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "supervise" {
		if err := supervise.Run(context.Background(), os.Args[2], slog.Default()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const (
	daemonScript = "#!/bin/sh\nmkdir -p $HEDDLE_RUN_DIR/ready\ntouch $HEDDLE_RUN_DIR/ready/$(basename $0)\nexec sleep 1000\n"
	loadScript   = "#!/bin/sh\nexec redis-cli -s $HEDDLE_RUN_DIR/redis.sock hset PORT_TABLE:PortInitDone lanes 0\n"
	brokenScript = "#!/bin/sh\necho the config is bad >&2\nexit 1\n"
)

// programs makes a directory with stand-ins for the product's programs.
func programs(t *testing.T, load string) string {
	t.Helper()
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(dir, "heddle-lab")); err != nil {
		t.Fatal(err)
	}
	scripts := map[string]string{"config-setup": load}
	for _, name := range lab.Daemons() {
		scripts[name] = daemonScript
	}
	for name, text := range scripts {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func newLab(t *testing.T, name, load string) *lab.Lab {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root to make network namespaces")
	}
	top, err := topology.Parse(fmt.Appendf(nil, `
name: %s-%d
switches: {s: {ports: 2}}
hosts:
  a: {interfaces: {eth0: {addresses: [10.1.0.1/24, "fd01::1/64"]}}, gateways: [10.1.0.2, "fd01::2"]}
  b: {forward: true, interfaces: {eth0: {link: "a:eth0", addresses: [10.1.0.2/24, "fd01::2/64"]}, eth1: {addresses: [10.2.0.2/24, "fd02::2/64"]}}}
  c: {link: "b:eth1", addresses: [10.2.0.3/24, "fd02::3/64"], gateways: [10.2.0.2, "fd02::2"]}
  d: {link: "s:Ethernet4", addresses: []}
`, name, os.Getpid()), "")
	if err != nil {
		t.Fatal(err)
	}
	l, err := lab.New(top, programs(t, load), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Down(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return l
}

func limit(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func TestLife(t *testing.T) {
	l := newLab(t, "life", loadScript)
	if err := l.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := l.Wait(limit(t, 90*time.Second)); err != nil {
		t.Fatal(err)
	}
	if err := l.Up(t.Context()); err == nil || !strings.Contains(err.Error(), "is already up") {
		t.Errorf("second up: %v", err)
	}
	again, err := lab.Open(l.Topology.Name, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	checkReach(t, again)
	checkExec(t, again)
	checkRestart(t, again)
	if err := again.Down(t.Context()); err != nil {
		t.Fatal(err)
	}
	checkNoTrace(t, l)
}

// checkReach pings between the hosts that are joined without the switch.
func checkReach(t *testing.T, l *lab.Lab) {
	t.Helper()
	pairs := l.Pairs()
	if len(pairs) != 12 {
		t.Errorf("%d pairs: %v", len(pairs), pairs)
	}
	for i, err := range l.Reach(limit(t, 60*time.Second), pairs) {
		if err != nil {
			t.Errorf("%s: %v", pairs[i], err)
		}
	}
	lost := []lab.Path{{From: "a", To: "nobody", Address: netip.MustParseAddr("10.2.0.99")}}
	if errs := l.Reach(limit(t, 500*time.Millisecond), lost); errs[0] == nil {
		t.Error("nobody answered")
	}
}

func checkExec(t *testing.T, l *lab.Lab) {
	t.Helper()
	out, err := l.Output(t.Context(), "s", "sh", "-c", "echo $HEDDLE_INSTANCE; command -v orchagent")
	if err != nil || !strings.HasPrefix(out, l.Namespace("s")+"\n/") {
		t.Errorf("on the switch: %q, %v", out, err)
	}
	if out, err := l.Output(t.Context(), "c", "ip", "-br", "addr"); err != nil || !strings.Contains(out, "10.2.0.3/24") {
		t.Errorf("on the host: %q, %v", out, err)
	}
	if _, err := l.Output(t.Context(), "nobody", "true"); err == nil {
		t.Error("ran on a node that is not there")
	}
	if _, err := l.Output(t.Context(), "a", "sh", "-c", "echo so sorry >&2; exit 3"); err == nil || !strings.Contains(err.Error(), "so sorry") {
		t.Errorf("failing program: %v", err)
	}
}

func checkRestart(t *testing.T, l *lab.Lab) {
	t.Helper()
	if err := l.Supervisor("s").Restart(t.Context(), "syncd", syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		all, err := l.Supervisor("s").Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range all {
			if p.Name == "syncd" && p.Starts == 2 && p.Ready {
				return
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("syncd did not come back: %+v", all)
		}
	}
}

func checkNoTrace(t *testing.T, l *lab.Lab) {
	t.Helper()
	for _, node := range []string{"a", "b", "c", "d", "s", "s-asic"} {
		if namespace.Exists(l.Namespace(node)) {
			t.Errorf("namespace of %s is left", node)
		}
	}
	if _, err := os.Stat(l.Paths("s").RunDir); err == nil {
		t.Error("run directory is left")
	}
}

func TestConfigRefused(t *testing.T) {
	l := newLab(t, "refused", brokenScript)
	if err := l.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := l.Wait(limit(t, 90*time.Second))
	if err == nil || !strings.Contains(err.Error(), "the config is bad") {
		t.Errorf("got %v", err)
	}
}

func TestUpFailsWithoutTrace(t *testing.T) {
	l := newLab(t, "half", loadScript)
	// A namespace in the way makes the lab fail after it has made others.
	inTheWay := l.Namespace("d")
	if err := namespace.Create(inTheWay); err != nil {
		t.Fatal(err)
	}
	if err := l.Up(t.Context()); err == nil {
		t.Error("came up over a foreign namespace")
	}
	checkNoTrace(t, l)
}
