package configure

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
)

const tableNTPServer = "NTP_SERVER"

// newNTP makes `config ntp`.
func newNTP(s *session.Session) *cobra.Command {
	var (
		kind    = click.ChoiceFlag{Value: "server", Choices: []string{"server", "pool"}}
		version click.IntFlag
		burst   bool
	)
	add := newEdit(s, "add <ntp_ip_address>", "Add NTP server IP", func(e *edit) error {
		row := commit.Row{}
		if version.IsSet && version.Value != 0 {
			row["version"] = strconv.Itoa(version.Value)
		}
		if kind.Value != "server" {
			row["association_type"] = kind.Value
		}
		if burst {
			row["iburst"] = "on"
		}
		return addNTP(e, kind.Value == "pool", row)
	})
	add.Flags().Var(&kind, "association-type", "Define the association type for this NTP server")
	add.Flags().BoolVar(&burst, "iburst", false, "Enable iburst for this NTP server")
	add.Flags().Var(&version, "version", "Specify the version for this NTP server")
	del := newEdit(s, "del <ntp_ip_address>", "Delete NTP server IP", delNTP)
	del.Aliases = []string{"delete"}
	return click.Group("ntp", "NTP server configuration tasks", add, del)
}

func addNTP(e *edit, pool bool, row commit.Row) error {
	server := e.args[0]
	if _, err := netip.ParseAddr(server); err != nil && !pool {
		return e.failf("Invalid IP address")
	}
	if e.c.Has(tableNTPServer, server) {
		e.tellf("NTP server %s is already configured", server)
		return nil
	}
	e.c.Replace(tableNTPServer, server, row)
	e.tellf("NTP server %s added to configuration", server)
	return nil
}

func delNTP(e *edit) error {
	server := e.args[0]
	if !e.c.Has(tableNTPServer, server) {
		return e.failf("NTP server %s is not configured.", server)
	}
	e.c.Delete(tableNTPServer, server)
	e.tellf("NTP server %s removed from configuration", server)
	return nil
}

// newBanner makes `config banner`. A message may say \n for a new line.
func newBanner(s *session.Session) *cobra.Command {
	message := func(name, short string) *cobra.Command {
		return newEdit(s, name+" <message>", short, func(e *edit) error {
			e.c.SetField("BANNER_MESSAGE", "global", name, strings.ReplaceAll(e.args[0], "\n", `\n`))
			return nil
		})
	}
	return click.Group("banner", "Configuring system banner messages",
		newEdit(s, "state <enabled|disabled>", "Set banner feature state", func(e *edit) error {
			if _, err := click.Choice(e.cmd, "<enabled|disabled>", e.args[0], "enabled", "disabled"); err != nil {
				return err
			}
			e.c.SetField("BANNER_MESSAGE", "global", "state", e.args[0])
			return nil
		}),
		message("login", "Set login message"), message("logout", "Set logout message"), message("motd", "Set message of the day"))
}
