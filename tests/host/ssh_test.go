package host_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
)

// TestSSH asks sshd what it makes of the file.
func TestSSH(t *testing.T) {
	needs(t, "sshd")
	if err := os.MkdirAll("/run/sshd", 0o755); err != nil {
		t.Fatal(err)
	}
	root := configure(t, "ssh", row.Tables{"SSH_SERVER": {"POLICIES": {
		"ports": "22,2222", "authentication_retries": "3", "login_timeout": "60", "inactivity_timeout": "10", "permit_root_login": "no",
		"password_authentication": "false", "ciphers@": "aes256-gcm@openssh.com", "macs@": "hmac-sha2-256-etm@openssh.com",
	}}})
	said, err := ask(t, "/usr/sbin/sshd", "-T", "-f", filepath.Join(root, "etc/ssh/sshd_config.d/10-hostcfgd.conf"))
	if err != nil {
		t.Fatal(said, err)
	}
	lines := strings.Split(said, "\n")
	for _, want := range []string{
		"port 22", "port 2222", "maxauthtries 3", "logingracetime 60", "permitrootlogin no", "passwordauthentication no", "kbdinteractiveauthentication no",
		"ciphers aes256-gcm@openssh.com", "macs hmac-sha2-256-etm@openssh.com", "channeltimeout session:*=10m", "unusedconnectiontimeout 600",
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("sshd does not say %q", want)
		}
	}
}
