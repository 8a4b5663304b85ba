package render_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/render"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
	"github.com/heddle-nos/heddle/daemons/tacacs/tacacstest"
)

// prologue makes an /etc of its own, in which there are users: tester, who has a password, and remote, who has none.
const prologue = `set -e
mount -t tmpfs tmpfs /mnt
mkdir /mnt/up /mnt/work
mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/up,workdir=/mnt/work /etc
cp -r "$1"/etc/. /etc/
useradd -M tester
useradd -M remote
printf 'auth include common-auth-sonic\naccount required pam_permit.so\n' > /etc/pam.d/hostcfgd-test
give() { if printf '%s:%s\n' "$1" "$2" | chpasswd >/dev/null 2>&1; then echo "$2 is taken"; else echo "$2 is refused"; fi; }
try() { if printf '%s\n' "$2" | pamtester hostcfgd-test "$1" authenticate >/dev/null 2>&1; then echo "$1 is in"; else echo "$1 is out"; fi; }
`

// inHost runs a script in a mount namespace whose /etc has the files rendered, and gives what it says.
func inHost(t *testing.T, out render.Output, script string) []string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	for _, p := range []string{"unshare", "pamtester", "chpasswd", "useradd"} {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("needs %s", p)
		}
	}
	if len(out.Problems) > 0 {
		t.Fatal(out.Problems)
	}
	dir := t.TempDir()
	for _, f := range out.Files {
		if f.Gone || f.Edit != nil {
			continue
		}
		path := filepath.Join(dir, f.Path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(f.Content()), f.Mode); err != nil {
			t.Fatal(err)
		}
	}
	said, err := exec.CommandContext(t.Context(), "unshare", "-m", "sh", "-c", prologue+script, "sh", dir).CombinedOutput()
	if strings.Contains(string(said), "permission denied") && strings.Contains(string(said), "mount") {
		t.Skip("cannot mount here")
	}
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return strings.Split(strings.TrimSpace(string(said)), "\n")
}

func expectSaid(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestPasswordRules has Debian's PAM apply what was rendered to passwords.
func TestPasswordRules(t *testing.T) {
	t.Parallel()
	needModule(t, "pam_pwquality.so")
	out := service(t, "password").Render(row.Tables{"PASSW_HARDENING": {"POLICIES": {"state": "enabled", "len_min": "12", "special_class": "false", "history_cnt": "5"}}})
	got := inHost(t, out, `
for p in Sh0rt alllowercase123 ALLUPPERCASE123 NoDigitsAtAllHere Xtester1234AB Str0ngpasswordx Str0ngpasswordx Str0ngpasswordy Str0ngpasswordx; do give tester $p; done`)
	expectSaid(t, got, "Sh0rt is refused", "alllowercase123 is refused", "ALLUPPERCASE123 is refused", "NoDigitsAtAllHere is refused", "Xtester1234AB is refused",
		"Str0ngpasswordx is taken", "Str0ngpasswordx is refused", "Str0ngpasswordy is taken", "Str0ngpasswordx is refused")
	off := service(t, "password").Render(nil)
	expectSaid(t, inHost(t, off, "give tester x1"), "x1 is taken")
}

func needModule(t *testing.T, module string) {
	t.Helper()
	for _, arch := range []string{"x86_64", "aarch64"} {
		if _, err := os.Stat("/lib/" + arch + "-linux-gnu/security/" + module); err == nil {
			return
		}
	}
	t.Skipf("needs %s", module)
}

const people = "\nprintf 'password required pam_unix.so\\n' > /etc/pam.d/chpasswd\ngive tester local >/dev/null\ngive root toor >/dev/null\n"

func TestLocalLogin(t *testing.T) {
	t.Parallel()
	out := service(t, "login").Render(nil)
	got := inHost(t, out, people+"try tester local; try tester wrong; try root toor; try root wrong; try remote any; try nobody-here any")
	expectSaid(t, got, "tester is in", "tester is out", "root is in", "root is out", "remote is out", "nobody-here is out")
}

// TestRADIUSLogin has Debian's pam_radius_auth ask a server of ours.
func TestRADIUSLogin(t *testing.T) {
	t.Parallel()
	needModule(t, "pam_radius_auth.so")
	server := startRADIUS(t, "shared", map[string]string{"remote": "far", "root": "taken over", "newcomer": "far", "chief": "far"})
	install := people + installHelp(t)
	login := func(methods, failthrough string, ports ...int) render.Output {
		rows := row.Tables{"AAA": {"authentication": {"login": methods, "failthrough": failthrough}}, "RADIUS": {"global": {"passkey": "shared", "timeout": "3", "retransmit": "1"}}, "RADIUS_SERVER": {}}
		for i, port := range ports {
			rows["RADIUS_SERVER"][fmt.Sprintf("127.0.0.%d", i+1)] = map[string]string{"auth_port": fmt.Sprint(port), "priority": fmt.Sprint(9 - i)}
		}
		return service(t, "login").Render(rows)
	}
	const all = "try remote far; try remote wrong; try tester local; try root toor; try root 'taken over'"
	for _, c := range []struct {
		name, methods, failthrough string
		ports                      []int
		script                     string
		want                       []string
	}{
		{"a refusal ends it", "radius,local", "False", []int{server}, all, []string{"remote is in", "remote is out", "tester is out", "root is in", "root is out"}},
		{"a refusal is passed over", "radius,local", "True", []int{server}, all, []string{"remote is in", "remote is out", "tester is in", "root is in", "root is out"}},
		{"local first", "local,radius", "False", []int{server}, "try remote far; try tester local; try tester far", []string{"remote is out", "tester is in", "tester is out"}},
		{"local first, passed over", "local,radius", "True", []int{server}, "try remote far; try tester local", []string{"remote is in", "tester is in"}},
		{"the next server is asked", "radius,local", "False", []int{unusedPort(t), server}, "try remote far", []string{"remote is in"}},
		{"the switch is asked", "radius,local", "False", []int{unusedPort(t)}, "try tester local; try tester wrong", []string{"tester is in", "tester is out"}},
		{"newcomers become users", "radius,local", "False", []int{server}, "try newcomer wrong; id newcomer 2>/dev/null || echo nobody; try newcomer far; try chief far; id -Gn newcomer | tr ' ' '\\n' | grep operator; id -Gn chief | tr ' ' '\\n' | grep sudo; id -Gn remote",
			[]string{"newcomer is out", "nobody", "newcomer is in", "chief is in", "operator", "sudo", "remote"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // all they do is wait
			expectSaid(t, inHost(t, login(c.methods, c.failthrough, c.ports...), install+c.script), c.want...)
		})
	}
}

// installHelp gives the part of a script that puts our program where PAM starts it.
func installHelp(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "tacacs-login")
	if said, err := exec.CommandContext(t.Context(), "env", "CGO_ENABLED=0", "go", "build", "-o", program, "../../../cmd/tacacs-login").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	return `
mkdir /mnt/up2 /mnt/work2 /mnt/run
mount -t overlay overlay -o lowerdir=/usr/sbin,upperdir=/mnt/up2,workdir=/mnt/work2 /usr/sbin
mount --bind /mnt/run /run
mount -t tmpfs tmpfs /home
cp ` + program + ` /usr/sbin/tacacs-login
`
}

// TestTACACSLogin has PAM start the program of ours, which asks a server of ours.
func TestTACACSLogin(t *testing.T) {
	t.Parallel()
	install := people + installHelp(t)
	server := tacacstest.Server{Key: "shared", Users: map[string]string{"remote": "far", "root": "taken over"}}
	up := server.Start(t, "127.0.0.1:0")
	login := func(failthrough string, port int) render.Output {
		return service(t, "login").Render(row.Tables{
			"AAA": {"authentication": {"login": "tacacs+,local", "failthrough": failthrough}}, "TACPLUS": {"global": {"passkey": "shared", "timeout": "30", "auth_type": "chap"}},
			"TACPLUS_SERVER": {"127.0.0.1": {"tcp_port": fmt.Sprint(port)}},
		})
	}
	for _, c := range []struct {
		name, failthrough string
		port              int
		script            string
		want              []string
	}{
		{"a refusal ends it", "False", up, "try remote far; try remote wrong; try tester local; try root toor; try root 'taken over'", []string{"remote is in", "remote is out", "tester is out", "root is in", "root is out"}},
		{"a refusal is passed over", "True", up, "try remote far; try tester local; try tester wrong", []string{"remote is in", "tester is in", "tester is out"}},
		{"the switch is asked", "False", unusedPort(t), "try tester local; try tester wrong; try remote far", []string{"tester is in", "tester is out", "remote is out"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			expectSaid(t, inHost(t, login(c.failthrough, c.port), install+c.script), c.want...)
		})
	}
}
