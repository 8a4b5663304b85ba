package host_test

import (
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
)

const (
	snmpAt      = "127.0.0.1:1161"
	sysContact  = "1.3.6.1.2.1.1.4.0"
	sysLocation = "1.3.6.1.2.1.1.6.0"
)

// TestSNMP asks a real agent, with names and passwords that need quoting.
func TestSNMP(t *testing.T) {
	needs(t, "snmpd", "snmpget", "snmpset")
	const password = `pass "word\ #1`
	root := configure(t, "snmp", row.Tables{
		"SNMP":           {"LOCATION": {"Location": `Row 3, "rack" 7 #2`}, "CONTACT": {"Ada": "ada@example.net"}},
		"SNMP_COMMUNITY": {`read#only;@!`: {"TYPE": "RO"}, "write": {"TYPE": "RW"}},
		"SNMP_USER": {
			"plain":  {"SNMP_USER_TYPE": "noAuthNoPriv", "SNMP_USER_PERMISSION": "RO"},
			"signed": {"SNMP_USER_TYPE": "AuthNoPriv", "SNMP_USER_PERMISSION": "RO", "SNMP_USER_AUTH_TYPE": "SHA", "SNMP_USER_AUTH_PASSWORD": password},
			"sealed": {
				"SNMP_USER_TYPE": "Priv", "SNMP_USER_PERMISSION": "RO", "SNMP_USER_AUTH_TYPE": "HMAC-SHA-2", "SNMP_USER_AUTH_PASSWORD": "authpass1",
				"SNMP_USER_ENCRYPTION_TYPE": "AES", "SNMP_USER_ENCRYPTION_PASSWORD": "privpass1",
			},
		},
		"SNMP_AGENT_ADDRESS_CONFIG": {"127.0.0.1|1161|": {}},
	})
	dir := t.TempDir()
	t.Setenv("SNMP_PERSISTENT_DIR", dir)
	t.Setenv("MIBS", "")
	inside(t, func() {
		serve(t, "snmpd", "-f", "-C", "-c", filepath.Join(root, "etc/snmp/snmpd.conf"), "-Loe", "-x", "unix:"+dir+"/agentx", "-p", dir+"/pid", "-I", "-smux")
		get := func(oid string, how ...string) string {
			said, err := ask(t, append(append([]string{"snmpget", "-r", "0", "-t", "5", "-Oqv"}, how...), snmpAt, oid)...)
			if err != nil {
				return "refused: " + said
			}
			if text, err := strconv.Unquote(said); err == nil {
				return text
			}
			return said
		}
		reader := []string{"-v2c", "-c", `read#only;@!`}
		if !await(t, "an answer", func() bool { return strings.Contains(get(sysLocation, reader...), "rack") }) {
			return
		}
		if got := get(sysLocation, reader...); got != `Row 3, "rack" 7 #2` {
			t.Errorf("location %q", got)
		}
		if got := get(sysContact, reader...); got != "Ada ada@example.net" {
			t.Errorf("contact %q", got)
		}
		for name, c := range map[string]struct {
			how []string
			in  bool
		}{
			"no such community": {[]string{"-v2c", "-c", "public"}, false},
			"plain":             {[]string{"-v3", "-u", "plain", "-l", "noAuthNoPriv"}, true},
			"signed":            {[]string{"-v3", "-u", "signed", "-l", "authNoPriv", "-a", "SHA", "-A", password}, true},
			"wrong password":    {[]string{"-v3", "-u", "signed", "-l", "authNoPriv", "-a", "SHA", "-A", "other pass"}, false},
			"below its level":   {[]string{"-v3", "-u", "signed", "-l", "noAuthNoPriv"}, false},
			"sealed":            {[]string{"-v3", "-u", "sealed", "-l", "authPriv", "-a", "SHA-256", "-A", "authpass1", "-x", "AES", "-X", "privpass1"}, true},
			"not sealed":        {[]string{"-v3", "-u", "sealed", "-l", "authNoPriv", "-a", "SHA-256", "-A", "authpass1"}, false},
		} {
			if got := get(sysContact, c.how...); (got == "Ada ada@example.net") != c.in {
				t.Errorf("%s: %q", name, got)
			}
		}
	})
}
