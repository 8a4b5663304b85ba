package display

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// newClearSTP makes `sonic-clear spanning-tree`.
func newClearSTP(s *session.Session) *cobra.Command {
	vlan := func(cmd *cobra.Command, text string) (string, error) {
		id, err := click.Int(cmd, "<vlan_id>", text)
		if err == nil && (id < 1 || id > int(schema.MaxVLANID)) {
			err = click.Fail(cmd, "Invalid VLAN ID %d (1-%d)", id, schema.MaxVLANID)
		}
		return text, err
	}
	all := click.Command("statistics", "Clear spanning tree statistics", click.Args(), func(cmd *cobra.Command, _ []string) error {
		return requestClearSTP(cmd.Context(), s, "ALL", "ALL")
	})
	all.AddCommand(
		click.Command("interface <interface_name>", "Clear statistics of an interface", click.Args("<interface_name>"), func(cmd *cobra.Command, args []string) error {
			return requestClearSTP(cmd.Context(), s, "INTERFACE", args[0])
		}),
		click.Command("vlan <vlan_id>", "Clear statistics of a VLAN", click.Args("<vlan_id>"), func(cmd *cobra.Command, args []string) error {
			id, err := vlan(cmd, args[0])
			if err != nil {
				return err
			}
			return requestClearSTP(cmd.Context(), s, "VLAN", id)
		}),
		click.Command("vlan-interface <vlan_id> <interface_name>", "Clear statistics of an interface in a VLAN", click.Args("<vlan_id>", "<interface_name>"), func(cmd *cobra.Command, args []string) error {
			id, err := vlan(cmd, args[0])
			if err != nil {
				return err
			}
			return requestClearSTP(cmd.Context(), s, "VLAN-INTERFACE", id+"|"+args[1])
		}),
	)
	return click.Group("spanning-tree", "Clear Spanning-tree counters", all)
}

// requestClearSTP asks stpd, which counts.
func requestClearSTP(ctx context.Context, s *session.Session, scope, name string) error {
	db, err := s.DB(statedb.ApplDB)
	if err != nil {
		return err
	}
	return statedb.Publish(ctx, db, schema.ChannelSTPClear, scope, name, nil)
}
