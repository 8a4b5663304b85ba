package render

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const (
	localAuth  = "common-auth"       // Debian's, of local users
	loginAuth  = "common-auth-sonic" // ours, which SONiC's operators look for
	tacacsHelp = "/usr/sbin/tacacs-login"
)

// login renders who lets users in: the switch itself, TACACS+, RADIUS or LDAP. Nothing of the remote ones is rendered while they are not
// used, so that no secret lies about.
func login(rows row.Tables) Output {
	d := draft{rows: rows}
	r := rows.Read("AAA", "authentication")
	methods := loginMethods(rows, r)
	chain := authChain{failthrough: r.Flag("failthrough", false), debug: r.Flag("debug", false)}
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
	uses := func(m string) bool { return strings.Contains(","+strings.Join(methods, ",")+",", ","+m+",") }
	tacacsFile(&d, uses("tacacs+"))
	ldapFile(&d, uses("ldap"))
	t := hostfile.New("#")
	t.From(r.Name)
	chain.write(t)
	d.file(t, t.File("/etc/pam.d/"+loginAuth, hostfile.Public, pamCheck()))
	remote := len(methods) > 1 || methods[0] != "local"
	for _, program := range []string{"sshd", "login"} {
		d.out.Files = append(d.out.Files, hostfile.File{Path: "/etc/pam.d/" + program, Mode: hostfile.Public, Edit: func(old string) string { return withAuth(old, remote) }})
	}
	d.out.Files = append(d.out.Files, hostfile.File{Path: "/etc/nsswitch.conf", Mode: hostfile.Public, Edit: func(old string) string { return withNSS(old, "ldap", uses("ldap")) }})
	return d.out
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
