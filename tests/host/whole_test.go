package host_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

// whole runs the daemon on a machine whose /etc and name are its own, until it is ready, and tells what became of the machine.
const whole = `set -e
mount -t tmpfs tmpfs /mnt
mkdir /mnt/up /mnt/work
mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/up,workdir=/mnt/work /etc
mkdir /mnt/sbin /mnt/work2
mount -t overlay overlay -o lowerdir=/usr/sbin,upperdir=/mnt/sbin,workdir=/mnt/work2 /usr/sbin
touch /usr/sbin/tacacs-login
mount -t tmpfs tmpfs /run
useradd -M ada
printf 'password required pam_unix.so\n' > /etc/pam.d/chpasswd
echo ada:old | chpasswd
"$1" --database-config "$2/database_config.json" --ready-file "$2/ready" --state-dir "$2/owed" 2>"$2/log" &
daemon=$!
for i in $(seq 1200); do [ ! -e "$2/ready" ] || break; sleep 0.1; done
echo "name $(hostname)"
echo "zone $(readlink /etc/localtime)"
echo "resolver $(grep nameserver /etc/resolv.conf)"
echo "login $(grep common-auth /etc/pam.d/sshd)"
echo "secret $(stat -c %a /etc/pam_radius_auth.d/192.0.2.7_1812.conf)"
echo "age $(chage -l ada | grep -i '^maximum' | tr -s '\t ' ' ')"
echo "host $(getent hosts leaf1 | tr -s ' ')"
kill $daemon
wait $daemon
echo "end $?"
`

// TestWholeHost runs hostcfgd itself below /, where it changes the machine and not only files.
func TestWholeHost(t *testing.T) {
	needs(t, "unshare", "chage", "useradd", "sshd", "chronyd", "rsyslogd", "snmpd", "redis-server")
	for _, m := range []string{"pam_radius_auth.so", "pam_pwquality.so"} {
		if found, _ := filepath.Glob("/lib/*/security/" + m); len(found) == 0 {
			t.Skipf("needs %s", m)
		}
	}
	if _, err := os.Stat("/usr/share/zoneinfo/Europe/Zurich"); err != nil {
		t.Skip("needs tzdata")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "hostcfgd")
	if said, err := ask(t, "go", "build", "-o", program, "../../cmd/hostcfgd"); err != nil {
		t.Fatal(said, err)
	}
	server := redistest.Start(t)
	if err := server.Config().Write(filepath.Join(dir, "database_config.json")); err != nil {
		t.Fatal(err)
	}
	db := server.Client(t).DB(statedb.ConfigDB)
	for _, row := range []struct {
		table, key string
		fields     statedb.Fields
	}{
		{"DEVICE_METADATA", "localhost", statedb.Fields{"hostname": "leaf1", "timezone": "Europe/Zurich"}},
		{"DNS_NAMESERVER", "192.0.2.53", statedb.Fields{"NULL": "NULL"}},
		{"AAA", "authentication", statedb.Fields{"login": "radius,local"}},
		{"RADIUS_SERVER", "192.0.2.7", statedb.Fields{"passkey": "hush"}},
		{"PASSW_HARDENING", "POLICIES", statedb.Fields{"state": "enabled", "expiration": "90"}},
	} {
		if err := db.Replace(t.Context(), row.table, row.key, row.fields); err != nil {
			t.Fatal(err)
		}
	}
	said, err := exec.CommandContext(t.Context(), "unshare", "-m", "-u", "sh", "-c", whole, "sh", program, dir).CombinedOutput()
	log, _ := os.ReadFile(filepath.Join(dir, "log")) // for whoever reads a failure
	if err != nil {
		t.Fatalf("%v: %s\n%s", err, said, log)
	}
	want := []string{
		"name leaf1", "zone /usr/share/zoneinfo/Europe/Zurich", "resolver nameserver 192.0.2.53", "login @include common-auth-sonic", "secret 600",
		"age Maximum number of days between password change : 90", "host 127.0.1.1 leaf1", "end 0",
	}
	if got := strings.TrimSpace(string(said)); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s\n%s", got, strings.Join(want, "\n"), log)
	}
	if strings.Contains(string(log), "hush") {
		t.Error("a secret is in the log")
	}
	if now, err := os.Hostname(); err == nil && now == "leaf1" {
		t.Error("the test's own machine was named")
	}
}
