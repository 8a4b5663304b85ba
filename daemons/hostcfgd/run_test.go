package hostcfgd

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/badrow"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/internal/process"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

const patience = 2 * time.Minute // a machine may be busy

// life is a daemon that configures a picture of a host.
type life struct {
	cfg    Config
	config *statedb.DB
	state  *statedb.DB
}

func newLife(t *testing.T) *life {
	t.Helper()
	server := redistest.Start(t)
	dir := t.TempDir()
	l := &life{cfg: Config{Root: filepath.Join(dir, "root"), Owed: filepath.Join(dir, "owed")}}
	l.cfg.Config = resident.Config{
		Database: filepath.Join(dir, "database_config.json"), Ready: filepath.Join(dir, "ready"), Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}
	if err := server.Config().Write(l.cfg.Database); err != nil {
		t.Fatal(err)
	}
	client := server.Client(t)
	l.config, l.state = client.DB(statedb.ConfigDB), client.DB(statedb.StateDB)
	return l
}

// begin runs the daemon until it has caught up; the function that comes back ends it.
func (l *life) begin(t *testing.T) func() {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, l.cfg) }()
	wait, stop := context.WithTimeout(ctx, patience)
	defer stop()
	if err := process.WaitReady(wait, l.cfg.Ready); err != nil {
		t.Fatal(err)
	}
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func (l *life) file(path string) string {
	b, err := os.ReadFile(filepath.Join(l.cfg.Root, path))
	if err != nil {
		return ""
	}
	return string(b)
}

func (l *life) set(t *testing.T, table, key string, fields statedb.Fields) {
	t.Helper()
	if err := l.config.Replace(t.Context(), table, key, fields); err != nil {
		t.Fatal(err)
	}
}

// await polls until something holds.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not within %v", what, patience)
		}
	}
}

func (l *life) errors(t *testing.T) map[string]statedb.Fields {
	t.Helper()
	rows, err := l.state.All(t.Context(), badrow.Table)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// TestDaemon goes through a day: a start, a change, a wrong row beside a right one, its repair, and a restart that changes nothing.
func TestDaemon(t *testing.T) {
	l := newLife(t)
	l.set(t, "DNS_NAMESERVER", "192.0.2.53", statedb.Fields{"NULL": "NULL"})
	l.set(t, "DEVICE_METADATA", "localhost", statedb.Fields{"platform": "any"})
	end := l.begin(t)
	if got := l.file("/etc/resolv.conf"); !strings.Contains(got, "nameserver 192.0.2.53\n") {
		t.Fatalf("at the start: %q", got)
	}
	l.set(t, "DNS_NAMESERVER", "192.0.2.54\noptions debug", statedb.Fields{"NULL": "NULL"})
	l.set(t, "DEVICE_METADATA", "localhost", statedb.Fields{"hostname": "leaf7"})
	await(t, "the host's name", func() bool { return l.file("/etc/hostname") == "leaf7\n" })
	await(t, "an error in STATE_DB", func() bool {
		return l.errors(t)["DNS_NAMESERVER|192.0.2.54\noptions debug"]["error"] == "not an address"
	})
	l.set(t, "DNS_NAMESERVER", "192.0.2.55", statedb.Fields{"NULL": "NULL"})
	l.set(t, "DEVICE_METADATA", "localhost", statedb.Fields{"hostname": "leaf8"})
	await(t, "the host's next name", func() bool { return l.file("/etc/hostname") == "leaf8\n" })
	if got := l.file("/etc/resolv.conf"); strings.Contains(got, "192.0.2.54") || strings.Contains(got, "192.0.2.55") {
		t.Errorf("a service with a wrong row was half configured: %q", got)
	}
	if err := l.config.Delete(t.Context(), "DNS_NAMESERVER", "192.0.2.54\noptions debug"); err != nil {
		t.Fatal(err)
	}
	await(t, "the repair", func() bool { return strings.Contains(l.file("/etc/resolv.conf"), "nameserver 192.0.2.55\n") })
	await(t, "no error in STATE_DB", func() bool { return len(l.errors(t)["DNS_NAMESERVER|192.0.2.54\noptions debug"]) == 0 })
	end()

	before := snapshot(t, l.cfg.Root)
	l.begin(t)()
	if d := cmp.Diff(before, snapshot(t, l.cfg.Root)); d != "" {
		t.Errorf("a restart changed files: %s", d)
	}
}

// snapshot lists files and when they were changed.
func snapshot(t *testing.T, root string) map[string]string {
	t.Helper()
	out := make(map[string]string)
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		out[path] = info.ModTime().String()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestEmptyDatabase: before anything is loaded, the host stays as it is; afterwards it is configured.
func TestEmptyDatabase(t *testing.T) {
	l := newLife(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, l.cfg) }()
	defer func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	l.set(t, "DNS_NAMESERVER", "192.0.2.53", statedb.Fields{"NULL": "NULL"})
	short, stop := context.WithTimeout(ctx, time.Second)
	defer stop()
	if err := process.WaitReady(short, l.cfg.Ready); err == nil {
		t.Error("ready without a configuration")
	}
	if got := l.file("/etc/resolv.conf"); got != "" {
		t.Errorf("configured without a configuration: %q", got)
	}
	l.set(t, "DEVICE_METADATA", "localhost", statedb.Fields{"platform": "any"})
	await(t, "a configured host", func() bool { return l.file("/etc/resolv.conf") != "" })
}
