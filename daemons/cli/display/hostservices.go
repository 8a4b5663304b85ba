package display

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/chrony"
	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// addHostServices makes the commands about the services of the host that are listed in no other way.
func addHostServices(s *session.Session, root *cobra.Command) {
	root.AddCommand(
		command(s, "ntp", "Show NTP information", click.Args(), showNTP),
		command(s, "banner", "Show banner messages", click.Args(), showBanner),
		command(s, "snmptrap", "Show SNMP agent Trap server configuration", click.Args(), showSNMPTraps),
	)
	groupAt(root, "runningconfiguration").AddCommand(
		command(s, "ntp", "Show NTP running configuration", click.Args(), showRunningNTP),
		command(s, "syslog", "Show Syslog running configuration", click.Args(), showRunningSyslog),
	)
}

func hostListings() []listing {
	return []listing{
		{
			path: "snmpagentaddress", short: "Show SNMP agent listening IP address configuration", db: statedb.ConfigDB, table: "SNMP_AGENT_ADDRESS_CONFIG",
			columns: []column{{"ListenIP", "@0", "", ""}, {"ListenPort", "@1", "", ""}, {"ListenVrf", "@2", "", ""}},
		},
		{
			path: "dns nameserver", short: "Show static DNS configuration", db: statedb.ConfigDB, table: "DNS_NAMESERVER", less: byAddress,
			columns: []column{{"Nameserver", "@", "", ""}}, layout: tabulate.Options{AllText: true},
		},
		{
			path: "ldap-server", short: "Show LDAP servers", db: statedb.ConfigDB, table: "LDAP_SERVER",
			columns: []column{{"HOSTNAME", "@", "", ""}, {"PRIORITY", "priority", "N/A", ""}},
		},
		{
			path: "passw-hardening policies", short: "Show password policies", db: statedb.ConfigDB, table: "PASSW_HARDENING", only: "POLICIES",
			columns: []column{
				{"STATE", "state", "N/A", ""}, {"EXPIRATION", "expiration", "N/A", ""}, {"EXPIRATION WARNING", "expiration_warning", "N/A", ""},
				{"HISTORY CNT", "history_cnt", "N/A", ""}, {"LEN MIN", "len_min", "N/A", ""}, {"REJECT USER PASSW MATCH", "reject_user_passw_match", "N/A", ""},
				{"LOWER CLASS", "lower_class", "N/A", ""}, {"UPPER CLASS", "upper_class", "N/A", ""}, {"DIGITS CLASS", "digits_class", "N/A", ""},
				{"SPECIAL CLASS", "special_class", "N/A", ""},
			},
		},
		{
			path: "ssh-server policies", short: "Show SSH server policies", db: statedb.ConfigDB, table: "SSH_SERVER", only: "POLICIES",
			columns: []column{
				{"AUTHENTICATION RETRIES", "authentication_retries", "N/A", ""}, {"LOGIN TIMEOUT", "login_timeout", "N/A", ""}, {"PORTS", "ports", "N/A", ""},
				{"INACTIVITY TIMEOUT", "inactivity_timeout", "N/A", ""}, {"MAX SESSIONS", "max_sessions", "N/A", ""},
			},
		},
	}
}

func showNTP(ctx context.Context, v *view, _ []string) error {
	for _, ask := range []func(context.Context) (string, error){chrony.Tracking, chrony.Sources} {
		said, err := ask(ctx)
		if err != nil {
			return &click.ExitError{Code: click.CodeError, Text: err.Error()}
		}
		v.Printf("%s", said)
	}
	return nil
}

// showBanner puts the lines of a message below each other.
func showBanner(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "BANNER_MESSAGE")
	if err != nil {
		return err
	}
	t := table{headers: []string{"state", "login", "motd", "logout"}}
	if row, ok := rows["global"]; ok {
		cells := make([]string, len(t.headers))
		for i, h := range t.headers {
			cells[i] = strings.ReplaceAll(row[h], `\n`, "\n")
		}
		t.rows = [][]string{cells}
	}
	return v.print(t)
}

func showSNMPTraps(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "SNMP_TRAP_CONFIG")
	if err != nil {
		return err
	}
	t := table{headers: []string{"Version", "TrapReceiverIP", "Port", "VRF", "Community"}}
	for _, key := range slices.SortedFunc(maps.Keys(rows), natural.Compare) {
		row := rows[key]
		version := strings.TrimSuffix(strings.TrimPrefix(key, "v"), "TrapDest")
		t.rows = append(t.rows, []string{version, row["DestIp"], row["DestPort"], row["vrf"], row["Community"]})
	}
	return v.print(t)
}

// showRunningNTP lists the servers that the clock is taken from.
func showRunningNTP(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "NTP_SERVER")
	if err != nil {
		return err
	}
	t := table{headers: []string{"NTP Servers"}, layout: tabulate.Options{AllText: true}}
	for _, key := range slices.SortedFunc(maps.Keys(rows), byAddress) {
		if rows[key]["admin_state"] != "disabled" && rows[key]["association_type"] != "pool" {
			t.rows = append(t.rows, []string{or(rows[key]["resolve_as"], key)})
		}
	}
	return v.print(t)
}

// showRunningSyslog lists the servers that messages are sent to.
func showRunningSyslog(ctx context.Context, v *view, _ []string) error {
	rows, err := v.all(ctx, statedb.ConfigDB, "SYSLOG_SERVER")
	if err != nil {
		return err
	}
	t := table{headers: []string{"Syslog Servers"}, layout: tabulate.Options{AllText: true}}
	for _, key := range slices.SortedFunc(maps.Keys(rows), byAddress) {
		t.rows = append(t.rows, []string{"[" + key + "]"})
	}
	return v.print(t)
}
