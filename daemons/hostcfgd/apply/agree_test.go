package apply

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// dice make rows out of what is allowed, with a liking for what is special to some file.
type dice struct{ *rand.Rand }

func (d dice) text(alphabet string, low, high int) string {
	letters := []rune(alphabet)
	var b strings.Builder
	for range low + d.IntN(high-low+1) {
		b.WriteRune(letters[d.IntN(len(letters))])
	}
	return b.String()
}

const (
	word   = "abzAZ09"
	oddest = `abz09 "'\#$%;:,@!&|<>()[]{}*?~^=+-_./` + "`é\u2192"
)

func (d dice) pick(words ...string) string { return words[d.IntN(len(words))] }

func (d dice) host() string {
	return d.pick(fmt.Sprintf("192.0.2.%d", 1+d.IntN(250)), fmt.Sprintf("2001:db8::%x", 1+d.IntN(9999)), d.text(word, 1, 20)+".example.net")
}

func (d dice) snmp() row.Tables {
	t := row.Tables{"SNMP": {"LOCATION": {"Location": "x" + d.text(oddest, 0, 100)}, "CONTACT": {"a" + d.text(oddest, 0, 30): d.text(oddest, 1, 60)}}, "SNMP_COMMUNITY": {}, "SNMP_USER": {}}
	names := strings.NewReplacer(" ", "", `"`, "", "'", "", `\`, "").Replace(oddest)
	for range 4 {
		t["SNMP_COMMUNITY"][d.text(names, 1, 10)] = statedb.Fields{"TYPE": d.pick("RO", "RW")}
		t["SNMP_USER"][d.text(names, 1, 10)] = statedb.Fields{
			"SNMP_USER_TYPE": d.pick("noAuthNoPriv", "AuthNoPriv", "Priv"), "SNMP_USER_PERMISSION": d.pick("RO", "RW"),
			"SNMP_USER_AUTH_TYPE": d.pick("MD5", "SHA", "HMAC-SHA-2"), "SNMP_USER_AUTH_PASSWORD": d.text(oddest, 8, 20),
			"SNMP_USER_ENCRYPTION_TYPE": d.pick("AES", "DES"), "SNMP_USER_ENCRYPTION_PASSWORD": d.text(oddest, 8, 20),
		}
	}
	return t
}

func (d dice) syslog() row.Tables {
	t := row.Tables{"SYSLOG_CONFIG": {"GLOBAL": {"format": d.pick("standard", "welf"), "welf_firewall_name": d.text("ab 'é#{}", 1, 20)}}, "SYSLOG_SERVER": {}}
	for range 4 {
		t["SYSLOG_SERVER"][d.host()] = statedb.Fields{
			"filter": d.pick("include", "exclude"), "filter_regex": regexp.QuoteMeta(d.text(oddest, 1, 30)), "severity": d.pick("debug", "crit", "none"),
			"protocol": d.pick("udp", "tcp"), "source": d.pick("192.0.2.9", "2001:db8::9"), "vrf": d.pick("default", "mgmt", "Vrf-red_1"),
		}
	}
	return t
}

func (d dice) ntp() row.Tables {
	t := row.Tables{"NTP": {"global": {"authentication": "enabled", "vrf": d.pick("mgmt", "default")}}, "NTP_SERVER": {}, "NTP_KEY": {}}
	for i := range 4 {
		id := fmt.Sprint(1 + i)
		t["NTP_KEY"][id] = statedb.Fields{"type": d.pick("md5", "sha1", "sha256", "sha384", "sha512"), "value": base64.StdEncoding.EncodeToString([]byte(d.text(oddest, 1, 40)))}
		t["NTP_SERVER"][d.host()] = statedb.Fields{"key": id, "iburst": d.pick("on", "off"), "association_type": d.pick("server", "pool"), "resolve_as": d.host()}
	}
	return t
}

func (d dice) some(words ...string) string {
	d.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	return strings.Join(words[:1+d.IntN(len(words))], ",")
}

func (d dice) ssh() row.Tables {
	return row.Tables{"SSH_SERVER": {"POLICIES": {
		"ports": d.pick("22", "22,2222", "65535"), "authentication_retries": d.pick("1", "100"), "login_timeout": d.pick("1", "600"), "inactivity_timeout": d.pick("0", "1", "35000"),
		"permit_root_login": d.pick("yes", "no", "prohibit-password", "forced-commands-only"), "password_authentication": d.pick("true", "false"),
		"ciphers@": d.some("3des-cbc", "aes128-cbc", "aes192-cbc", "aes256-cbc", "aes128-ctr", "aes192-ctr", "aes256-ctr", "aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"),
		"kex_algorithms@": d.some("curve25519-sha256", "curve25519-sha256@libssh.org", "diffie-hellman-group-exchange-sha1", "diffie-hellman-group-exchange-sha256", "diffie-hellman-group1-sha1",
			"diffie-hellman-group14-sha1", "diffie-hellman-group14-sha256", "diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384",
			"ecdh-sha2-nistp521", "sntrup761x25519-sha512", "sntrup761x25519-sha512@openssh.com"),
		"macs@": d.some("hmac-md5", "hmac-md5-96", "hmac-md5-etm@openssh.com", "hmac-md5-96-etm@openssh.com", "hmac-sha1", "hmac-sha1-96", "hmac-sha1-etm@openssh.com", "hmac-sha1-96-etm@openssh.com",
			"hmac-sha2-256", "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512", "hmac-sha2-512-etm@openssh.com", "umac-64@openssh.com", "umac-64-etm@openssh.com", "umac-128@openssh.com", "umac-128-etm@openssh.com"),
	}}}
}

// TestCheckersAgree: what passes our judgement of rows passes the services' judgement of files, however odd it is. A disagreement would keep
// a service as it was for reasons that no row shows.
func TestCheckersAgree(t *testing.T) {
	needs(t, "snmpd", "rsyslogd", "chronyd", "sshd")
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			d := dice{rand.New(rand.NewPCG(seed, 20))}
			for name, rows := range map[string]row.Tables{"snmp": d.snmp(), "syslog": d.syslog(), "ntp": d.ntp(), "ssh": d.ssh()} {
				s := service(t, name)
				out := s.Render(rows)
				if len(out.Problems) > 0 {
					t.Fatalf("%s: the test's own rows are wrong: %v", name, out.Problems)
				}
				a, _ := host(t)
				if problems, err := a.Apply(t.Context(), s, out); err != nil || len(problems) > 0 {
					t.Errorf("%s: %v, %v of %v\n%s", name, problems, err, rows, out.Files[0].Content())
				}
			}
		})
	}
}
