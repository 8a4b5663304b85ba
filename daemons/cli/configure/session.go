package configure

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/tabulate"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/draft"
)

// newSession makes `config session`: changes are collected in a candidate and
// committed as one.
func newSession(s *session.Session) *cobra.Command {
	return click.Group("session", "Collect changes and commit them as one",
		newSessionBegin(s), newSessionEdit(s), newSessionList(s), newSessionDiff(s), newSessionCheck(s),
		newSessionCommit(s, "commit", "[<name>]"), newSessionRebase(s), newSessionAbort(s), newSessionShell(s))
}

// sessionName is the session that a command is about: the one it names, or the
// one that is being edited.
func sessionName(s *session.Session, args []string) string {
	if len(args) > 0 {
		return args[0]
	}
	return cmp.Or(s.Options.Draft, draft.Default)
}

// newOnSession makes a command about one session.
func newOnSession(s *session.Session, use, short string, run func(cmd *cobra.Command, name string) error) *cobra.Command {
	return click.Command(use+" [<name>]", short, click.Args("[<name>]"), func(cmd *cobra.Command, args []string) error {
		return run(cmd, sessionName(s, args))
	})
}

// switchConfig reads the running configuration, also while a session is edited.
func switchConfig(s *session.Session, cmd *cobra.Command) (commit.Config, error) {
	e, err := s.Engine()
	if err != nil {
		return nil, err
	}
	return e.Running(cmd.Context())
}

func newSessionBegin(s *session.Session) *cobra.Command {
	return newOnSession(s, "begin", "Begin a session on the running configuration", func(cmd *cobra.Command, name string) error {
		if err := begin(s, cmd, name); err != nil {
			return err
		}
		s.Printf("Session %q has begun: run 'config --session %s COMMAND', or export %s=%s.\n", name, name, sessionVariable, name)
		return nil
	})
}

func begin(s *session.Session, cmd *cobra.Command, name string) error {
	running, err := switchConfig(s, cmd)
	if err != nil {
		return err
	}
	_, err = s.Drafts().Begin(name, s.Author(), running, s.Now())
	return err
}

func newSessionAbort(s *session.Session) *cobra.Command {
	return newOnSession(s, "abort", "Forget a session", func(_ *cobra.Command, name string) error {
		if err := s.Drafts().Abort(name); err != nil {
			return err
		}
		s.Printf("Session %q is forgotten.\n", name)
		return nil
	})
}

func newSessionList(s *session.Session) *cobra.Command {
	return click.Command("list", "List the sessions", click.Args(), func(*cobra.Command, []string) error {
		list, err := s.Drafts().List()
		if err != nil {
			return err
		}
		rows := make([][]string, len(list))
		for i, d := range list {
			rows[i] = []string{d.Name, d.Author.String(), d.Began.Local().Format(time.DateTime), strconv.Itoa(len(d.Commands)), strconv.Itoa(len(d.Changes()))}
		}
		s.Printf("%s\n", tabulate.Render([]string{"Session", "Begun by", "Begun", "Commands", "Rows changed"}, rows, tabulate.Options{AllText: true}))
		return nil
	})
}

func newSessionDiff(s *session.Session) *cobra.Command {
	return newOnSession(s, "diff", "Tell what a session changes in the running configuration", func(cmd *cobra.Command, name string) error {
		d, err := s.Drafts().Read(name)
		if err != nil {
			return err
		}
		running, err := switchConfig(s, cmd)
		if err != nil {
			return err
		}
		merged, clashes := commit.Merge(d.Base, d.Mine, running)
		s.Printf("%s", commit.Text(commit.Diff(running, merged)))
		for _, c := range clashes {
			fmt.Fprintln(s.Err, "Conflict:", c)
		}
		return nil
	})
}

func newSessionCheck(s *session.Session) *cobra.Command {
	return newOnSession(s, "check", "Judge a session as its commit would", func(cmd *cobra.Command, name string) error {
		s.Options.DryRun = true
		r, err := commitDraft(s, cmd, name, false)
		if err == nil {
			s.Printf("Session %q can be committed: %d row(s).\n", name, len(r.Changes))
		}
		return err
	})
}

// newSessionRebase moves a session on to the running configuration.
func newSessionRebase(s *session.Session) *cobra.Command {
	return newOnSession(s, "rebase", "Take what others have changed into a session; where both changed something the session's own stays",
		func(cmd *cobra.Command, name string) error {
			running, err := switchConfig(s, cmd)
			if err != nil {
				return err
			}
			var clashes []commit.Clash
			err = s.Drafts().Update(name, func(d *draft.Draft) error {
				d.Mine, clashes = commit.Merge(d.Base, d.Mine, running)
				d.Base, d.Changed = running, s.Now()
				return nil
			})
			for _, c := range clashes {
				s.Printf("The session's own stays: %s\n", c)
			}
			return err
		})
}

// newCommit makes `config commit`, of the session that is being edited.
func newCommit(s *session.Session) *cobra.Command { return newSessionCommit(s, "commit", "") }

// newSessionCommit makes a commit command. Behind the name may stand what
// operators of other systems type: "confirmed 5", "comment TEXT".
func newSessionCommit(s *session.Session, use, name string) *cobra.Command {
	force := false
	cmd := click.Command(strings.TrimSpace(use+" "+name)+" [confirmed [<minutes>]] [comment <text>]", "Commit a session as one change",
		click.Args("[WORDS...]"), func(cmd *cobra.Command, args []string) error {
			var named []string
			if name != "" && len(args) > 0 && args[0] != "confirmed" && args[0] != "comment" {
				named, args = args[:1], args[1:]
			}
			if err := commitWords(s, cmd, args); err != nil {
				return err
			}
			session := sessionName(s, named)
			r, err := commitDraft(s, cmd, session, force)
			if err != nil || s.Options.DryRun {
				return err
			}
			s.Printf("Session %q is committed: %d row(s) changed.\n", session, len(r.Changes))
			return s.Drafts().Abort(session)
		})
	cmd.Flags().BoolVar(&force, "force", false, "Where others have changed the same since, let the session win")
	return cmd
}

// defaultConfirm is how long a commit waits where nobody says.
const defaultConfirm = 10

// commitWords reads "confirmed 5" and "comment TEXT".
func commitWords(s *session.Session, cmd *cobra.Command, words []string) error {
	for len(words) > 0 {
		word := words[0]
		words = words[1:]
		switch word {
		case "confirmed":
			s.Options.Confirmed = defaultConfirm
			if len(words) > 0 && words[0] != "comment" {
				n, err := click.IntRange(cmd, "<minutes>", words[0], 1, maxConfirm)
				if err != nil {
					return err
				}
				s.Options.Confirmed, words = n, words[1:]
			}
		case "comment":
			if len(words) == 0 {
				return click.Fail(cmd, "Missing argument '<text>'.")
			}
			s.Options.Comment, words = strings.Join(words, " "), nil
		default:
			return click.Fail(cmd, "Got unexpected extra argument (%s)", word)
		}
	}
	return checkCommitOptions(s, cmd)
}

// commitDraft makes a session's changes on the running configuration. What
// others have changed elsewhere since stays.
func commitDraft(s *session.Session, cmd *cobra.Command, name string, force bool) (commit.Result, error) {
	d, err := s.Drafts().Read(name)
	if err != nil {
		return commit.Result{}, err
	}
	s.Options.Draft = ""
	return s.Commit(cmd.Context(), commit.Request{Mode: commit.Complete, Edit: func(c *commit.Candidate) error {
		merged, clashes := commit.Merge(d.Base, d.Mine, c.Config())
		if len(clashes) > 0 && !force {
			return fmt.Errorf("session %q: %w", name, &commit.MergeError{Clashes: clashes})
		}
		c.ReplaceAll(merged)
		return nil
	}})
}
