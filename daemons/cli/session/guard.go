package session

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/journal"
	"github.com/heddle-nos/heddle/daemons/tacacs/broker"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// Words of AAA's field login.
const (
	byServers = "tacacs+"
	bySwitch  = "local"
)

// AAA is where it is asked and told who runs which command. Without it, nobody is.
type AAA struct {
	Broker broker.Client
	Remote func(uid int) bool // whether a user is the servers' and not the switch's own
}

// policy is what the rows of AAA say about commands.
type policy struct{ authorization, accounting []string }

// policy reads both rows at once. While the database cannot be read there is no policy, and nothing that a command could change either.
func (s *Session) policy(ctx context.Context) policy {
	client, err := s.Client()
	if err != nil || !client.Listens(statedb.ConfigDB) {
		return policy{}
	}
	db := client.DB(statedb.ConfigDB)
	pipe := db.Redis().Pipeline()
	authorization := pipe.HGet(ctx, db.RowKey("AAA", "authorization"), "login")
	accounting := pipe.HGet(ctx, db.RowKey("AAA", "accounting"), "login")
	_, _ = pipe.Exec(ctx) // a row that is absent is an error too
	return policy{strings.Split(authorization.Val(), ","), strings.Split(accounting.Val(), ",")}
}

// Guard runs a command if he who typed it may, and tells of its end, as AAA says.
func (s *Session) Guard(ctx context.Context, args []string, run func() int) int {
	if s.AAA == nil {
		return run()
	}
	p := s.policy(ctx)
	asked, told := slices.Contains(p.authorization, byServers), slices.Contains(p.accounting, byServers)
	if !asked && !told && !slices.Contains(p.accounting, bySwitch) {
		return run()
	}
	a := s.Author()
	cmd := broker.Command{User: a.User, UID: a.UID, Place: a.From, Words: append([]string{s.program}, hidden(args)...)}
	began, code := s.Now(), click.CodeError
	if asked && s.AAA.Remote(a.UID) {
		if err := s.authorize(ctx, cmd, slices.Contains(p.authorization, bySwitch)); err != nil {
			fmt.Fprintf(s.Err, "Error: %s\n", err)
			s.account(p, a, cmd, began, code)
			return code
		}
	}
	code = run()
	s.account(p, a, cmd, began, code)
	return code
}

// authorize asks the servers about a command. If they are silent, the switch's own rules are enough where AAA has them too.
func (s *Session) authorize(ctx context.Context, cmd broker.Command, orSwitch bool) error {
	answer, err := s.AAA.Broker.Authorize(ctx, cmd)
	switch {
	case ctx.Err() != nil:
		return click.ErrAborted
	case err == nil && answer.Verdict == broker.Allowed:
		return nil
	case err == nil && answer.Verdict == broker.Denied:
		why := fmt.Errorf("permission denied: TACACS+ does not let %s run this command", cmd.User)
		if answer.Text != "" {
			why = fmt.Errorf("%w: %q", why, answer.Text)
		}
		return s.refuse(why)
	case orSwitch:
		fmt.Fprintln(s.Err, "Warning: no TACACS+ server answers, the switch's own rules decide")
		return nil
	}
	return s.refuse(errors.New("permission denied: no TACACS+ server answers, and AAA authorization has no local"))
}

// refuse has an attempt recorded. Whoever may not write the journal is in the system's log all the same.
func (s *Session) refuse(why error) error {
	rec := commit.Record{Time: s.Now(), Kind: commit.KindCommit, Author: s.Author(), Refused: why.Error()}
	if err := s.Journal().Refused(rec); err != nil && !errors.Is(err, fs.ErrPermission) {
		return errors.Join(why, err)
	}
	return why
}

// account tells that a command ran, without waiting for servers. What was started by nobody, such as at boot, is not accounted.
func (s *Session) account(p policy, a commit.Author, cmd broker.Command, began time.Time, code int) {
	if a.UID == 0 && a.From == "" {
		return
	}
	if slices.Contains(p.accounting, bySwitch) && s.Say != nil {
		s.Say(journal.Line{Author: a, Text: journal.OneLine(fmt.Sprintf("command by %s: %s: exit code %d", a, a.Command, code))})
	}
	if !slices.Contains(p.accounting, byServers) {
		return
	}
	if err := s.AAA.Broker.Tell(cmd, broker.Run{ID: os.Getpid(), Began: began, Ended: s.Now(), Code: code}); err != nil && s.Say != nil {
		s.Say(journal.Line{Author: a, Refused: true, Text: journal.OneLine(fmt.Sprintf("command by %s not accounted: %s: %s", a, err, a.Command))})
	}
}
