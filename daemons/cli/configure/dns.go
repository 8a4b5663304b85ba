package configure

import (
	"net/netip"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
)

const tableNameserver = "DNS_NAMESERVER"

// maxNameservers is what a resolver asks (resolv.conf(5)).
const maxNameservers = 3

// reserved says whether an IPv4 address is of the block that nobody has (RFC 1112 section 4).
func reserved(a netip.Addr) bool { return a.Is4() && a.As4()[0] >= 240 }

func newDNS(s *session.Session) *cobra.Command {
	add := newNameserver(s, "add", "Add static DNS nameserver entry", func(cmd *cobra.Command, c *commit.Candidate, addr string) error {
		if c.Has(tableNameserver, addr) {
			return click.Fail(cmd, "%s nameserver is already configured", addr)
		}
		if len(c.Keys(tableNameserver)) >= maxNameservers {
			return click.Fail(cmd, "The maximum number (%d) of nameservers exceeded.", maxNameservers)
		}
		c.Replace(tableNameserver, addr, commit.Row{})
		return nil
	})
	del := newNameserver(s, "del", "Delete static DNS nameserver entry", func(cmd *cobra.Command, c *commit.Candidate, addr string) error {
		if !c.Has(tableNameserver, addr) {
			return click.Fail(cmd, "DNS nameserver %s is not configured", addr)
		}
		c.Delete(tableNameserver, addr)
		return nil
	})
	return click.Group("dns", "Static DNS configuration", click.Group("nameserver", "Static DNS nameservers configuration", add, del))
}

func newNameserver(s *session.Session, name, short string, edit func(*cobra.Command, *commit.Candidate, string) error) *cobra.Command {
	return click.Command(name+" <ip_address>", short, click.Args("<ip_address>"), func(cmd *cobra.Command, args []string) error {
		a, err := netip.ParseAddr(args[0])
		if err != nil || a.IsUnspecified() || a.IsMulticast() || a.IsLoopback() || reserved(a) {
			return click.Fail(cmd, "%s invalid nameserver ip address", args[0])
		}
		return s.Change(cmd.Context(), func(c *commit.Candidate) error { return edit(cmd, c, a.String()) })
	})
}
