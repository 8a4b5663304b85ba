package display

import (
	"context"
	"net/netip"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/kernel"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

func newClearFDB(s *session.Session) *cobra.Command {
	return click.Group("fdb", "Clear FDB table",
		click.Command("all", "Clear all dynamic FDB entries", click.Args(), func(cmd *cobra.Command, _ []string) error {
			return requestFlush(cmd.Context(), s, "ALL", "ALL")
		}),
		click.Command("port <portid>", "Clear dynamic FDB entries of a port", click.Args("<portid>"), func(cmd *cobra.Command, args []string) error {
			v := &view{Session: s, cmd: cmd}
			p, err := v.ports(cmd.Context())
			if err != nil {
				return err
			}
			name, err := p.named(v, args[0])
			if err != nil {
				return err
			}
			if p.config[name] == nil && schema.InterfaceName(name).Kind() != schema.InterfacePortChannel {
				return click.Fail(cmd, "%s does not exist", args[0])
			}
			return requestFlush(cmd.Context(), s, "PORT", name)
		}),
		click.Command("vlan <vlanid>", "Clear dynamic FDB entries of a VLAN", click.Args("<vlanid>"), func(cmd *cobra.Command, args []string) error {
			id, err := click.Int(cmd, "<vlanid>", args[0])
			if err != nil {
				return err
			}
			if id < 1 || id > int(schema.MaxVLANID) {
				return click.Fail(cmd, "Invalid VLAN ID %d (1-%d)", id, schema.MaxVLANID)
			}
			return requestFlush(cmd.Context(), s, "VLAN", "Vlan"+schema.VLANID(id).String())
		}),
	)
}

// requestFlush asks orchagent, which owns the FDB, to flush what was learned.
func requestFlush(ctx context.Context, s *session.Session, scope, name string) error {
	db, err := s.DB(statedb.ApplDB)
	if err != nil {
		return err
	}
	if err := statedb.Publish(ctx, db, "FLUSHFDBREQUEST", scope, name, nil); err != nil {
		return err
	}
	s.Printf("FDB entries are cleared.\n\n")
	return nil
}

func newClearNeighbours(_ *session.Session, name, short string, v6 bool) *cobra.Command {
	cmd := click.Command(name+" [IPADDRESS]", short, click.Args("[IPADDRESS]"), func(cmd *cobra.Command, args []string) error {
		var addr netip.Addr
		if len(args) > 0 {
			a, err := netip.ParseAddr(args[0])
			if err != nil || a.Is6() != v6 {
				return click.Fail(cmd, "Invalid IP address %s", args[0])
			}
			addr = a
		}
		k, err := kernel.Here()
		if err != nil {
			return err
		}
		defer k.Close()
		return k.ForgetNeighbours(v6, addr)
	})
	cmd.Flags().StringP("namespace", "n", "", "Namespace name or all")
	return cmd
}
