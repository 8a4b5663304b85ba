package render_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/render"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
	"github.com/heddle-nos/heddle/internal/statedb"
)

const (
	anyHost   = `[A-Za-z0-9_.:%-]+`
	anyQuoted = `"(?:[^"\\]|\\.)*"` // nothing in it ends it
	anyPlace  = `udp6?:[][A-Za-z0-9_.:%@-]+:\d+`
)

// grammar says which lines each file may have, written down anew here: a value that got a word, an option or a line of its own into a file
// matches none of them.
func grammar() map[string][]string {
	pam := []string{`(auth|password) (required|requisite|\[[a-z_0-9= ]+\]) pam_[a-z_]+\.so( [a-z_/.-]*[a-z_0-9/:.%A-Z-]+(=[-\w/.:%]+)?)*`, `auth .* pam_succeed_if.so quiet uid eq 0`}
	return map[string][]string{
		"/etc/default/kdump-tools":            {`USE_KDUMP=[01]`, `KDUMP_(KERNEL|INITRD|COREDIR)=/[a-z/.]+`, `KDUMP_NUM_DUMPS=\d`, `SSH=[\w.%+-]+@[\w.-]+`, `SSH_KEY=[\w./-]+`},
		"/etc/default/grub.d/kdump-tools.cfg": {`GRUB_CMDLINE_LINUX_DEFAULT="\$GRUB_CMDLINE_LINUX_DEFAULT crashkernel=[0-9MG:,-]+(,high)?"`},
		"/etc/hostname":                       {`[A-Za-z0-9_.-]+`},
		"/etc/timezone":                       {`[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*`},
		"/etc/resolv.conf":                    {`nameserver ` + anyHost, `search [A-Za-z0-9_.:% -]+`, `options( (ndots|timeout|attempts):\d+)+`},
		"/etc/chrony/chrony.conf": {
			`(server|pool) ` + anyHost + ` version [34]( iburst)?( key \d+)?`, `bindacqaddress ` + anyHost, `bindacqdevice mgmt`, `allow`,
			`(confdir|sourcedir|keyfile|driftfile|ntsdumpdir|logdir) /[a-z/.-]+`, `# enabled: (yes|no)`, `maxupdateskew 100.0`, `rtcsync`, `makestep 1 3`, `leapsectz right/UTC`,
		},
		"/etc/chrony/chrony.keys": {`\d+ [A-Z0-9]+ HEX:[0-9A-F]+`},
		"/etc/rsyslog.conf": {
			`module\(load="[a-z:]+"( [A-Za-z.]+="[\w.]+")*\)`, `input\(type="imudp" address="127.0.0.1" port="514"\)`, `template\(name="\w+" type="string" string=` + anyQuoted + `\)`,
			`global\(workDirectory="/var/spool/rsyslog"\)`, `include\(.*\)`, `[a-z*.,;]+ action\(type="omfile" file="/var/log/(auth.log|syslog)"\)`, `\*\.emerg action\(type="omusrmsg" users="\*"\)`,
			`if prifilt\("\*\.[a-z]+"\)( and (not )?re_match\(\$msg, ` + anyQuoted + `\))? then action\(type="omfwd" target="` + anyHost + `" port="\d+" protocol="(tcp|udp)" template="\w+"( address="` + anyHost + `")?( device="[\w.-]+")?\)`,
		},
		"/etc/snmp/snmpd.conf": {
			`agentAddress (udp6?:161|` + anyPlace + `)`, `r[ow]community6? ` + anyQuoted, `createUser ` + anyQuoted + `( (MD5|SHA|SHA-256) ` + anyQuoted + `( (DES|AES) ` + anyQuoted + `)?)?`,
			`r[ow]user ` + anyQuoted + ` (noauth|auth|priv)`, `sysLocation .*`, `sysContact .*`, `trap2?sink ` + anyPlace + ` ` + anyQuoted, `trapsess -v 3 -u ` + anyQuoted + ` -l \w+ ` + anyPlace, `sysServices 78`, `master agentx`,
		},
		"/etc/systemd/system/snmpd.service.d/users.conf": {`\[Service\]`, `ExecStartPre=-/bin/sed -i "/\^usmUser /d" /var/lib/snmp/snmpd.conf`},
		"/etc/ssh/sshd_config.d/10-hostcfgd.conf": {
			`(Port|MaxAuthTries|LoginGraceTime) \d+`, `(Password|KbdInteractive)Authentication (yes|no)`, `PermitRootLogin [a-z-]+`, `(Ciphers|KexAlgorithms|MACs) [a-z0-9@.,-]+`, `ChannelTimeout session:\*=\d+m`, `UnusedConnectionTimeout \d+m`,
		},
		"/etc/security/limits.d/10-hostcfgd.conf":        {`\* - maxsyslogins \d+`},
		"/etc/ssh/sshd_config.d/20-hostcfgd-banner.conf": {`Banner /etc/issue.net`},
		"/etc/profile.d/hostcfgd-logout.sh":              {`case \$- in .* esac`},
		"/etc/profile.d/hostcfgd-console.sh":             {`case \$\(tty\) in /dev/ttyS\*\|/dev/ttyAMA\*\|/dev/ttyUSB\*\) TMOUT=\d+; readonly TMOUT; export TMOUT ;; esac`},
		"/etc/sysctl.d/95-hostcfgd-sysrq.conf":           {`kernel.sysrq=[01]`},
		"/etc/pam.d/common-password":                     pam,
		"/etc/pam.d/common-auth-sonic":                   pam,
		"/etc/tacplus_nss.conf":                          {`server=[][A-Za-z0-9_.:%-]+:\d+,secret=[^ #,"]+,timeout=\d+,type=(pap|chap|login)(,source=` + anyHost + `)?(,vrf=mgmt)?`},
		"/etc/systemd/system":                            {`\[Service\]`, `LogRateLimit(IntervalSec|Burst)=\d+`},
		"/etc/nslcd.conf":                                {`[ug]id nslcd`, `uri ldap://[][A-Za-z0-9_.:%-]+:\d+/`, `base .*=.*`, `binddn .*=.*`, `bindpw [^ #,"]+`, `(ldap_version|bind_timelimit|timelimit) \d+`},
		"/etc/pam_radius_auth.d":                         {`[][A-Za-z0-9_.:%-]+:\d+ [^ #,"]+ \d+ [][A-Za-z0-9_.:%-]+( mgmt)?`},
	}
}

var marked = regexp.MustCompile(`^# ` + hostfile.Mark + `$`)

// freeText are files that an operator's words are all of.
func freeText() []string {
	return []string{"/etc/issue", "/etc/issue.net", "/etc/motd", "/etc/logout_message"}
}

func checkFile(lines map[string]*regexp.Regexp, f hostfile.File) error {
	if f.Gone || f.Edit != nil {
		return nil
	}
	if f.Link != "" {
		if !regexp.MustCompile(`^/usr/share/zoneinfo/[A-Za-z0-9_/+-]+$`).MatchString(f.Link) {
			return fmt.Errorf("%s is a link to %q", f.Path, f.Link)
		}
		return nil
	}
	if !regexp.MustCompile(`^/etc/[A-Za-z0-9_./:%-]+$`).MatchString(f.Path) || strings.Contains(f.Path, "..") {
		return fmt.Errorf("the file %q", f.Path)
	}
	place := f.Path
	if filepath.Dir(place) == "/etc/pam_radius_auth.d" || filepath.Base(place) == "hostcfgd-log.conf" {
		place = filepath.Dir(place)
	}
	if regexp.MustCompile(`^/etc/systemd/system/[\w.-]+\.service\.d$`).MatchString(place) {
		place = "/etc/systemd/system"
	}
	allowed, known := lines[place]
	if !known && !slices.Contains(freeText(), place) {
		return fmt.Errorf("no grammar for %s", place)
	}
	for _, l := range strings.Split(strings.TrimSuffix(f.Content(), "\n"), "\n") {
		if known && l != "" && !marked.MatchString(l) && !allowed.MatchString(l) || strings.ContainsAny(l, "\x00\x1b\r\x7f") {
			return fmt.Errorf("%s has the line %q", f.Path, l)
		}
	}
	return nil
}

// goldens gives the configurations of the archives, by name.
func goldens(tb testing.TB) map[string]*txtar.Archive {
	tb.Helper()
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		tb.Fatal("no goldens", err)
	}
	out := make(map[string]*txtar.Archive)
	for _, p := range paths {
		a, err := txtar.ParseFile(p)
		if err != nil {
			tb.Fatal(err)
		}
		out[strings.TrimSuffix(filepath.Base(p), ".txtar")] = a
	}
	return out
}

// FuzzRender puts hostile keys and values into good configurations. Whatever they are, each line is one that its file may have.
func FuzzRender(f *testing.F) {
	archives := goldens(f)
	lines := make(map[string]*regexp.Regexp)
	for path, list := range grammar() {
		lines[path] = regexp.MustCompile(`^(?:` + strings.Join(list, "|") + `)$`)
	}
	hostile := []string{"x\nallow", "x y", `x" y="`, "a\x00b", "$(reboot)", "`id`", "é", `\`, `\" z`, "#", "x,secret=y", "../../passwd", "%{lua}", ""}
	for name, a := range archives {
		for table, rows := range tables(f, a) {
			for key, fields := range rows {
				for _, h := range hostile {
					f.Add(name, table, h, "x", "y")
					for field := range fields {
						f.Add(name, table, key, field, h)
					}
				}
			}
		}
	}
	f.Fuzz(func(t *testing.T, name, table, key, field, value string) {
		a, ok := archives[name]
		if !ok {
			t.Skip("no such configuration")
		}
		kind, _, _ := strings.Cut(name, "-")
		s := service(t, kind)
		if !slices.Contains(s.Tables, table) {
			t.Skip("no table of that service")
		}
		out := s.Render(with(tables(t, a), table, key, field, value))
		for _, file := range out.Files {
			if err := checkFile(lines, file); err != nil {
				t.Errorf("%s|%s %s=%q: %v", table, key, field, value, err)
			}
		}
		checkSecrets(t, out, field, value)
	})
}

func with(rows row.Tables, table, key, field, value string) row.Tables {
	if rows[table] == nil {
		rows[table] = make(map[string]statedb.Fields)
	}
	if rows[table][key] == nil {
		rows[table][key] = make(statedb.Fields)
	}
	rows[table][key][field] = value
	return rows
}

// checkSecrets: problems are logged and kept where everyone may look.
func checkSecrets(t *testing.T, out render.Output, field, value string) {
	t.Helper()
	if !regexp.MustCompile(`passkey|PASSWORD$|bind_password`).MatchString(field) || len(value) < 8 {
		return
	}
	for _, p := range out.Problems {
		if strings.Contains(p.Err.Error(), value) {
			t.Errorf("the secret of %s is told: %v", field, p.Err)
		}
	}
}
