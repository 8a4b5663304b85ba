package firstboot

import (
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/internal/paths"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/yang"
)

// machine is a switch before its daemons run: a database, and files.
type machine struct {
	*testing.T
	cfg    Config
	engine *commit.Engine
}

const boardFile = `platform: x86_64-test_two-r0
hwsku: Test-Two
kinds:
  qsfp28: {default: "1x100G[40G]", modes: ["1x100G[40G]", "4x25G[10G]"]}
  sfp28: {default: "1x25G[10G]", modes: ["1x25G[10G]"]}
sockets:
  - {name: Ethernet0, kind: qsfp28, index: 1, alias: Eth1, lanes: [1, 2, 3, 4]}
  - {name: Ethernet4, kind: sfp28, index: 2, alias: Eth2, lanes: [5]}
`

func newMachine(t *testing.T, files map[string]string) *machine {
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	server := redistest.Start(t)
	p := paths.From(func(name string) string {
		return map[string]string{"HEDDLE_RUN_DIR": filepath.Join(dir, "run"), "HEDDLE_ETC_DIR": filepath.Join(dir, "etc"), "HEDDLE_DEVICE_DIR": filepath.Join(dir, "device")}[name]
	})
	for _, d := range []string{p.RunDir, p.EtcDir} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := server.Config().Write(p.DatabaseConfig()); err != nil {
		t.Fatal(err)
	}
	cfg := Config{Paths: p, Machine: filepath.Join(dir, "machine.conf"), Management: "lo", Log: slog.New(slog.DiscardHandler)}
	return &machine{t, cfg, commit.New(server.Client(t), yang.NewChecker())}
}

// management takes the first interface that has a MAC address for the management port, and gives that.
func (m *machine) management() string {
	all, err := net.Interfaces()
	if err != nil {
		m.Fatal(err)
	}
	for _, i := range all {
		if hasMAC(i) {
			m.cfg.Management = i.Name
			return i.HardwareAddr.String()
		}
	}
	return ""
}

func (m *machine) boot() {
	m.Helper()
	if err := Run(m.Context(), m.cfg); err != nil {
		m.Fatal(err)
	}
}

// recorded checks the only commit in the journal.
func (m *machine) recorded(kind commit.Kind, comment string) {
	m.Helper()
	list, err := m.cfg.journal().List()
	if err != nil || len(list) != 1 || list[0].Kind != kind || list[0].Comment != comment || list[0].Author.Program != Name {
		m.Errorf("the journal has %+v, %v", list, err)
	}
}

func (m *machine) running() commit.Config {
	m.Helper()
	c, err := m.engine.Running(m.Context())
	if err != nil {
		m.Fatal(err)
	}
	return c
}

// TestFirstBoot: a switch without a configuration starts with the ports of its board, and saves that.
func TestFirstBoot(t *testing.T) {
	m := newMachine(t, map[string]string{"etc/board.yaml": boardFile, "machine.conf": "onie_version=1\nonie_platform=\"x86_64-test_two-r0\"\n",
		"device/x86_64-test_two-r0/default_sku": "Test-Two t1\n"})
	mac := m.management()
	m.boot()
	m.recorded(commit.KindBoot, "no configuration is saved: made from the board")
	want := commit.Config{
		"DEVICE_METADATA": {"localhost": {"hostname": "heddle", "platform": "x86_64-test_two-r0", "hwsku": "Test-Two"}},
		"BREAKOUT_CFG":    {"Ethernet0": {"brkout_mode": "1x100G[40G]"}, "Ethernet4": {"brkout_mode": "1x25G[10G]"}},
		"PORT": {
			"Ethernet0": {"alias": "Eth1", "lanes": "1,2,3,4", "speed": "100000", "index": "1", "subport": "0", "admin_status": "up", "mtu": "9100"},
			"Ethernet4": {"alias": "Eth2", "lanes": "5", "speed": "25000", "index": "2", "subport": "0", "admin_status": "up", "mtu": "9100"},
		},
	}
	got := m.running()
	if mac != "" {
		want["DEVICE_METADATA"]["localhost"]["mac"] = mac
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	saved, err := commit.ReadFile(m.cfg.Paths.ConfigFile())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(got, saved); d != "" {
		t.Errorf("saved: %s", d)
	}
	m.boot()
	if d := cmp.Diff(got, m.running()); d != "" {
		t.Errorf("the second start changed something: %s", d)
	}
}

// TestSavedConfiguration: what the operator saved wins, and the modes of its ports are found.
func TestSavedConfiguration(t *testing.T) {
	const saved = `{"DEVICE_METADATA": {"localhost": {"hostname": "leaf1", "mac": "02:00:00:00:00:01"}}, "PORT": {
		"Ethernet0": {"lanes": "1", "speed": "25000", "alias": "a"}, "Ethernet1": {"lanes": "2", "speed": "25000", "alias": "b"},
		"Ethernet2": {"lanes": "3", "speed": "10000", "alias": "c"}, "Ethernet3": {"lanes": "4", "speed": "25000", "alias": "d", "admin_status": "up"}}}`
	m := newMachine(t, map[string]string{"etc/board.yaml": boardFile, "etc/config_db.json": saved})
	want, err := commit.Parse([]byte(saved))
	if err != nil {
		t.Fatal(err)
	}
	want["BREAKOUT_CFG"] = commit.Table{"Ethernet0": {"brkout_mode": "4x25G[10G]"}} // Ethernet4 has no port
	m.boot()
	m.recorded(commit.KindBoot, "the saved configuration")
	if d := cmp.Diff(want, m.running()); d != "" {
		t.Error(d)
	}
	text, err := os.ReadFile(m.cfg.Paths.ConfigFile())
	if err != nil || string(text) != saved {
		t.Errorf("the saved file was changed: %s %v", text, err)
	}
}

// TestRefusals: what cannot be read or is wrong is told, and leaves the database as it is.
func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"no JSON", map[string]string{"etc/config_db.json": "{"}, "config_db.json"},
		{"a wrong row", map[string]string{"etc/config_db.json": `{"PORT": {"Ethernet0": {"lanes": "1", "speed": "fast"}}}`}, "PORT|Ethernet0 speed"},
		{"a wrong board", map[string]string{"etc/board.yaml": "sockets: 1"}, "board"},
		{"a platform of another folder", map[string]string{"machine.conf": "onie_platform=../../etc"}, "../../etc"},
		{"an empty hwsku", map[string]string{"machine.conf": "onie_platform=p", "device/p/default_sku": " \n"}, "default_sku is empty"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMachine(t, c.files)
			err := Run(t.Context(), m.cfg)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if got := m.running(); len(got) != 0 {
				t.Errorf("written all the same: %v", got)
			}
		})
	}
}

// TestUnknownBoard: a switch that nobody knows the ports of starts all the same.
func TestUnknownBoard(t *testing.T) {
	m := newMachine(t, map[string]string{"machine.conf": "onie_platform=x86_64-unknown-r0"})
	m.boot()
	if got := m.running(); len(got["PORT"]) != 0 || got["DEVICE_METADATA"]["localhost"]["platform"] != "x86_64-unknown-r0" {
		t.Errorf("%v", got)
	}
}

// TestCompiledIn: the software platform needs no file at all.
func TestCompiledIn(t *testing.T) {
	m := newMachine(t, map[string]string{"machine.conf": "onie_platform=x86_64-heddle_software-r0"})
	m.boot()
	if got := m.running(); len(got["PORT"]) < 64 || len(got["BREAKOUT_CFG"]) != len(got["PORT"]) {
		t.Errorf("%d ports, %d modes", len(got["PORT"]), len(got["BREAKOUT_CFG"]))
	}
}
