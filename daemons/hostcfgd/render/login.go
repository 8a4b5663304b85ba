package render

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const (
	localAuth  = "common-auth"       // Debian's, of local users
	loginAuth  = "common-auth-sonic" // ours, which SONiC's operators look for
	tacacsHelp = "/usr/sbin/tacacs-login"

	tellSession = "session optional pam_exec.so quiet " + tacacsHelp + " --session"
)

// login renders who lets users in: the switch itself, TACACS+, RADIUS or LDAP; and whom the broker asks about their commands. Nothing of the
// remote ones is rendered while they are not used, so that no secret lies about.
func login(rows row.Tables) Output {
	d := draft{rows: rows}
	r := rows.Read("AAA", "authentication")
	methods := loginMethods(rows, r)
	chain := authChain{failthrough: r.Flag("failthrough", false), debug: r.Flag("debug", false)}
	authorization, accounting := commandMethods(&d, "authorization"), commandMethods(&d, "accounting")
	if !d.done(r) {
		return d.out
	}
	d.out.Owns = []string{radiusDir + "/*_*.conf"}
	for _, m := range methods {
		switch m {
		case "local":
			chain.local()
		case "tacacs+":
			chain.tacacs()
		case "radius":
			chain.radius(radiusServers(&d))
		case "ldap":
			chain.add("pam_ldap.so minimum_uid=1000 try_first_pass")
		}
	}
	uses := func(m string) bool { return slices.Contains(methods, m) }
	tacacsFile(&d, uses("tacacs+") || slices.Contains(authorization, "tacacs+") || slices.Contains(accounting, "tacacs+"))
	ldapFile(&d, uses("ldap"))
	t := hostfile.New("#")
	t.From(r.Name)
	chain.write(t)
	d.file(t, t.File("/etc/pam.d/"+loginAuth, hostfile.Public, pamCheck()))
	remote, told := len(methods) > 1 || methods[0] != "local", slices.Contains(accounting, "tacacs+")
	for _, program := range []string{"sshd", "login"} {
		d.edit("/etc/pam.d/"+program, func(old string) string { return withSession(withAuth(old, remote), told) })
	}
	d.edit("/etc/nsswitch.conf", func(old string) string {
		return withNewcomers(withNSS(old, "ldap", uses("ldap")), uses("tacacs+") || uses("radius"))
	})
	return d.out
}

// commandMethods says whom AAA has asked about commands, or told of them.
func commandMethods(d *draft, key string) []string {
	r := d.rows.Read("AAA", key)
	methods := r.Words("login", "tacacs+", "local", "disable")
	if !d.done(r) {
		return nil
	}
	return methods
}

// loginMethods is the order in which a user is looked for. The switch itself is asked last in any case but that of RADIUS or LDAP alone.
func loginMethods(rows row.Tables, r *row.Reader) []string {
	text := rows["AAA"]["authentication"]["login"]
	if text == "" {
		text = "local"
	}
	var methods []string
	seen := map[string]bool{}
	for _, m := range strings.Split(text, ",") {
		if m == "default" {
			m = "local"
		}
		switch {
		case m != "local" && m != "tacacs+" && m != "radius" && m != "ldap":
			r.Fail(&statedb.FieldError{Field: "login", Value: text, Err: fmt.Errorf("%q is none of local, tacacs+, radius, ldap, default", m)})
		case seen[m]:
			r.Fail(&statedb.FieldError{Field: "login", Value: text, Err: errors.New(m + " comes twice")})
		}
		seen[m] = true
		methods = append(methods, m)
	}
	if len(methods) == 1 && methods[0] == "tacacs+" {
		methods = append(methods, "local")
	}
	return methods
}

// withAuth makes a program of PAM ask us, or Debian's own.
func withAuth(old string, ours bool) string {
	to := localAuth
	if ours {
		to = loginAuth
	}
	return regexp.MustCompile(`(?m)^@include[ \t]+common-auth(-sonic)?[ \t]*$`).ReplaceAllString(old, "@include "+to)
}

// withSession has a program of PAM tell of its sessions, besides what Debian has it do.
func withSession(old string, told bool) string {
	text := strings.ReplaceAll(old, tellSession+"\n", "")
	if told {
		text = regexp.MustCompile(`(?m)^@include[ \t]+common-session[ \t]*\n`).ReplaceAllString(text, "${0}"+tellSession+"\n")
	}
	return text
}

// newcomers is the name service of sshd's users who have no account yet (libnss_heddle.so.2).
const newcomers = "heddle"

// withNewcomers has it asked last of all: whoever is known otherwise is no newcomer.
func withNewcomers(old string, wanted bool) string {
	lines := strings.Split(old, "\n")
	for i, l := range lines {
		rest, ok := strings.CutPrefix(l, "passwd:")
		if !ok {
			continue
		}
		words := slices.DeleteFunc(strings.Fields(rest), func(w string) bool { return w == newcomers })
		if wanted {
			words = append(words, newcomers)
		}
		if !slices.Equal(words, strings.Fields(rest)) {
			lines[i] = fmt.Sprintf("%-15s %s", "passwd:", strings.Join(words, " "))
		}
	}
	return strings.Join(lines, "\n")
}

// withNSS has names of users looked for in a further source, after the files.
func withNSS(old, source string, wanted bool) string {
	lines := strings.Split(old, "\n")
	for i, l := range lines {
		name, rest, ok := strings.Cut(l, ":")
		if !ok || name != "passwd" && name != "group" && name != "shadow" {
			continue
		}
		var words []string
		for _, w := range strings.Fields(rest) {
			if w == source {
				continue
			}
			words = append(words, w)
			if w == "files" && wanted {
				words = append(words, source)
			}
		}
		if strings.Join(words, " ") != strings.Join(strings.Fields(rest), " ") {
			lines[i] = fmt.Sprintf("%-15s %s", name+":", strings.Join(words, " "))
		}
	}
	return strings.Join(lines, "\n")
}
