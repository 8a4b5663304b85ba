package render

import (
	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// Service is something of the host that is configured as a whole.
type Service struct {
	Name   string
	Home   row.Name // the row that is at fault when no other is
	Tables []string // what it is rendered from
	Render func(row.Tables) Output
}

// Output is what a service needs.
type Output struct {
	Files    []hostfile.File
	Owns     []string // patterns of files that are ours: those that are not among Files are removed
	Units    []Unit
	Hostname string // of the kernel; "" leaves it
	Ages     *Ages  // of the passwords of local users; nil leaves them
	Boot     bool   // the boot loader has to be told of a change
	Problems []row.Problem
}

// Action is what a systemd unit needs when a file of its service has changed.
type Action int

// The actions, each of which is nothing for a unit that does not run, except Start.
const (
	Reload Action = iota
	Restart
	Start   // or restart, when it runs
	Stop    // in any case, whether something changed or not
	Relearn // systemd itself reads its units again; the unit's name does not matter
)

// Unit is a systemd unit and what it needs.
type Unit struct {
	Name   string
	Action Action
}

// Ages are the limits of a password's age, in days.
type Ages struct{ Max, Warn int }

// Services lists all of them in the order in which they are applied: names first, logins last.
func Services() []Service {
	return []Service{
		{Name: "hostname", Home: row.Name{Table: HostnameErrors, Key: "localhost"}, Tables: []string{"DEVICE_METADATA"}, Render: hostname},
		{Name: "timezone", Home: row.Name{Table: TimezoneErrors, Key: "localhost"}, Tables: []string{"DEVICE_METADATA"}, Render: timezone},
		{Name: "dns", Home: row.Name{Table: "DNS_OPTIONS", Key: "GLOBAL"}, Tables: []string{"DNS_NAMESERVER", "DNS_OPTIONS"}, Render: resolver},
		{Name: "ntp", Home: row.Name{Table: "NTP", Key: "global"}, Tables: append([]string{"NTP", "NTP_SERVER", "NTP_KEY"}, addressTables()...), Render: ntp},
		{Name: "syslog", Home: row.Name{Table: "SYSLOG_CONFIG", Key: "GLOBAL"}, Tables: []string{"SYSLOG_CONFIG", "SYSLOG_SERVER", "DEVICE_METADATA"}, Render: syslog},
		{Name: "ratelimit", Home: row.Name{Table: "SYSLOG_CONFIG_FEATURE"}, Tables: []string{"SYSLOG_CONFIG_FEATURE"}, Render: rateLimits},
		{Name: "snmp", Home: row.Name{Table: "SNMP", Key: "LOCATION"}, Tables: []string{"SNMP", "SNMP_COMMUNITY", "SNMP_USER", "SNMP_AGENT_ADDRESS_CONFIG", "SNMP_TRAP_CONFIG"}, Render: snmp},
		{Name: "ssh", Home: row.Name{Table: "SSH_SERVER", Key: "POLICIES"}, Tables: []string{"SSH_SERVER"}, Render: ssh},
		{Name: "banner", Home: row.Name{Table: "BANNER_MESSAGE", Key: "global"}, Tables: []string{"BANNER_MESSAGE"}, Render: banner},
		{Name: "console", Home: row.Name{Table: "SERIAL_CONSOLE", Key: "POLICIES"}, Tables: []string{"SERIAL_CONSOLE"}, Render: console},
		{Name: "kdump", Home: row.Name{Table: "KDUMP", Key: "config"}, Tables: []string{"KDUMP"}, Render: kdump},
		{Name: "password", Home: row.Name{Table: "PASSW_HARDENING", Key: "POLICIES"}, Tables: []string{"PASSW_HARDENING"}, Render: password},
		{Name: "login", Home: row.Name{Table: "AAA", Key: "authentication"}, Tables: append([]string{"AAA", "TACPLUS", "TACPLUS_SERVER", "RADIUS", "RADIUS_SERVER", "LDAP", "LDAP_SERVER"}, addressTables()...), Render: login},
	}
}

// Records lists the tables of which hostcfgd records the rows that cannot be used. The others it reads have someone else who does.
func Records() []string {
	others := append(addressTables(), "DEVICE_METADATA")
	seen := map[string]bool{}
	for _, t := range others {
		seen[t] = true
	}
	list := []string{HostnameErrors, TimezoneErrors}
	for _, s := range Services() {
		for _, t := range s.Tables {
			if !seen[t] {
				seen[t] = true
				list = append(list, t)
			}
		}
	}
	return list
}

// draft gathers an output.
type draft struct {
	rows row.Tables
	out  Output
}

// done keeps what is wrong with a row and tells whether it can be used.
func (d *draft) done(r *row.Reader) bool {
	if err := r.Err(); err != nil {
		d.fail(r.Name, err)
		return false
	}
	return true
}

func (d *draft) fail(name row.Name, err error) {
	d.out.Problems = append(d.out.Problems, row.Problem{Row: name, Err: err})
}

// keyed reads a row whose key is a value too.
func (d *draft) keyed(table, key string, check func(string) error) *row.Reader {
	r := d.rows.Read(table, key)
	if err := check(key); err != nil {
		r.Fail(&statedb.FieldError{Field: "key", Value: key, Err: err})
	}
	return r
}

// file adds a file of lines.
func (d *draft) file(t *hostfile.Text, f hostfile.File) {
	d.out.Problems = append(d.out.Problems, t.Problems()...)
	d.out.Files = append(d.out.Files, f)
}

// edit adds a change of a file that is others' too.
func (d *draft) edit(path string, change func(old string) string) {
	d.out.Files = append(d.out.Files, hostfile.File{Path: path, Mode: hostfile.Public, Edit: change})
}
