package remoteuser

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const groupFile = "root:x:0:\nsudo:x:27:\noperator:x:37:low,hand\nlab:x:1001:high,low\n"

// machine is one of which only the files of users are there; what is started is noted.
func machine(t *testing.T, passwd, groups string) (Keeper, *[]string) {
	t.Helper()
	dir := t.TempDir()
	var started []string
	k := Keeper{Passwd: filepath.Join(dir, "passwd"), Group: filepath.Join(dir, "group"), Log: slog.New(slog.DiscardHandler)}
	k.Run = func(_ context.Context, _ []string, argv ...string) (string, error) {
		started = append(started, strings.Join(argv, " "))
		return "", nil
	}
	for path, text := range map[string]string{k.Passwd: passwd, k.Group: groups} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return k, &started
}

func TestKeep(t *testing.T) {
	passwd := "root:x:0:0:root:/root:/bin/bash\nhand:x:1000:1000:made by hand:/home/hand:/bin/bash\n" +
		fmt.Sprintf("low:x:%d:100:remote_user:/home/low:/bin/bash\nhigh:x:%d:100:remote_user_su:/home/high:/bin/bash\nthief:x:%d:100::/:/bin/sh\n", UID("low"), UID("high"), UID("victim"))
	for _, c := range []struct {
		name, user string
		level      int
		started    string // "" for nothing
		wrong      string
	}{
		{"new, may do everything", "ada", 15, fmt.Sprintf("/usr/sbin/useradd --no-log-init --create-home --home-dir /home/ada --shell /bin/bash --uid %d --no-user-group --gid 100 --groups sudo --comment remote_user_su -- ada", UID("ada")), ""},
		{"new, may look", "bob", 1, fmt.Sprintf("/usr/sbin/useradd --no-log-init --create-home --home-dir /home/bob --shell /bin/bash --uid %d --no-user-group --gid 100 --groups operator --comment remote_user -- bob", UID("bob")), ""},
		{"known, nothing changed", "low", 14, "", ""},
		{"known, rises, and stays in what is the switch's", "low", 15, "/usr/sbin/usermod --groups sudo,lab --comment remote_user_su -- low", ""},
		{"known, falls", "high", 1, "/usr/sbin/usermod --groups operator,lab --comment remote_user -- high", ""},
		{"the switch's own", "hand", 15, "", ""},
		{"root", "root", 15, "", ""},
		{"a number that another has", "victim", 15, "", "is that of thief"},
		{"no name", "-x", 15, "", "not a name of a user"},
		{"a name with a line", "a\nb", 15, "", "not a name of a user"},
		{"a path", "../etc", 15, "", "not a name of a user"},
		{"nobody", "", 15, "", "not a name of a user"},
	} {
		t.Run(c.name, func(t *testing.T) {
			k, started := machine(t, passwd, groupFile)
			err := k.Keep(t.Context(), c.user, c.level)
			if (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
				t.Errorf("got %v, want %q", err, c.wrong)
			}
			if got := strings.Join(*started, "\n"); got != c.started {
				t.Errorf("started\n%s\nwant\n%s", got, c.started)
			}
		})
	}
}

func TestKeepFails(t *testing.T) {
	k, _ := machine(t, "", "redis:x:1:\n")
	if err := k.Keep(t.Context(), "ada", 15); err == nil || !strings.Contains(err.Error(), "none of the groups") {
		t.Errorf("without a group of a role: %v", err)
	}
	k, _ = machine(t, "", groupFile)
	k.Run = func(context.Context, []string, ...string) (string, error) {
		return "useradd: cannot lock /etc/passwd\n", errors.New("exit status 1")
	}
	if err := k.Keep(t.Context(), "ada", 15); err == nil || !strings.Contains(err.Error(), "cannot lock") {
		t.Errorf("got %v", err)
	}
	k.Passwd = "/nonexistent"
	if err := k.Keep(t.Context(), "ada", 15); err == nil {
		t.Error("no error without users")
	}
	if _, err := k.Local("ada"); err == nil {
		t.Error("no error without users")
	}
}

func TestLocal(t *testing.T) {
	k, _ := machine(t, "hand:x:1000:1000:made by hand:/home/hand:/bin/bash\nlow:x:5:100:remote_user:/home/low:/bin/bash\n", groupFile)
	for user, want := range map[string]bool{"hand": true, "low": false, "nobody-here": false} {
		if got, err := k.Local(user); got != want || err != nil {
			t.Errorf("%s: %v, %v", user, got, err)
		}
	}
	if Is(0) || Is(UID("nobody-here")) {
		t.Error("root or nobody is a server's")
	}
}

// namesLikeSSHD has getent ask the name service as sshd does: what matters is which file the program is.
const namesLikeSSHD = `set -e
mount -t tmpfs tmpfs /mnt
mkdir /mnt/up /mnt/work /mnt/lib
mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/up,workdir=/mnt/work /etc
printf 'passwd: files heddle\n' > /etc/nsswitch.conf
printf 'thief:x:%s:100::/:/bin/sh\n' "$2" >> /etc/passwd
cp "$1" /mnt/lib/libnss_heddle.so.2
cp "$(command -v getent)" /mnt/getent
export LD_LIBRARY_PATH=/mnt/lib
/mnt/getent passwd ada || echo "another program: unknown"
mount --bind /mnt/getent /usr/sbin/sshd
shift 2
for n in "$@"; do /usr/sbin/sshd passwd -- "$n" || echo "unknown"; done
setpriv --reuid 65534 --clear-groups /usr/sbin/sshd passwd ada || echo "another user: unknown"
`

// TestNameService: the module answers sshd alone, with what Keep makes, and never with what the switch has.
func TestNameService(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root")
	}
	for _, p := range []string{"unshare", "gcc", "getent", "setpriv", "/usr/sbin/sshd"} {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("needs %s", p)
		}
	}
	library := filepath.Join(t.TempDir(), "libnss_heddle.so.2")
	if said, err := exec.CommandContext(t.Context(), "gcc", "-std=gnu11", "-fPIC", "-shared", "-Wall", "-Wextra", "-Werror", "-o", library, "nss/nss_heddle.c").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	long := strings.Repeat("n", 32)
	good := []string{"ada", "Bob.Jones-7", "_x", long}
	bad := []string{"victim", "-ada", "7up", "a b", "a:b", "a/b", "ä", long + "n", ""}
	args := append([]string{"-m", "sh", "-c", namesLikeSSHD, "sh", library, fmt.Sprint(UID("victim"))}, append(good, bad...)...)
	said, err := exec.CommandContext(t.Context(), "unshare", args...).CombinedOutput()
	if strings.Contains(string(said), "permission denied") && strings.Contains(string(said), "mount") {
		t.Skip("cannot mount here")
	}
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	want := []string{"another program: unknown"}
	for _, n := range good {
		if err := CheckName(n); err != nil {
			t.Error(n, err)
		}
		want = append(want, fmt.Sprintf("%s:*:%d:%d:%s:/home/%s:/bin/bash", n, UID(n), group, Mark, n))
	}
	for range bad {
		want = append(want, "unknown")
	}
	want = append(want, "another user: unknown")
	if got := strings.TrimSpace(string(said)); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	for _, n := range bad[1:] {
		if CheckName(n) == nil {
			t.Errorf("%q is a name here and none there", n)
		}
	}
}
