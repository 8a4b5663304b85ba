package render

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
)

// maxText is the longest text that is put into a file.
const maxText = 255

const (
	localFormat = `%timegenerated%.%timegenerated:::date-subseconds% %HOSTNAME% %syslogseverity-text:::uppercase% %syslogtag%%msg:::sp-if-no-1st-sp%%msg:::drop-last-lf%\n`
	// WELF: WebTrends Enhanced Log Format, of firewalls. %s is the firewall's name.
	welfFormat = `%%TIMESTAMP%% id=firewall time=\"%%timereported:::date-year%%-%%timereported:::date-month%%-%%timereported:::date-day%% ` +
		`%%timereported:::date-hour%%:%%timereported:::date-minute%%:%%timereported:::date-second%%\" fw=\"%s\" pri=%%syslogpriority%% ` +
		`msg=\"%%syslogtag%%%%msg:::sp-if-no-1st-sp%%%%msg:::drop-last-lf%%\"\n`
)

// severities are rsyslog's names for SYSLOG_CONFIG's.
func severities() map[string]string {
	return map[string]string{"none": "none", "debug": "debug", "info": "info", "notice": "notice", "warn": "warning", "error": "err", "crit": "crit"}
}

func severityWords() []string {
	return []string{"none", "debug", "info", "notice", "warn", "error", "crit"}
}

// syslog renders rsyslog: what is kept here, and what is sent to servers.
func syslog(rows row.Tables) Output {
	d := draft{rows: rows}
	r := rows.Read("SYSLOG_CONFIG", "GLOBAL")
	format, severity := r.Word("format", "standard", "standard", "welf"), r.Word("severity", "notice", severityWords()...)
	firewall := syslogFirewall(rows, r)
	const most = 1<<31 - 1
	interval, burst := r.Number("rate_limit_interval", -1, 0, most), r.Number("rate_limit_burst", -1, 0, most)
	if !d.done(r) {
		return d.out
	}
	t := hostfile.New("#")
	t.From(r.Name)
	socket := ""
	if interval >= 0 {
		socket += fmt.Sprintf(" SysSock.RateLimit.Interval=\"%d\"", interval)
	}
	if burst >= 0 {
		socket += fmt.Sprintf(" SysSock.RateLimit.Burst=\"%d\"", burst)
	}
	t.Add(`module(load="imuxsock"%s)`, socket)
	t.Always()
	t.Add(`module(load="imklog")`)
	t.Add(`module(load="imudp")`) // containers without a socket of the host's
	t.Add(`input(type="imudp" address="127.0.0.1" port="514")`)
	t.Add(`template(name="LocalFormat" type="string" string="%s")`, localFormat)
	if format == "welf" { // otherwise another host name would be another file
		t.From(r.Name)
		t.Add(`template(name="WelfFormat" type="string" string="%s")`, fmt.Sprintf(welfFormat, firewall))
		t.Always()
	}
	t.Add(`module(load="builtin:omfile" template="LocalFormat" fileOwner="root" fileGroup="adm" fileCreateMode="0640" dirCreateMode="0755")`)
	t.Add(`global(workDirectory="/var/spool/rsyslog")`)
	template := "LocalFormat"
	if format == "welf" {
		template = "WelfFormat"
	}
	syslogServers(&d, t, severity, template)
	t.Always()
	t.Add(`include(file="/etc/rsyslog.d/*.conf" mode="optional")`)
	t.Add(`auth,authpriv.* action(type="omfile" file="/var/log/auth.log")`)
	t.Add(`*.*;auth,authpriv.none action(type="omfile" file="/var/log/syslog")`)
	t.Add(`*.emerg action(type="omusrmsg" users="*")`)
	d.file(t, t.File("/etc/rsyslog.conf", hostfile.Public, &hostfile.Check{Program: []string{"rsyslogd", "-N1", "-f", hostfile.PlaceFile}, Bad: "error during parsing"}))
	d.out.Units = []Unit{{"rsyslog.service", Restart}}
	return d.out
}

// syslogFirewall is the name in messages of the WELF format.
func syslogFirewall(rows row.Tables, r *row.Reader) string {
	name := r.Line("welf_firewall_name", maxText)
	if regexp.MustCompile(`["\\%]`).MatchString(name) {
		r.Wrong("welf_firewall_name", errors.New("quotes, backslashes and percent signs cannot be part of it"))
	}
	if name == "" {
		name = rows["DEVICE_METADATA"]["localhost"]["hostname"]
		if row.CheckHost(name) != nil { // recorded as a wrong host name
			name = "switch"
		}
	}
	return name
}

// syslogServers forwards messages. A server's filter and severity are one expression, so that one does not leak into the next rule.
func syslogServers(d *draft, t *hostfile.Text, severity, template string) {
	for _, key := range d.rows.Keys("SYSLOG_SERVER") {
		r := d.keyed("SYSLOG_SERVER", key, row.CheckHost)
		port, protocol := r.Number("port", 514, 1, 65535), r.Word("protocol", "udp", "udp", "tcp")
		least := r.Word("severity", severity, severityWords()...)
		filter, pattern := r.Word("filter", "", "include", "exclude"), syslogPattern(r)
		source, vrf := r.Address("source"), r.Token("vrf", 15)
		if vrf != "" {
			if err := row.CheckInterface(vrf); err != nil {
				r.Wrong("vrf", err)
			}
		}
		if filter != "" && pattern == "" {
			r.Missing("filter_regex")
		}
		if !d.done(r) || least == "none" {
			continue
		}
		action := fmt.Sprintf(`action(type="omfwd" target="%s" port="%d" protocol="%s" template="%s"`, key, port, protocol, template)
		if source.IsValid() && protocol == "udp" { // omfwd of Debian's rsyslog cannot bind TCP, and refuses to be told
			action += fmt.Sprintf(` address="%s"`, source)
		}
		if vrf != "" && vrf != "default" {
			action += fmt.Sprintf(` device="%s"`, vrf)
		}
		condition := fmt.Sprintf(`prifilt("*.%s")`, severities()[least])
		switch filter {
		case "include":
			condition += fmt.Sprintf(` and re_match($msg, "%s")`, pattern)
		case "exclude":
			condition += fmt.Sprintf(` and not re_match($msg, "%s")`, pattern)
		}
		t.From(r.Name)
		t.Add(`if %s then %s)`, condition, action)
	}
}

// quoting is what a string of RainerScript would end at or read as something else.
var quoting = regexp.MustCompile(`["\\$]`)

// syslogPattern reads a POSIX regular expression and quotes it for RainerScript.
func syslogPattern(r *row.Reader) string {
	return quoting.ReplaceAllString(r.Line("filter_regex", maxText), `\$0`)
}
