package render

import (
	"strings"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// sshUnit is Debian's name of OpenSSH's server.
const sshUnit = "ssh.service"

// sshdCheck has sshd judge a file that its own includes; what such a file says first is what counts.
func sshdCheck() *hostfile.Check {
	return &hostfile.Check{Program: []string{"sshd", "-t", "-f", hostfile.PlaceFile}, Needs: "/run/sshd"}
}

// ssh renders what OpenSSH's server allows.
func ssh(rows row.Tables) Output {
	d := draft{rows: rows}
	r := rows.Read("SSH_SERVER", "POLICIES")
	t := hostfile.New("#")
	t.From(r.Name)
	for _, p := range sshPorts(rows, r) {
		t.Add("Port %s", p)
	}
	retries, grace := r.Number("authentication_retries", 6, 1, 100), r.Number("login_timeout", 120, 1, 600)
	idle, sessions := r.Number("inactivity_timeout", 15, 0, 35000), r.Number("max_sessions", 0, 0, 100)
	passwords := r.Flag("password_authentication", true)
	root := r.Word("permit_root_login", "", "forced-commands-only", "no", "prohibit-password", "yes")
	ciphers, kex, macs := r.Words("ciphers", sshCiphers()...), r.Words("kex_algorithms", sshKeyExchanges()...), r.Words("macs", sshMACs()...)
	if !d.done(r) {
		return d.out
	}
	t.Add("MaxAuthTries %d", retries)
	t.Add("LoginGraceTime %d", grace)
	t.Add("PasswordAuthentication %s", yesNo(passwords))
	if !passwords {
		t.Add("KbdInteractiveAuthentication no") // PAM would ask for the password all the same
	}
	if root != "" {
		t.Add("PermitRootLogin %s", root)
	}
	for _, l := range []struct {
		directive string
		words     []string
	}{{"Ciphers", ciphers}, {"KexAlgorithms", kex}, {"MACs", macs}} {
		if len(l.words) > 0 {
			t.Add("%s %s", l.directive, strings.Join(l.words, ","))
		}
	}
	if idle > 0 {
		t.Add("ChannelTimeout session:*=%dm", idle)
		t.Add("UnusedConnectionTimeout %dm", idle)
	}
	d.file(t, t.File("/etc/ssh/sshd_config.d/10-hostcfgd.conf", hostfile.Public, sshdCheck()))
	d.file(sessionLimit(r.Name, sessions))
	d.out.Units = []Unit{{sshUnit, Reload}}
	return d.out
}

// sessionLimit bounds the logins at a time, by pam_limits.
func sessionLimit(name row.Name, sessions int) (*hostfile.Text, hostfile.File) {
	const path = "/etc/security/limits.d/10-hostcfgd.conf"
	t := hostfile.New("#")
	if sessions == 0 {
		return t, hostfile.File{Path: path, Gone: true}
	}
	t.From(name)
	t.Add("* - maxsyslogins %d", sessions)
	return t, t.File(path, hostfile.Public, nil)
}

func sshPorts(rows row.Tables, r *row.Reader) []string {
	text := rows["SSH_SERVER"]["POLICIES"]["ports"]
	if text == "" {
		return []string{"22"}
	}
	list := strings.Split(text, ",")
	for _, p := range list {
		if _, err := row.ParseNumber(p, 1, 65535); err != nil {
			r.Fail(&statedb.FieldError{Field: "ports", Value: p, Err: err})
		}
	}
	return list
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
