package host_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/daemons/tacacs/remoteuser"
	"github.com/heddle-nos/heddle/daemons/tacacs/tacacstest"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
)

// newcomers runs hostcfgd and sshd on a machine whose users are its own, and has people log in whom only a TACACS+ server knows.
const newcomers = `set -e
bin=$1; dir=$2; port=$3
mount -t tmpfs tmpfs /mnt
mkdir /mnt/etc /mnt/work /mnt/sbin /mnt/work2
mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/etc,workdir=/mnt/work /etc
mount -t overlay overlay -o lowerdir=/usr/sbin,upperdir=/mnt/sbin,workdir=/mnt/work2 /usr/sbin
mount -t tmpfs tmpfs /home
mount -t tmpfs tmpfs /run
mkdir -p /run/sshd
cp "$bin/tacacs-login" /usr/sbin/
export LD_LIBRARY_PATH=$bin
"$bin/hostcfgd" --database-config "$dir/database_config.json" --ready-file "$dir/ready" --state-dir "$dir/owed" 2>"$dir/log" &
daemon=$!
for i in $(seq 1200); do [ ! -e "$dir/ready" ] || break; sleep 0.1; done
echo "names $(grep ^passwd: /etc/nsswitch.conf | tr -s ' ')"
ssh-keygen -A >/dev/null
sed -i /pam_loginuid/d /etc/pam.d/sshd # a machine without the kernel's audit has none
/usr/sbin/sshd -D -E "$dir/sshd.log" -p "$port" -o ListenAddress=127.0.0.1 -o PidFile=none &
sshd=$!
trap 'kill $sshd $daemon; wait' EXIT
for i in $(seq 600); do ! grep -q 'Server listening' "$dir/sshd.log" 2>/dev/null || break; sleep 0.1; done
printf '#!/bin/sh\necho "$PASSWORD"\n' > /mnt/askpass
chmod +x /mnt/askpass
export SSH_ASKPASS=/mnt/askpass SSH_ASKPASS_REQUIRE=force
try() {
	PASSWORD=$2 setsid ssh -p "$port" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o PreferredAuthentications=password \
		-o NumberOfPasswordPrompts=1 "$1@127.0.0.1" 'echo "$(id -un) $(id -u) $(id -Gn) $(pwd)"' 2>/dev/null || echo "$1 is out, $(grep -c "^$1:" /etc/passwd) account"
}
try ada right
try ada right
try ada wrong
try eve right
try bob right
try ghost right
echo "comments $(grep -E '^(ada|bob):' /etc/passwd | cut -d: -f5 | tr '\n' ' ')"
`

func build(t *testing.T, dir string) {
	t.Helper()
	for _, argv := range [][]string{
		{"env", "CGO_ENABLED=0", "go", "build", "-o", dir + "/", "../../cmd/hostcfgd", "../../cmd/tacacs-login"},
		{"gcc", "-std=gnu11", "-fPIC", "-shared", "-o", dir + "/libnss_heddle.so.2", "../../daemons/tacacs/remoteuser/nss/nss_heddle.c"},
	} {
		if said, err := ask(t, argv...); err != nil {
			t.Fatal(said, err)
		}
	}
}

// freePort is one that nobody listens at.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// TestNewcomers: somebody whom only a TACACS+ server knows logs in by ssh at the first time already, with the rights that the server gives; who
// is refused gets no account.
func TestNewcomers(t *testing.T) {
	needs(t, "unshare", "gcc", "ssh", "sshd", "useradd", "chronyd", "rsyslogd", "snmpd", "redis-server")
	tacacs := &tacacstest.Server{Key: "shared", Users: map[string]string{"ada": "right", "bob": "right", "eve": "right"},
		Allow: func(user string, _ []string) (bool, []string) {
			return user != "eve", []string{map[string]string{"ada": "priv-lvl=15", "bob": "priv-lvl=1"}[user]}
		}}
	dir := t.TempDir()
	build(t, dir)
	server := redistest.Start(t)
	if err := server.Config().Write(filepath.Join(dir, "database_config.json")); err != nil {
		t.Fatal(err)
	}
	db := server.Client(t).DB(statedb.ConfigDB)
	for _, r := range []struct {
		table, key string
		fields     statedb.Fields
	}{
		{"DEVICE_METADATA", "localhost", statedb.Fields{"hostname": "leaf1"}},
		{"AAA", "authentication", statedb.Fields{"login": "tacacs+,local"}},
		{"AAA", "accounting", statedb.Fields{"login": "tacacs+"}},
		{"TACPLUS_SERVER", "127.0.0.1", statedb.Fields{"passkey": "shared", "timeout": "30", "tcp_port": fmt.Sprint(tacacs.Start(t, "127.0.0.1:0"))}},
	} {
		if err := db.Replace(t.Context(), r.table, r.key, r.fields); err != nil {
			t.Fatal(err)
		}
	}
	said, err := exec.CommandContext(t.Context(), "unshare", "-m", "-u", "sh", "-c", newcomers, "sh", dir, dir, fmt.Sprint(freePort(t))).CombinedOutput()
	if err != nil || t.Failed() {
		t.Fatalf("%v: %s", err, said)
	}
	ada := fmt.Sprintf("ada %d users sudo /home/ada", remoteuser.UID("ada"))
	want := []string{
		"names passwd: files heddle", ada, ada, "ada is out, 1 account", "eve is out, 0 account",
		fmt.Sprintf("bob %d users operator /home/bob", remoteuser.UID("bob")), "ghost is out, 0 account", "comments remote_user_su remote_user ",
	}
	got := regexp.MustCompile(` (admin|docker|redis|systemd)\b`).ReplaceAllString(strings.TrimSuffix(string(said), "\n"), "") // which a machine may have besides
	if got != strings.Join(want, "\n") {
		logs := ""
		for _, f := range []string{"log", "sshd.log"} {
			b, _ := os.ReadFile(filepath.Join(dir, f)) // for whoever reads a failure
			logs += string(b)
		}
		t.Errorf("got\n%s\nwant\n%s\n%s", got, strings.Join(want, "\n"), logs)
	}
	sessions := slices.DeleteFunc(tacacs.Tasks(), func(task string) bool { return strings.HasPrefix(task, "author ") })
	if len(sessions) < 1 || !regexp.MustCompile(`^start ada 127\.0\.0\.1 ssh task_id=\d+ start_time=\d+ service=shell$`).MatchString(sessions[0]) {
		t.Errorf("sessions told of: %q", sessions)
	}
}
