package host_test

import (
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
)

// collector gathers what a server is sent.
type collector struct {
	said *output
	port string
}

// collect is called inside.
func collect(t *testing.T, address string) collector {
	t.Helper()
	conn, err := net.ListenPacket("udp", address)
	if err != nil {
		t.Error(err)
		return collector{said: &output{}}
	}
	c := collector{said: &output{}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 9000)
		for {
			n, _, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			_, _ = c.said.Write(append(buf[:n:n], '\n')) // a buffer never fails
		}
	}()
	t.Cleanup(func() { conn.Close(); <-done })
	return c
}

// TestSyslog has a real rsyslogd filter messages for three servers.
func TestSyslog(t *testing.T) {
	needs(t, "rsyslogd")
	root := configure(t, "syslog", row.Tables{
		"SYSLOG_CONFIG": {"GLOBAL": {"severity": "warn", "format": "welf", "welf_firewall_name": "leaf 1"}},
		"SYSLOG_SERVER": {
			"127.0.0.2": {"port": "5140", "severity": "debug", "filter": "include", "filter_regex": `(lag|"bgp\$?") down$`},
			"127.0.0.3": {"port": "5140", "severity": "debug", "filter": "exclude", "filter_regex": "noise"},
			"127.0.0.4": {"port": "5140", "source": "127.0.0.9"},
		},
	})
	dir := t.TempDir()
	// The machine's own log is left alone.
	conf := get(t, filepath.Join(root, "etc/rsyslog.conf"))
	for from, to := range map[string]string{`module(load="imuxsock")`: "", `module(load="imklog")`: "", "/var/log/": dir + "/", "/var/spool/rsyslog": dir, `action(type="omusrmsg" users="*")`: "stop"} {
		if !strings.Contains(conf, from) {
			t.Fatalf("there is no %s in %s", from, conf)
		}
		conf = strings.ReplaceAll(conf, from, to)
	}
	put(t, filepath.Join(dir, "rsyslog.conf"), conf)
	inside(t, func() {
		included, excluded, severe := collect(t, "127.0.0.2:5140"), collect(t, "127.0.0.3:5140"), collect(t, "127.0.0.4:5140")
		serve(t, "rsyslogd", "-n", "-f", filepath.Join(dir, "rsyslog.conf"), "-i", filepath.Join(dir, "pid"))
		conn, err := net.Dial("udp", "127.0.0.1:514")
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		const warning, info = "<28>", "<30>" // of facility daemon
		say := func(priority, text string) {
			_, _ = conn.Write([]byte(priority + time.Now().Format(time.Stamp) + " leaf1 test: " + text)) // nobody may listen yet
		}
		if !await(t, "a first message", func() bool { say(warning, "ping"); return strings.Contains(excluded.said.String(), "ping") }) {
			return
		}
		for _, m := range []string{"lag down", `"bgp$" down`, "lag down again", "noise of a lag", "fan slow"} {
			say(info, m)
		}
		say(warning, "psu gone")
		await(t, "the last message", func() bool {
			return strings.Contains(excluded.said.String(), "psu gone") && strings.Contains(severe.said.String(), "psu gone") && strings.Contains(included.said.String(), `"bgp$" down`)
		})
		for name, c := range map[string]struct {
			collector
			with, without []string
		}{
			"include": {included, []string{"lag down", `"bgp$" down`}, []string{"again", "noise", "fan", "psu", "ping"}},
			"exclude": {excluded, []string{"lag down again", "fan slow", "psu gone"}, []string{"noise"}},
			"severe":  {severe, []string{"psu gone", "id=firewall", `fw="leaf 1"`, `msg="test: psu gone"`}, []string{"lag", "fan", "noise"}},
		} {
			got := c.said.String()
			for _, w := range c.with {
				if !strings.Contains(got, w) {
					t.Errorf("%s: no %q in %s", name, w, got)
				}
			}
			for _, w := range c.without {
				if strings.Contains(got, w) {
					t.Errorf("%s: %q in %s", name, w, got)
				}
			}
		}
		if local := get(t, filepath.Join(dir, "syslog")); !strings.Contains(local, "INFO test: fan slow") {
			t.Errorf("the switch's own log: %s", local)
		}
	})
}
