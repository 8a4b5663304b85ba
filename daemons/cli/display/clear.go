package display

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
)

// NewClear makes the tree of `sonic-clear`.
func NewClear(s *session.Session) *cobra.Command {
	return click.Group("sonic-clear", "SONiC-compatible clear commands of Heddle",
		click.Command("counters", "Clear counters", click.Args(), func(cmd *cobra.Command, _ []string) error {
			return clearCounters(cmd.Context(), &view{Session: s, cmd: cmd})
		}),
		newClearFDB(s),
		newClearNeighbours(s, "arp", "Clear IP ARP table", false),
		newClearNeighbours(s, "ndp", "Clear IPv6 NDP table", true),
	)
}

func clearCounters(ctx context.Context, v *view) error {
	kept := baseline{Time: v.Now(), Ports: make(map[string]map[string]string)}
	for _, k := range []counterKind{portTable(), rifTable()} {
		all, err := v.readCounters(ctx, k.nameMap)
		if err != nil {
			return err
		}
		kept.keep(all)
	}
	if err := v.keepBaseline(kept); err != nil {
		return err
	}
	v.Printf("Cleared counters\n\n")
	return nil
}
