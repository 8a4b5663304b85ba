package render

import (
	"errors"
	"regexp"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
)

const (
	// TimezoneErrors is the table that errors of the time zone are recorded under: DEVICE_METADATA is judged by cfgmgrd.
	TimezoneErrors = "TIMEZONE"
	zoneinfo       = "/usr/share/zoneinfo/"
)

// zoneName is what a zone's file is called, below zoneinfo: no part of it can lead out of there.
var zoneName = regexp.MustCompile(`^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}$`)

// timezone renders where the switch is on the clock. Without one the image's own stays.
func timezone(rows row.Tables) Output {
	d := draft{rows: rows}
	r := rows.Read("DEVICE_METADATA", "localhost")
	home := row.Name{Table: TimezoneErrors, Key: r.Key}
	zone := r.Token("timezone", maxText)
	if zone != "" && !zoneName.MatchString(zone) {
		r.Wrong("timezone", errors.New("not the name of a time zone"))
	}
	if err := r.Err(); err != nil {
		d.fail(home, err)
		return d.out
	}
	if zone == "" {
		return d.out
	}
	d.out.Files = []hostfile.File{
		{Path: "/etc/localtime", Link: zoneinfo + zone, Check: &hostfile.Check{Func: checkZone}},
		{Path: "/etc/timezone", Mode: hostfile.Public, Lines: []hostfile.Line{{From: home, Text: zone}}},
	}
	d.out.Units = []Unit{{"rsyslog.service", Restart}, {"cron.service", Restart}} // they have read the old zone
	return d.out
}

// checkZone refuses a zone that is not installed: every program would silently take UTC.
func checkZone(h hostfile.Host, f hostfile.File) error {
	if !h.Exists(f.Link) {
		return &hostfile.LineError{Text: f.Link[len(zoneinfo):] + " is no time zone of this switch"}
	}
	return nil
}
