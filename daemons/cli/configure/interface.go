package configure

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

func newInterface(s *session.Session) *cobra.Command {
	g := click.Group("interface", "Interface-related configuration tasks",
		newAdmin(s, "startup", "Start up interface", schema.AdminUp),
		newAdmin(s, "shutdown", "Shut down interface", schema.AdminDown),
		newMTU(s),
		click.Group("ip", "Set IP interface attributes", newIPAdd(s), newIPRemove(s), newLoopbackAction(s)),
		newInterfaceIPv6(s),
		newInterfaceVRF(s),
		newMPLS(s),
		newTransceiver(s),
		newBreakout(s),
		newInterfacePFC(s),
	)
	g.AddCommand(newPortAttrs(s)...)
	g.AddCommand(newVRRP(s)...)
	g.AddCommand(newPortExtras(s)...)
	g.AddCommand(newPortBuffers(s)...)
	return oneASIC(g)
}

type adminOptions struct {
	*session.Session
	cmd    *cobra.Command
	name   string
	status schema.AdminStatus
}

func newAdmin(s *session.Session, name, short string, status schema.AdminStatus) *cobra.Command {
	o := &adminOptions{Session: s, status: status}
	return click.Command(name+" <interface_name>", short, click.Args("<interface_name>"), func(cmd *cobra.Command, args []string) error {
		o.cmd, o.name = cmd, args[0]
		return o.run(cmd.Context())
	})
}

func (o *adminOptions) run(ctx context.Context) error {
	return o.Change(ctx, func(c *commit.Candidate) error {
		names, err := interfacesNamed(o.Session, o.cmd, c, o.name)
		if err != nil {
			return err
		}
		for _, name := range names {
			c.SetField(adminTable(name), name, "admin_status", string(o.status))
		}
		return nil
	})
}

// adminTable gives the table where an interface has its admin status.
func adminTable(name string) string {
	if isSubInterface(name) {
		return schema.TableVLANSubInterface
	}
	switch schema.InterfaceName(name).Kind() {
	case schema.InterfaceVLAN:
		return schema.TableVLAN
	case schema.InterfaceLoopback:
		return schema.TableLoopbackInterface
	case schema.InterfacePortChannel:
		return schema.TablePortChannel
	case schema.InterfaceMgmt:
		return schema.TableMgmtPort
	}
	return schema.TablePort
}

type mtuOptions struct {
	*session.Session
	cmd  *cobra.Command
	name string
	mtu  int
}

func newMTU(s *session.Session) *cobra.Command {
	o := &mtuOptions{Session: s}
	return click.Command("mtu <interface_name> <interface_mtu>", "Set interface mtu", click.Args("<interface_name>", "<interface_mtu>"),
		func(cmd *cobra.Command, args []string) (err error) {
			o.cmd, o.name = cmd, args[0]
			if o.mtu, err = click.IntRange(cmd, "<interface_mtu>", args[1], 68, 9216); err != nil {
				return err
			}
			return o.run(cmd.Context())
		})
}

func (o *mtuOptions) run(ctx context.Context) error {
	return o.Change(ctx, func(c *commit.Candidate) error {
		name, err := portNamed(o.Session, o.cmd, c, o.name)
		if err != nil {
			return err
		}
		if channelOf(c, name) != "" {
			return click.Fail(o.cmd, "'interface_name' is in portchannel!")
		}
		if !exists(c, name) {
			return quitf(click.CodeError, "Invalid port %s", name)
		}
		c.SetField(adminTable(name), name, "mtu", strconv.Itoa(o.mtu))
		return nil
	})
}
