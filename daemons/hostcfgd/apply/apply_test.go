package apply

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/render"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
)

// units records what services are told.
type units struct {
	told []string
	fail error
}

func (u *units) note(what, unit string) error {
	u.told = append(u.told, strings.TrimSpace(what+" "+unit))
	return u.fail
}

func (u *units) Relearn(context.Context) error             { return u.note("relearn", "") }
func (u *units) Reload(_ context.Context, n string) error  { return u.note("reload", n) }
func (u *units) Restart(_ context.Context, n string) error { return u.note("restart", n) }
func (u *units) Start(_ context.Context, n string) error   { return u.note("start", n) }
func (u *units) Stop(_ context.Context, n string) error    { return u.note("stop", n) }
func (u *units) take() (told []string)                     { told, u.told = u.told, nil; return told }
func (u *units) expect(t *testing.T, want ...string)       { t.Helper(); same(t, u.take(), want) }

func same(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// host is a picture of one, with what checkers look for.
func host(t *testing.T) (*Applier, *units) {
	t.Helper()
	root := t.TempDir()
	for _, dir := range []string{"lib/x86_64-linux-gnu", "usr/sbin", "etc"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// Debian's modules of PAM, for those that are installed here.
	if err := os.Symlink("/lib/x86_64-linux-gnu/security", filepath.Join(root, "lib/x86_64-linux-gnu/security")); err != nil {
		t.Fatal(err)
	}
	put(t, root, "/usr/sbin/tacacs-login", "")
	put(t, root, "/usr/sbin/kdump-config", "")
	put(t, root, "/usr/share/zoneinfo/Europe/Zurich", "")
	u := &units{}
	return &Applier{Disk: Disk{Root: root}, Units: u, Owed: filepath.Join(t.TempDir(), "owed"), Log: slog.New(slog.NewTextHandler(t.Output(), nil))}, u
}

func put(t *testing.T, root, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(root, filepath.Dir(path)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, path), []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, root, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, path))
	if errors.Is(err, os.ErrNotExist) {
		return "(absent)"
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// needs skips a test where Debian's checkers are not installed; scripts/setup.sh installs them.
func needs(t *testing.T, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("needs %s", p)
		}
	}
	if slices.Contains(programs, "sshd") && os.Geteuid() != 0 {
		t.Skip("needs root for sshd")
	}
}

func service(t *testing.T, name string) render.Service {
	t.Helper()
	for _, s := range render.Services() {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no service %s", name)
	return render.Service{}
}

// TestCheckersAcceptGoldens has the services' own checkers judge what the goldens of render show.
func TestCheckersAcceptGoldens(t *testing.T) {
	needs(t, "sshd", "chronyd", "rsyslogd", "snmpd")
	archives, err := filepath.Glob("../render/testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no goldens", err)
	}
	for _, path := range archives {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		kind, _, _ := strings.Cut(name, "-")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			rows := make(row.Tables)
			if err := json.Unmarshal(a.Files[0].Data, &rows); err != nil {
				t.Fatal(err)
			}
			s := service(t, kind)
			out := s.Render(rows)
			if len(out.Problems) > 0 {
				t.Skip("is about problems")
			}
			needsModules(t, out)
			applier, told := host(t)
			for _, f := range a.Files {
				if old, ok := strings.CutPrefix(f.Name, "old/"); ok {
					put(t, applier.Disk.Root, "/"+old, string(f.Data))
				}
			}
			problems, err := applier.Apply(t.Context(), s, out)
			if err != nil || len(problems) > 0 {
				t.Fatal(problems, err)
			}
			if again, err := applier.Apply(t.Context(), s, out); err != nil || len(again) > 0 {
				t.Fatal(again, err)
			}
			var want []string
			for _, u := range out.Units {
				want = append(want, strings.TrimSpace([...]string{"reload", "restart", "start", "stop", "relearn"}[u.Action]+" "+u.Name))
			}
			told.expect(t, want...) // once
		})
	}
}

// needsModules skips where a module of PAM is not installed: that of LDAP would change this machine's own logins.
func needsModules(t *testing.T, out render.Output) {
	t.Helper()
	for _, f := range out.Files {
		for _, m := range []string{"pam_ldap.so", "pam_radius_auth.so", "pam_pwquality.so"} {
			if _, err := os.Stat("/lib/x86_64-linux-gnu/security/" + m); err != nil && strings.Contains(f.Content(), m) {
				t.Skipf("needs %s", m)
			}
		}
	}
}

func ssh(t *testing.T, rows map[string]string) render.Output {
	return service(t, "ssh").Render(row.Tables{"SSH_SERVER": {"POLICIES": rows}})
}

// TestRefusalKeepsTheOldFile: the rows are good, and yet sshd does not understand what became of them.
func TestRefusalKeepsTheOldFile(t *testing.T) {
	needs(t, "sshd")
	a, told := host(t)
	const path = "/etc/ssh/sshd_config.d/10-hostcfgd.conf"
	if problems, err := a.Apply(t.Context(), service(t, "ssh"), ssh(t, nil)); err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	before := get(t, a.Disk.Root, path)
	told.expect(t, "reload ssh.service")
	out := ssh(t, map[string]string{"ports": "2222"})
	policies := row.Name{Table: "SSH_SERVER", Key: "POLICIES"}
	out.Files[0].Lines = append(out.Files[0].Lines, hostfile.Line{From: policies, Text: "Ciphers rot13"})
	problems, err := a.Apply(t.Context(), service(t, "ssh"), out)
	if err != nil {
		t.Fatal(err)
	}
	if len(problems) != 1 || problems[0].Row != policies || !strings.Contains(problems[0].Err.Error(), "rot13") {
		t.Fatalf("got %v", problems)
	}
	if now := get(t, a.Disk.Root, path); now != before {
		t.Errorf("a file that is refused replaced another: %s", now)
	}
	if left, _ := filepath.Glob(filepath.Join(a.Disk.Root, "etc/ssh/sshd_config.d/.*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	told.expect(t)
}

// TestRefusalNamesTheRow: the line that the checker names comes from one of many rows.
func TestRefusalNamesTheRow(t *testing.T) {
	needs(t, "rsyslogd")
	a, _ := host(t)
	s := service(t, "syslog")
	out := s.Render(row.Tables{"SYSLOG_SERVER": {
		"192.0.2.1": {}, "192.0.2.2": {"filter": "include", "filter_regex": "lag"}, "192.0.2.3": {}, "192.0.2.4": {"filter": "include", "filter_regex": "lag("},
	}})
	problems, err := a.Apply(t.Context(), s, out)
	if err != nil {
		t.Fatal(err)
	}
	if len(problems) != 1 || problems[0].Row.Key != "192.0.2.4" {
		t.Fatalf("got %v", problems)
	}
}

// TestToldAfterDeath: we die between the change and the telling.
func TestToldAfterDeath(t *testing.T) {
	needs(t, "sshd")
	a, told := host(t)
	told.fail = errors.New("no bus")
	if _, err := a.Apply(t.Context(), service(t, "ssh"), ssh(t, nil)); !errors.Is(err, told.fail) {
		t.Fatalf("got %v", err)
	}
	told.take()
	next := &Applier{Disk: a.Disk, Units: &units{}, Owed: a.Owed, Log: a.Log}
	for range 2 {
		if problems, err := next.Apply(t.Context(), service(t, "ssh"), ssh(t, nil)); err != nil || len(problems) > 0 {
			t.Fatal(problems, err)
		}
	}
	next.Units.(*units).expect(t, "reload ssh.service")
}

// TestStopAfterBoot: a boot starts what is to be stopped, and no file differs.
func TestStopAfterBoot(t *testing.T) {
	needs(t, "chronyd")
	a, _ := host(t)
	s := service(t, "ntp")
	out := s.Render(row.Tables{"NTP": {"global": {"admin_state": "disabled"}}})
	for life := range 2 {
		u := &units{}
		next := &Applier{Disk: a.Disk, Units: u, Owed: a.Owed, Log: a.Log}
		for range 3 {
			if problems, err := next.Apply(t.Context(), s, out); err != nil || len(problems) > 0 {
				t.Fatal(life, problems, err)
			}
		}
		u.expect(t, "stop chrony.service")
	}
}

func lines(path, first string, rest ...string) hostfile.File {
	t := hostfile.New(first)
	for _, l := range rest {
		t.Add("%s", l)
	}
	return t.File(path, hostfile.Secret, nil)
}

// TestFiles: what is ours goes and changes, what is others' stays, and secrets are nobody else's.
func TestFiles(t *testing.T) {
	a, _ := host(t)
	root := a.Disk.Root
	do := func(out render.Output) {
		t.Helper()
		if problems, err := a.Apply(t.Context(), render.Service{Name: "any"}, out); err != nil || len(problems) > 0 {
			t.Fatal(problems, err)
		}
	}
	put(t, root, "/etc/theirs", "theirs\n")
	put(t, root, "/etc/edited", "a\n")
	put(t, root, "/etc/keys.d/old.conf", "# "+hostfile.Mark+"\nsecret\n")
	do(render.Output{
		Owns: []string{"/etc/keys.d/*.conf"},
		Files: []hostfile.File{
			lines("/etc/keys.d/new.conf", "#", "secret"),
			{Path: "/etc/theirs", Gone: true},
			{Path: "/etc/edited", Edit: func(old string) string { return old + "b\n" }, Mode: hostfile.Public},
			{Path: "/etc/none", Gone: true},
		},
	})
	for path, want := range map[string]string{
		"/etc/theirs": "theirs\n", "/etc/edited": "a\nb\n", "/etc/keys.d/old.conf": "(absent)", "/etc/none": "(absent)",
		"/etc/keys.d/new.conf": "# " + hostfile.Mark + "\nsecret\n",
	} {
		if got := get(t, root, path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	info, err := os.Stat(filepath.Join(root, "etc/keys.d/new.conf"))
	if err != nil || info.Mode() != 0o600 {
		t.Errorf("a secret is readable: %v %v", info.Mode(), err)
	}
	shy := lines("/etc/theirs", "#", "ours")
	shy.Shy = true
	do(render.Output{Files: []hostfile.File{shy}})
	if got := get(t, root, "/etc/theirs"); got != "theirs\n" {
		t.Errorf("a shy file replaced another: %q", got)
	}
}

func TestResolverGivesTheFileBack(t *testing.T) {
	a, _ := host(t)
	s := service(t, "dns")
	apply := func(rows row.Tables) {
		t.Helper()
		if problems, err := a.Apply(t.Context(), s, s.Render(rows)); err != nil || len(problems) > 0 {
			t.Fatal(problems, err)
		}
	}
	const path = "/etc/resolv.conf"
	put(t, a.Disk.Root, path, "nameserver 192.0.2.99\n")
	apply(nil)
	if got := get(t, a.Disk.Root, path); got != "nameserver 192.0.2.99\n" {
		t.Errorf("the DHCP client's file became %q", got)
	}
	apply(row.Tables{"DNS_NAMESERVER": {"192.0.2.53": {}}})
	if got := get(t, a.Disk.Root, path); !strings.Contains(got, "nameserver 192.0.2.53\n") {
		t.Errorf("got %q", got)
	}
	apply(nil)
	if got := get(t, a.Disk.Root, path); got != "(absent)" {
		t.Errorf("got %q", got)
	}
}

// TestLink: a time zone is a link, which is replaced in one step; one that is not installed is refused.
func TestLink(t *testing.T) {
	a, _ := host(t)
	s := service(t, "timezone")
	apply := func(zone string) []row.Problem {
		t.Helper()
		problems, err := a.Apply(t.Context(), s, s.Render(row.Tables{"DEVICE_METADATA": {"localhost": {"timezone": zone}}}))
		if err != nil {
			t.Fatal(err)
		}
		return problems
	}
	if problems := apply("Europe/Zurich"); len(problems) > 0 {
		t.Fatal(problems)
	}
	if problems := apply("Europe/Atlantis"); len(problems) != 1 || problems[0].Row.Table != render.TimezoneErrors {
		t.Fatalf("got %v", problems)
	}
	if to, err := os.Readlink(filepath.Join(a.Disk.Root, "etc/localtime")); err != nil || to != "/usr/share/zoneinfo/Europe/Zurich" {
		t.Errorf("the link is to %q, %v", to, err)
	}
	if got := get(t, a.Disk.Root, "/etc/timezone"); got != "Europe/Zurich\n" {
		t.Errorf("got %q", got)
	}
}

// TestMissingChecker: a service that is not installed is not configured, and says so.
func TestMissingChecker(t *testing.T) {
	a, _ := host(t)
	f := lines("/etc/x.conf", "#")
	f.Check = &hostfile.Check{Program: []string{"no-such-checker-of-hostcfgd", hostfile.PlaceFile}}
	home := row.Name{Table: "T", Key: "k"}
	problems, err := a.Apply(t.Context(), render.Service{Name: "x", Home: home}, render.Output{Files: []hostfile.File{f}})
	if err != nil || len(problems) != 1 || problems[0].Row != home || !strings.Contains(fmt.Sprint(problems[0].Err), "is not installed") {
		t.Fatal(problems, err)
	}
}

// system notes what is done to the machine.
type system struct{ boots int }

func (*system) SetHostname(string) error                   { return nil }
func (*system) SetAges(context.Context, render.Ages) error { return nil }
func (s *system) UpdateBoot(context.Context) error         { s.boots++; return nil }

// TestBootLoader: it is told of a change, and of nothing else; dumps that nobody would write are not promised.
func TestBootLoader(t *testing.T) {
	a, _ := host(t)
	s := &system{}
	a.System = s
	kdump := service(t, "kdump")
	out := kdump.Render(row.Tables{"KDUMP": {"config": {"enabled": "true"}}})
	for range 2 {
		if problems, err := a.Apply(t.Context(), kdump, out); err != nil || len(problems) > 0 {
			t.Fatal(problems, err)
		}
	}
	if s.boots != 1 {
		t.Errorf("told %d times", s.boots)
	}
	if err := os.Remove(filepath.Join(a.Disk.Root, "/usr/sbin/kdump-config")); err != nil {
		t.Fatal(err)
	}
	problems, err := a.Apply(t.Context(), kdump, kdump.Render(row.Tables{"KDUMP": {"config": {"enabled": "true", "num_dumps": "7"}}}))
	if err != nil || len(problems) != 1 || !strings.Contains(problems[0].Err.Error(), "kdump-tools is not installed") {
		t.Errorf("without kdump-tools: %v, %v", problems, err)
	}
}
