package render

import (
	"strings"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
)

const (
	maxBanner = 8192
	// What the image has when no banner is set.
	plainIssue = "Debian GNU/Linux 12"
)

// banner renders what is told before and after a login, and after a logout.
func banner(rows row.Tables) Output {
	d := draft{rows: rows}
	r := rows.Read("BANNER_MESSAGE", "global")
	enabled := r.Flag("state", false)
	login, motd, logout := r.Paragraph("login", maxBanner), r.Paragraph("motd", maxBanner), r.Paragraph("logout", maxBanner)
	if !d.done(r) {
		return d.out
	}
	if !enabled {
		login, motd, logout = "", "", ""
	}
	issue := strings.ReplaceAll(bannerText(login), `\`, `\\`) // agetty(8) would read escapes
	ssh := hostfile.New("#")
	ssh.From(r.Name)
	if login == "" {
		login, issue = plainIssue, plainIssue+` \n \l`
	} else {
		ssh.Add("Banner /etc/issue.net")
	}
	d.out.Files = []hostfile.File{
		text("/etc/issue", r.Name, issue),
		text("/etc/issue.net", r.Name, bannerText(login)),
		text("/etc/motd", r.Name, bannerText(motd)),
		text("/etc/logout_message", r.Name, bannerText(logout)),
	}
	d.file(ssh, ssh.File("/etc/ssh/sshd_config.d/20-hostcfgd-banner.conf", hostfile.Public, sshdCheck()))
	script := hostfile.New("#")
	script.Add(`case $- in *i*) [ ! -s /etc/logout_message ] || trap 'cat /etc/logout_message' EXIT ;; esac`)
	d.file(script, script.File("/etc/profile.d/hostcfgd-logout.sh", hostfile.Public, nil))
	d.out.Units = []Unit{{sshUnit, Reload}}
	return d.out
}

// bannerText begins a line where the operator has said so: a command line carries a new line as the two characters \n.
func bannerText(s string) string { return strings.ReplaceAll(s, `\n`, "\n") }

// text is a file of free text, all of which comes from one row.
func text(path string, from row.Name, content string) hostfile.File {
	f := hostfile.File{Path: path, Mode: hostfile.Public}
	if content = strings.TrimSuffix(content, "\n"); content == "" {
		return f
	}
	for _, l := range strings.Split(content, "\n") {
		f.Lines = append(f.Lines, hostfile.Line{From: from, Text: l})
	}
	return f
}
