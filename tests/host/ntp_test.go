package host_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
)

// TestNTP has chrony follow a server that wants a key. Neither touches this machine's clock.
func TestNTP(t *testing.T) {
	needs(t, "chronyd", "chronyc")
	root := configure(t, "ntp", row.Tables{
		"NTP":        {"global": {"authentication": "enabled", "dhcp": "disabled", "src_intf@": "Loopback0"}},
		"NTP_SERVER": {"127.0.0.2": {"key": "42"}, "127.0.0.3": {"key": "43"}, "127.0.0.4": {"admin_state": "disabled"}},
		"NTP_KEY": {
			"42": {"type": "sha256", "value": base64.StdEncoding.EncodeToString([]byte("\x01\x02 right\xff"))},
			"43": {"type": "md5", "value": base64.StdEncoding.EncodeToString([]byte("wrong"))},
		},
		"LOOPBACK_INTERFACE": {"Loopback0|127.0.0.9/32": {}},
	})
	dir := filepath.Join(t.TempDir(), "chrony")
	if err := os.Mkdir(dir, 0o700); err != nil { // it wants its sockets where nobody else reaches them
		t.Fatal(err)
	}
	keys := filepath.Join(root, "etc/chrony/chrony.keys")
	conf := strings.ReplaceAll(get(t, filepath.Join(root, "etc/chrony/chrony.conf")), "/etc/chrony/chrony.keys", keys)
	conf = strings.ReplaceAll(conf, "/var/lib/chrony", dir)
	// Their own places, and no wait between the first requests.
	put(t, filepath.Join(dir, "client.conf"), conf+"pidfile "+dir+"/client.pid\nbindcmdaddress "+dir+"/client.sock\ncmdport 0\nport 0\n")
	put(t, filepath.Join(dir, "keys"), "42 SHA256 HEX:0102207269676874FF\n43 MD5 ASCII:other\n")
	put(t, filepath.Join(dir, "server.conf"), "local stratum 3\nallow\nkeyfile "+dir+"/keys\npidfile "+dir+"/server.pid\nbindcmdaddress "+dir+"/server.sock\ncmdport 0\n")
	inside(t, func() {
		for _, who := range []string{"server", "client"} {
			serve(t, "chronyd", "-d", "-x", "-u", "root", "-f", filepath.Join(dir, who+".conf"))
		}
		sources := func() string {
			said, _ := ask(t, "chronyc", "-h", dir+"/client.sock", "-n", "sources") // it may not serve yet
			return said
		}
		if !await(t, "a server that is followed", func() bool { return strings.Contains(sources(), "^* 127.0.0.2") }) {
			t.Log(sources())
			return
		}
		if got := sources(); !strings.Contains(got, "^? 127.0.0.3") || strings.Contains(got, "127.0.0.4") {
			t.Errorf("sources: %s", got)
		}
	})
}
