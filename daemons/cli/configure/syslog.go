package configure

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

const (
	tableSyslogServer  = "SYSLOG_SERVER"
	tableSyslogConfig  = "SYSLOG_CONFIG"
	tableSyslogFeature = "SYSLOG_CONFIG_FEATURE"
	tableFeature       = "FEATURE"
	serverArgument     = "'SERVER_IP_ADDRESS'"
)

// newSyslog makes `config syslog`.
func newSyslog(s *session.Session) *cobra.Command {
	server := []option{
		{name: "source", short: "s", field: "source", check: addressOption},
		{name: "port", short: "p", field: "port", check: whole(0, 65535)},
		{name: "vrf", short: "r", field: "vrf"},
	}
	rate := []option{
		{name: "interval", short: "i", field: "rate_limit_interval", check: whole(0, 1<<31-1)},
		{name: "burst", short: "b", field: "rate_limit_burst", check: whole(0, 1<<31-1)},
	}
	return click.Group("syslog", "Configure syslog",
		withOptions(newEdit(s, "add SERVER_IP_ADDRESS", "Add syslog server", func(e *edit) error { return addSyslog(e, server) }), server),
		newEdit(s, "del SERVER_IP_ADDRESS", "Delete syslog server", delSyslog),
		withOptions(newEdit(s, "rate-limit-host", "Rate limit of the host", func(e *edit) error {
			return limitRate(e, rate, tableSyslogConfig, keyGlobal, "host")
		}), rate),
		withOptions(newEdit(s, "rate-limit-container SERVICE_NAME", "Rate limit of a service", func(e *edit) error { return limitService(e, rate) }), rate),
		newRateLimits(s),
		newLogLevel(s))
}

func addSyslog(e *edit, options []option) error {
	server, err := addressOption(e, serverArgument, e.args[0])
	if err != nil {
		return err
	}
	row, err := e.optionRow(options)
	if err != nil {
		return err
	}
	if e.c.Has(tableSyslogServer, server) {
		return e.failf("Syslog server %s is already configured.", server)
	}
	if err := syslogSource(e, server, row["source"]); err != nil {
		return err
	}
	if err := syslogVRF(e, row["vrf"]); err != nil {
		return err
	}
	e.c.Replace(tableSyslogServer, server, row)
	return nil
}

// syslogSource refuses an address from which no server can be reached.
func syslogSource(e *edit, server, source string) error {
	if source == "" {
		return nil
	}
	const hint = "'-s' / '--source'"
	from, to := netip.MustParseAddr(source), netip.MustParseAddr(server) // both are what addressOption gave
	if from.IsLoopback() || from.IsMulticast() || from.IsLinkLocalUnicast() {
		return e.failf("Invalid value for %s: %s is a loopback/multicast/link-local IP address", hint, source)
	}
	if from.Is4() != to.Is4() {
		return e.failf("Invalid value for %s / %s: %s / %s IP address family mismatch", serverArgument, hint, server, source)
	}
	return nil
}

func syslogVRF(e *edit, vrf string) error {
	if vrf == "" {
		return nil
	}
	known := []string{"default"}
	if strings.EqualFold(e.row("MGMT_VRF_CONFIG", "vrf_global")["mgmtVrfEnabled"], "true") {
		known = append(known, "mgmt")
	}
	_, err := click.Choice(e.cmd, "-r' / '--vrf", vrf, append(known, e.c.Keys(schema.TableVRF)...)...)
	return err
}

func delSyslog(e *edit) error {
	server, err := addressOption(e, serverArgument, e.args[0])
	if err != nil {
		return err
	}
	if !e.c.Has(tableSyslogServer, server) {
		return e.failf("Syslog server %s is not configured.", server)
	}
	e.c.Delete(tableSyslogServer, server)
	return nil
}

// limitRate stores a limit; a zero in it means that there is none.
func limitRate(e *edit, options []option, table, key, title string) error {
	row, err := e.optionRow(options)
	if err != nil {
		return err
	}
	if len(row) == 0 {
		return e.failf("Either interval or burst must be configured")
	}
	if row["rate_limit_interval"] == "0" || row["rate_limit_burst"] == "0" {
		row = commit.Row{"rate_limit_interval": "0", "rate_limit_burst": "0"}
		e.tellf("Disable syslog rate limit for %s", title)
	}
	e.c.Set(table, key, row)
	return nil
}

func limitService(e *edit, options []option) error {
	name := e.args[0]
	feature, ok := e.c.Row(tableFeature, name)
	if !ok {
		return quitf(click.CodeError, "Error: Invalid service name %s, please choose from: %s", name, strings.Join(e.c.Keys(tableFeature), ","))
	}
	if !strings.EqualFold(feature["support_syslog_rate_limit"], "true") {
		return quitf(click.CodeError, "Error: Service %s does not support syslog rate limit configuration", name)
	}
	return limitRate(e, options, tableSyslogFeature, name, name)
}

// newLogLevel makes `level`.
func newLogLevel(s *session.Session) *cobra.Command {
	levels := []string{"DEBUG", "INFO", "NOTICE", "WARN", "ERROR", "CRIT", "ALERT", "EMERG"}
	for _, level := range []string{"DEBUG", "INFO", "NOTICE", "WARN", "ERROR", "CRITICAL"} {
		levels = append(levels, "SAI_LOG_LEVEL_"+level)
	}
	options := []option{
		{name: "identifier", short: "i", needed: true},
		{name: "level", short: "l", field: "LOGLEVEL", needed: true, words: slices.Clip(levels)},
		{name: "container"}, {name: "program"}, {name: "pid"},
	}
	return withOptions(newEdit(s, "level", "Configure log level", func(e *edit) error {
		row, err := e.optionRow(options)
		if err != nil {
			return err
		}
		e.c.Set("LOGGER", e.cmd.Flags().Lookup("identifier").Value.String(), row)
		return nil
	}), options)
}

// newRateLimits makes `rate-limit-feature`. What it switches on in SONiC lives in containers of services; without them, each is passed over.
func newRateLimits(s *session.Session) *cobra.Command {
	command := func(name, doing, short string) *cobra.Command {
		cmd := newEdit(s, name+" [SERVICE_NAME]", short, func(e *edit) error {
			features := e.c.Keys(tableFeature)
			if name := e.arg(0); name != "" {
				if !slices.Contains(features, name) {
					return quitf(click.CodeError, "Error: Invalid service name %s, please choose from: %s", name, strings.Join(features, ","))
				}
				features = []string{name}
			}
			for _, f := range features {
				e.tellf("%s syslog rate limit feature for %s", doing, f)
				e.tellf("%s is not running, ignoring...", f)
			}
			return nil
		})
		return cmd
	}
	return click.Group("rate-limit-feature", "Configure syslog rate limit feature",
		command("enable", "Enabling", "Enable syslog rate limit feature"), command("disable", "Disabling", "Disable syslog rate limit feature"))
}
