package render

import (
	"errors"
	"regexp"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/feature"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/row"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// serviceName is what becomes the name of a unit's directory.
var serviceName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$`)

// rateLimits renders how much each service may log, which systemd's journal sees to: SONiC's containers have a log of their own for that.
func rateLimits(rows row.Tables) Output {
	d := draft{rows: rows}
	const dropIn = "/hostcfgd-log.conf"
	d.out.Owns = []string{"/etc/systemd/system/*.service.d" + dropIn}
	for _, key := range rows.Keys("SYSLOG_CONFIG_FEATURE") {
		r := rows.Read("SYSLOG_CONFIG_FEATURE", key)
		if !serviceName.MatchString(key) {
			r.Fail(&statedb.FieldError{Field: "service", Value: key, Err: errors.New("not the name of a service")})
		}
		const most = 1<<31 - 1
		interval, burst := r.Number("rate_limit_interval", -1, 0, most), r.Number("rate_limit_burst", -1, 0, most)
		if !d.done(r) {
			continue
		}
		for _, unit := range feature.UnitsOf(key) { // that the host does not have all of them does no harm
			t := hostfile.New("#")
			t.From(r.Name)
			t.Add("[Service]")
			if interval >= 0 {
				t.Add("LogRateLimitIntervalSec=%d", interval)
			}
			if burst >= 0 {
				t.Add("LogRateLimitBurst=%d", burst)
			}
			d.file(t, t.File("/etc/systemd/system/"+unit+".d"+dropIn, hostfile.Public, nil))
		}
	}
	d.out.Units = []Unit{{"", Relearn}}
	return d.out
}
