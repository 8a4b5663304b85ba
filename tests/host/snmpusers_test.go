package host_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// TestSNMPForgetsUsers: snmpd keeps its users when it ends, and what it has kept goes before its file. The command that its unit runs
// before it starts takes them away.
func TestSNMPForgetsUsers(t *testing.T) {
	needs(t, "snmpd", "snmpget", "sed")
	dir := t.TempDir()
	t.Setenv("SNMP_PERSISTENT_DIR", dir)
	t.Setenv("MIBS", "")
	user := func(password string) statedb.Fields {
		return statedb.Fields{"SNMP_USER_TYPE": "AuthNoPriv", "SNMP_USER_PERMISSION": "RO", "SNMP_USER_AUTH_TYPE": "SHA", "SNMP_USER_AUTH_PASSWORD": password}
	}
	life := func(password string, in, out []string) {
		root := configure(t, "snmp", row.Tables{
			"SNMP": {"LOCATION": {"Location": "here"}}, "SNMP_USER": {"ada": user(password)}, "SNMP_AGENT_ADDRESS_CONFIG": {"127.0.0.1|1161|": {}},
		})
		before := get(t, filepath.Join(root, "etc/systemd/system/snmpd.service.d/users.conf"))
		const forget = `ExecStartPre=-/bin/sed -i "/^usmUser /d" /var/lib/snmp/snmpd.conf`
		if !strings.Contains(before, forget) {
			t.Fatalf("there is no %s in %s", forget, before)
		}
		if _, err := os.Stat(filepath.Join(dir, "snmpd.conf")); err == nil {
			if said, err := ask(t, "/bin/sed", "-i", "/^usmUser /d", filepath.Join(dir, "snmpd.conf")); err != nil {
				t.Fatal(said, err)
			}
		}
		inside(t, func() {
			agent := exec.Command("snmpd", "-f", "-C", "-c", filepath.Join(root, "etc/snmp/snmpd.conf"), "-Loe", "-x", "unix:"+dir+"/agentx", "-p", dir+"/pid", "-I", "-smux")
			if err := agent.Start(); err != nil {
				t.Error(err)
				return
			}
			lets := func(password string) bool {
				said, err := ask(t, "snmpget", "-r", "0", "-t", "5", "-Oqv", "-v3", "-u", "ada", "-l", "authNoPriv", "-a", "SHA", "-A", password, snmpAt, sysLocation)
				return err == nil && strings.Contains(said, "here")
			}
			for _, p := range in {
				await(t, "password "+p, func() bool { return lets(p) })
			}
			for _, p := range out {
				if lets(p) {
					t.Errorf("password %s is still good", p)
				}
			}
			_ = agent.Process.Signal(syscall.SIGTERM) // then it keeps its users
			ended := time.AfterFunc(patience, func() { _ = agent.Process.Kill() })
			defer ended.Stop()
			_ = agent.Wait()
		})
	}
	life("first-password", []string{"first-password"}, []string{"other-password"})
	if kept := get(t, filepath.Join(dir, "snmpd.conf")); !strings.Contains(kept, "usmUser ") {
		t.Errorf("nothing is kept, and there is nothing to forget: %s", kept)
	}
	life("second-password", []string{"second-password"}, []string{"first-password"})
}
