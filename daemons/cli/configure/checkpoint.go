package configure

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/checkpoint"
)

func checkpoints(s *session.Session) checkpoint.Store {
	return checkpoint.Store{Dir: s.Paths.CheckpointDir()}
}

// newOnCheckpoint makes a command that does something with one checkpoint.
func newOnCheckpoint(s *session.Session, name, short, done, failed string, work func(cmd *cobra.Command, name string) error) *cobra.Command {
	cmd := click.Command(name+" <checkpoint-name>", short, click.Args("<checkpoint-name>"), func(cmd *cobra.Command, args []string) error {
		if err := work(cmd, args[0]); err != nil {
			fmt.Fprintln(s.Err, failed)
			return click.Fail(cmd, "%s", err)
		}
		s.Printf("%s\n", done)
		return nil
	})
	cmd.Flags().BoolP("verbose", "v", false, "print additional details of what the operation is doing")
	return cmd
}

func newCheckpoint(s *session.Session) *cobra.Command {
	return newOnCheckpoint(s, "checkpoint", "Take a checkpoint of the whole current config with the specified checkpoint name.",
		"Checkpoint created successfully.", "Failed to create a config checkpoint", func(cmd *cobra.Command, name string) error {
			e, err := s.Engine()
			if err != nil {
				return err
			}
			c, err := e.Running(cmd.Context())
			if err != nil || s.Options.DryRun {
				return err
			}
			return checkpoints(s).Take(name, c)
		})
}

func newDeleteCheckpoint(s *session.Session) *cobra.Command {
	return newOnCheckpoint(s, "delete-checkpoint", "Delete a checkpoint with the specified checkpoint name.",
		"Checkpoint deleted successfully.", "Failed to delete config checkpoint", func(_ *cobra.Command, name string) error {
			if s.Options.DryRun {
				return nil
			}
			return checkpoints(s).Delete(name)
		})
}

func newListCheckpoints(s *session.Session) *cobra.Command {
	times := false
	cmd := click.Command("list-checkpoints", "List the config checkpoints available.", click.Args(), func(cmd *cobra.Command, _ []string) error {
		list, err := checkpoints(s).List()
		if err != nil {
			fmt.Fprintln(s.Err, "Failed to list config checkpoints")
			return click.Fail(cmd, "%s", err)
		}
		text, err := json.MarshalIndent(checkpointList(list, times), "", "    ")
		if err == nil {
			s.Printf("%s\n", text)
		}
		return err
	})
	cmd.Flags().BoolVarP(&times, "time", "t", false, "Add extra last modified time information for each checkpoint")
	cmd.Flags().BoolP("verbose", "v", false, "print additional details of what the operation is doing")
	return cmd
}

// checkpointList gives names alone, or with their times, newest first.
func checkpointList(list []checkpoint.Checkpoint, times bool) []any {
	if times {
		slices.SortStableFunc(list, func(a, b checkpoint.Checkpoint) int { return b.Time.Compare(a.Time) })
	}
	out := make([]any, len(list))
	for i, c := range list {
		out[i] = c.Name
		if times {
			out[i] = struct {
				Name string `json:"name"`
				Time string `json:"time"`
			}{c.Name, c.Time.UTC().Format("2006-01-02T15:04:05.000000-07:00")}
		}
	}
	return out
}

func newRollback(s *session.Session) *cobra.Command {
	return newWhole(s, "rollback <checkpoint-name>",
		"Rollback the whole config to the specified checkpoint, or by a number of commits: 1 takes the last one back, 0 goes to what it left.",
		"Config rolled back successfully.", "Failed to rollback config", rollbackRequest)
}

// rollbackRequest finds the configuration to go back to: a checkpoint, or a
// number of commits in the journal.
func rollbackRequest(o *wholeOptions, name string) (commit.Request, error) {
	target, err := checkpoints(o.Session).Read(name)
	comment := "rollback to checkpoint " + name
	var absent *checkpoint.AbsentError
	if n, ok := commitsBack(name); ok && errors.As(err, &absent) {
		var number uint64
		target, number, err = o.Journal().Back(n)
		comment = fmt.Sprintf("rollback to before commit %d", number)
		if n == 0 {
			comment = fmt.Sprintf("rollback to commit %d", number)
		}
	}
	q := replaceRequest(target)
	q.Mode, q.Kind, q.Comment = commit.Restored, commit.KindRollback, comment
	if why := o.Options.Comment; why != "" {
		q.Comment += ": " + why
	}
	return q, err
}

func commitsBack(name string) (int, bool) {
	n, err := strconv.Atoi(name)
	return n, err == nil && n >= 0 && !strings.HasPrefix(name, "+")
}

// newConfirm makes `config confirm`: the commit that waits stays.
func newConfirm(s *session.Session) *cobra.Command {
	return click.Command("confirm", "Keep the commit that waits for a confirmation", click.Args(), func(cmd *cobra.Command, _ []string) error {
		e, err := s.Engine()
		if err != nil {
			return err
		}
		if err := e.Settle(cmd.Context()); err != nil {
			return err
		}
		j := s.Journal()
		release, err := j.Lock(cmd.Context())
		if err != nil {
			return err
		}
		a, err := j.Confirm(s.Author())
		release()
		if err != nil {
			return err
		}
		s.Printf("Commit %d stays; %s were left.\n", a.Number, max(0, a.Deadline.Sub(s.Now())).Round(time.Second))
		return s.SaveCommitted(cmd.Context(), false)
	})
}
