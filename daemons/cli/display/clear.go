package display

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// NewClear makes the tree of `sonic-clear`.
func NewClear(s *session.Session) *cobra.Command {
	return click.Group("sonic-clear", "SONiC-compatible clear commands of Heddle",
		click.Command("counters", "Clear counters", click.Args(), func(cmd *cobra.Command, _ []string) error {
			return clearCounters(cmd.Context(), &view{Session: s, cmd: cmd})
		}),
		click.Group("fdb", "Clear FDB table", click.Command("all", "Clear all dynamic FDB entries", click.Args(), func(cmd *cobra.Command, _ []string) error {
			return clearFDB(cmd.Context(), s)
		})),
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

// clearFDB asks orchagent, which owns the FDB, to flush what was learned.
func clearFDB(ctx context.Context, s *session.Session) error {
	db, err := s.DB(statedb.ApplDB)
	if err != nil {
		return err
	}
	if err := statedb.Publish(ctx, db, "FLUSHFDBREQUEST", "ALL", "ALL", nil); err != nil {
		return err
	}
	s.Printf("FDB entries are cleared.\n")
	return nil
}
