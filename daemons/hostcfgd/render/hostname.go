package render

import (
	"fmt"
	"strings"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
)

// HostnameErrors is the table that errors of the host name are recorded under: DEVICE_METADATA is judged by cfgmgrd.
const HostnameErrors = "HOSTNAME"

// maxHostname is what the kernel holds (HOST_NAME_MAX).
const maxHostname = 64

// hostname renders the name of the switch. Without one the image's own stays.
func hostname(rows row.Tables) Output {
	d := draft{rows: rows}
	r := rows.Read("DEVICE_METADATA", "localhost")
	name := r.Host("hostname")
	if len(name) > maxHostname {
		r.Wrong("hostname", fmt.Errorf("longer than %d characters", maxHostname))
	}
	if _, err := row.ParseAddress(name); name != "" && err == nil {
		r.Wrong("hostname", fmt.Errorf("an address is no name"))
	}
	if err := r.Err(); err != nil {
		d.fail(row.Name{Table: HostnameErrors, Key: "localhost"}, err)
		return d.out
	}
	if name == "" {
		return d.out
	}
	d.out.Hostname = name
	d.out.Files = []hostfile.File{
		{Path: "/etc/hostname", Mode: hostfile.Public, Lines: []hostfile.Line{{From: r.Name, Text: name}}},
		{Path: "/etc/hosts", Mode: hostfile.Public, Edit: func(old string) string { return withHost(old, name) }},
	}
	d.out.Units = []Unit{{"rsyslog.service", Reload}} // its messages carry the name
	return d.out
}

// hostsMark ends the one line of /etc/hosts that is ours; all others are the operator's.
const hostsMark = "# hostcfgd"

// withHost gives the name its line. 127.0.1.1 is Debian's for a host without a fixed address.
func withHost(old, name string) string {
	var lines []string
	for _, l := range strings.Split(strings.TrimRight(old, "\n"), "\n") {
		if !strings.HasSuffix(l, hostsMark) && (l != "" || len(lines) > 0) {
			lines = append(lines, l)
		}
	}
	if !strings.Contains(old, "localhost") {
		lines = append([]string{"127.0.0.1 localhost", "::1 localhost ip6-localhost ip6-loopback"}, lines...)
	}
	lines = append(lines, "127.0.1.1 "+name+" "+hostsMark)
	return strings.Join(lines, "\n") + "\n"
}
