package configure

import (
	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
)

// sessionVariable names the configuration session that commands edit where no
// option does.
const sessionVariable = "HEDDLE_SESSION"

// maxConfirm bounds how long a commit waits for its confirmation, in minutes.
const maxConfirm = 1440

// addCommits makes the commands about commits, and gives every command the
// options of a commit.
func addCommits(s *session.Session, root *cobra.Command) {
	root.AddCommand(newApplyPatch(s), newReplace(s), newCheckpoint(s), newRollback(s), newDeleteCheckpoint(s), newListCheckpoints(s),
		newConfirm(s), newCommit(s), newSession(s))
	edited := ""
	if s.Getenv != nil { // programs that only look at the commands have no environment
		edited = s.Getenv(sessionVariable)
	}
	f := root.PersistentFlags()
	f.BoolVar(&s.Options.DryRun, "dry-run", false, "Tell what would change, and change nothing")
	f.BoolVar(&s.Options.Diff, "diff", false, "Tell what changes")
	f.StringVar(&s.Options.Comment, "comment", "", "Why, for the journal")
	f.StringVar(&s.Options.Draft, "session", edited, "Edit this configuration session, default $"+sessionVariable)
	f.IntVar(&s.Options.Confirmed, "confirmed", 0, "Take the change back after that many minutes unless 'config confirm' comes first")
	f.BoolVar(&s.Options.Save, "save", false, "Save the configuration for the next start once it is committed")
	f.IntVar(&s.Options.Wait, "wait", 0, "Tell what becomes of each row in the ASIC; =SECONDS how long to wait, default 30")
	f.Lookup("wait").NoOptDefVal = "30"
	f.BoolVar(&s.Options.Atomic, "atomic", false, "Wait, and take the change back when the ASIC refuses a part of it")
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		if err := checkCommitOptions(s, cmd); err != nil {
			return err
		}
		return s.MayConfigure()
	}
}

func checkCommitOptions(s *session.Session, cmd *cobra.Command) error {
	o := s.Options
	switch {
	case o.Confirmed < 0 || o.Confirmed > maxConfirm:
		return click.Fail(cmd, "Invalid value for '--confirmed': %d is not in the range 1<=x<=%d.", o.Confirmed, maxConfirm)
	case o.Confirmed > 0 && o.Save:
		return click.Fail(cmd, "'--save' does not go with '--confirmed': what waits for a confirmation is not saved")
	}
	return nil
}
