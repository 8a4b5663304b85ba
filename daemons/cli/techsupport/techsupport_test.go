package techsupport

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/paths"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

var now = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// unpack reads an archive.
func unpack(t *testing.T, name string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	gz, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]string)
	for r := tar.NewReader(gz); ; {
		head, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(head.Name, "/")
		files[rest] = string(text)
	}
}

func TestArchive(t *testing.T) {
	server := redistest.Start(t)
	db := server.Client(t).DB(4).Redis()
	for key, fields := range map[string][]any{
		"PORT|Ethernet0":           {"mtu", "9100"},
		"TACPLUS_SERVER|192.0.2.1": {"passkey", "opensesame"},
		"SNMP_COMMUNITY|privately": {"TYPE", "RO"},
		"NTP_KEY|1":                {"value", "opensesame"},
	} {
		if err := db.HSet(t.Context(), key, fields...).Err(); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "etc/config_db.json"), `{"TACPLUS": {"global": {"passkey": "opensesame"}}, "SNMP_COMMUNITY": {"privately": {"TYPE": "RO"}}}`)
	write(t, filepath.Join(dir, "etc/snmpd.conf"), "rocommunity privately\n")
	write(t, filepath.Join(dir, "root/var/log/syslog"), "lately\n")
	write(t, filepath.Join(dir, "root/var/log/old"), "long ago\n")
	if err := os.Chtimes(filepath.Join(dir, "root/var/log/old"), now, now.AddDate(-1, 0, 0)); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	s := &session.Session{
		Out: &out, Err: io.Discard, Now: func() time.Time { return now },
		Getenv: func(name string) string {
			return map[string]string{"HEDDLE_RUN_DIR": filepath.Dir(server.Socket), "HEDDLE_DUMP_DIR": filepath.Join(dir, "dump")}[name]
		},
		Paths: paths.Paths{RunDir: filepath.Dir(server.Socket), EtcDir: filepath.Join(dir, "etc")},
	}
	o := &options{session: s, root: filepath.Join(dir, "root"), show: func(_ context.Context, args []string, w io.Writer) error {
		if args[0] == "arp" {
			return errors.New("no neighbours today")
		}
		_, err := fmt.Fprintln(w, args)
		return err
	}}
	cmd := o.command()
	if code := click.Run(t.Context(), cmd, []string{"--since", "2 days ago"}, &out, &out, nil); code != 0 {
		t.Fatal(out.String())
	}
	files := unpack(t, strings.TrimSpace(out.String()))
	check(t, files)
	if left, _ := filepath.Glob(filepath.Join(dir, "dump", "*")); len(left) != 1 {
		t.Errorf("left behind: %q", left)
	}
}

func check(t *testing.T, files map[string]string) {
	t.Helper()
	for name, text := range files {
		if strings.Contains(text, "opensesame") || strings.Contains(text, "privately") {
			t.Errorf("%s tells a secret", name)
		}
	}
	var dump map[string]struct{ Value map[string]string }
	if err := json.Unmarshal([]byte(files["dump/CONFIG_DB.json"]), &dump); err != nil {
		t.Fatal(err)
	}
	if dump["PORT|Ethernet0"].Value["mtu"] != "9100" {
		t.Errorf("CONFIG_DB: %v", dump)
	}
	if _, ok := files["dump/show_vlan_brief.txt"]; !ok {
		t.Error("the output of show vlan brief is missing")
	}
	if !strings.Contains(files["errors.txt"], "dump/show_arp.txt: no neighbours today") {
		t.Errorf("errors: %s", files["errors.txt"])
	}
	if _, ok := files["log/old"]; ok || files["log/syslog"] != "lately\n" {
		t.Error("logs are not those since the date")
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestSince(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "0001-01-01T00:00:00Z",
		"yesterday":            "2026-11-29T12:00:00Z",
		"today":                "2026-11-30T00:00:00Z",
		"2 hours ago":          "2026-11-30T10:00:00Z",
		"1 Week ago":           "2026-11-23T12:00:00Z",
		"2026-01-02":           "2026-01-02T00:00:00Z",
		"2026-01-02 03:04":     "2026-01-02T03:04:00Z",
		"2026-01-02T03:04:05Z": "2026-01-02T03:04:05Z",
		"soon":                 "",
		"-1 hours ago":         "",
		"2 moons ago":          "",
	} {
		got, err := parseSince(text, now)
		switch {
		case err != nil && want == "":
		case err != nil:
			t.Errorf("%q: %s", text, err)
		case cmp.Diff(want, got.Format(time.RFC3339)) != "":
			t.Errorf("%q: %s, want %s", text, got.Format(time.RFC3339), want)
		}
	}
}
