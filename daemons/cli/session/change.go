package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/draft"
	"github.com/heddle-nos/heddle/daemons/commit/journal"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// Options are those of every `config` command.
type Options struct {
	DryRun    bool
	Diff      bool   // tell what changes
	Comment   string // why
	Draft     string // the configuration session to edit instead of the running configuration
	Confirmed int    // minutes until the change is taken back, 0 for one that stays
	Save      bool   // what was committed, for the next start
	Wait      int    // seconds for the ASIC to have it, 0: do not wait
	Atomic    bool   // take the change back when a part of it fails
}

// beforeSecret are the words of commands that a secret follows, and options whose value is one.
var beforeSecret = []string{"passkey", "bind_password", "--bind-password", "--key", "-k", "--passkey", "--auth-password", "--encrypt-password"}

// hidden gives the words of a command without its secrets.
func hidden(args []string) []string {
	words := slices.Clone(args)
	for i, a := range words {
		if i > 0 && slices.Contains(beforeSecret, args[i-1]) {
			words[i] = "***"
		} else if name, _, ok := strings.Cut(a, "="); ok && slices.Contains(beforeSecret, name) {
			words[i] = name + "=***"
		}
	}
	return words
}

// line writes a command so that a shell would read it as it was typed, but for its secrets: the journal and the system's log have it.
func line(program string, args []string) string {
	words := []string{program}
	for _, a := range hidden(args) {
		if a == "" || strings.ContainsAny(a, " \t\n\"'\\$|&;<>()*?[]#~`!{}") {
			a = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
		}
		words = append(words, a)
	}
	return strings.Join(words, " ")
}

// Author is who runs the command. He is looked for once a command.
func (s *Session) Author() commit.Author {
	if s.author == nil {
		s.author = &commit.Author{Program: s.program, Command: s.command}
		if s.Who != nil {
			*s.author = s.Who(s.program, s.command)
		}
	}
	return *s.author
}

// Journal gives the record of commits.
func (s *Session) Journal() *journal.Journal {
	return journal.Open(s.Paths.JournalDir(), journal.DefaultLimits(), s.Say)
}

// Drafts gives the configuration sessions of whoever runs the command.
func (s *Session) Drafts() draft.Store { return draft.Of(s.Paths.SessionDir(), s.Author().User) }

// Change makes a command's change.
func (s *Session) Change(ctx context.Context, edit func(*commit.Candidate) error) error {
	_, err := s.Commit(ctx, commit.Request{Mode: commit.Added, Edit: edit})
	return err
}

// Commit makes a change: in the configuration session that is being edited, or
// else in the running configuration, as the options say. It tells the warnings.
func (s *Session) Commit(ctx context.Context, q commit.Request) (commit.Result, error) {
	if s.Options.Draft != "" {
		return s.edit(q)
	}
	e, err := s.Engine()
	if err != nil {
		return commit.Result{}, err
	}
	q.DryRun = q.DryRun || s.Options.DryRun
	if q.Comment == "" {
		q.Comment = s.Options.Comment
	}
	q.Confirm = time.Duration(s.Options.Confirmed) * time.Minute
	r, err := e.Commit(ctx, q)
	s.tell(r)
	if err != nil || q.DryRun || len(r.Changes) == 0 {
		return r, err
	}
	return r, s.after(ctx, q, r)
}

// tell gives the warnings and, where it is asked for, what changes.
func (s *Session) tell(r commit.Result) {
	s.Warn(r.Warnings)
	if r.Unrecorded != nil {
		fmt.Fprintf(s.Err, "Warning: the change is not in the journal: %s\n", r.Unrecorded)
	}
	if s.Options.Diff || s.Options.DryRun {
		s.Printf("%s", commit.Text(r.Changes))
	}
}

// after does what follows a commit.
func (s *Session) after(ctx context.Context, q commit.Request, r commit.Result) error {
	if s.Options.Wait > 0 || s.Options.Atomic {
		if err := s.await(ctx, r); err != nil {
			return err
		}
	}
	if q.Confirm > 0 {
		a, waits, err := s.Journal().Awaiting()
		if err == nil && waits {
			s.Printf("Commit %d is taken back at %s unless 'config confirm' comes first.\n", a.Number, a.Deadline.Local().Format(time.TimeOnly))
		}
		return err
	}
	if s.warnAwaited() && !s.Options.Save {
		return nil // config confirm saves it
	}
	ended := slices.ContainsFunc(r.Changes, func(c commit.Change) bool { return c.Table == tableCommit })
	return s.SaveCommitted(ctx, ended)
}

// warnAwaited reminds of a commit that still waits: what came after it would go with it. It says whether there is one.
func (s *Session) warnAwaited() bool {
	a, waits, err := s.Journal().Awaiting()
	if err != nil || !waits {
		return false
	}
	fmt.Fprintf(s.Err, "Warning: commit %d waits for 'config confirm'; at %s it is taken back, and this change with it.\n",
		a.Number, a.Deadline.Local().Format(time.TimeOnly))
	return true
}

// tableCommit of CONFIG_DB says in its row global whether every commit is saved.
const tableCommit = "CONFIG_COMMIT"

// SaveCommitted saves what was committed for the next start, if that is asked for: by an option, or for every commit. One that ends the latter is
// saved too, or the next start would begin it again.
func (s *Session) SaveCommitted(ctx context.Context, ended bool) error {
	if !s.Options.Save && !ended {
		db, err := s.DB(statedb.ConfigDB)
		if err != nil {
			return err
		}
		row, _, err := db.Get(ctx, tableCommit, "global")
		if err != nil || row["save_on_commit"] != "true" {
			return err
		}
	}
	return s.Save(ctx, s.Paths.ConfigFile())
}

// ErrUnconfirmed keeps a change that waits for its confirmation out of the file that the switch starts with.
var ErrUnconfirmed = errors.New("a commit waits for its confirmation; run 'config confirm' first")

// Save writes the running configuration to a file, while no commit goes on.
func (s *Session) Save(ctx context.Context, file string) error {
	e, err := s.Engine()
	if err != nil {
		return err
	}
	may := func() error {
		if _, waits, err := s.Journal().Awaiting(); err == nil && waits && file == s.Paths.ConfigFile() {
			return ErrUnconfirmed
		}
		return nil
	}
	if s.Options.DryRun {
		if err := may(); err != nil {
			return fmt.Errorf("save configuration: %w", err)
		}
		_, err := e.Running(ctx)
		return err
	}
	return e.Save(ctx, file, may)
}

// edit makes a command's change in the configuration session.
func (s *Session) edit(q commit.Request) (r commit.Result, err error) {
	work := func(d *draft.Draft) error {
		c := commit.NewCandidate(d.Mine)
		if err := q.Edit(c); err != nil {
			return err
		}
		r.Changes = commit.Diff(d.Mine, c.Config())
		if len(r.Changes) == 0 {
			return nil
		}
		r.Warnings, err = commit.Judge(s.Checker, q.Mode, d.Mine, c.Config(), r.Changes, q.Ignore)
		d.Mine, d.Changed, d.Commands = c.Config(), s.Now(), append(d.Commands, s.command)
		return err
	}
	if s.Options.DryRun {
		var d *draft.Draft
		if d, err = s.Drafts().Read(s.Options.Draft); err == nil {
			err = work(d)
		}
	} else {
		err = s.Drafts().Update(s.Options.Draft, work)
	}
	s.tell(r)
	return r, err
}

// Running reads the configuration that commands work on: that of the session
// that is being edited, or the switch's.
func (s *Session) Running(ctx context.Context) (commit.Config, error) {
	if s.Options.Draft != "" {
		d, err := s.Drafts().Read(s.Options.Draft)
		if err != nil {
			return nil, err
		}
		return d.Mine, nil
	}
	e, err := s.Engine()
	if err != nil {
		return nil, err
	}
	return e.Running(ctx)
}
