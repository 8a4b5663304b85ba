package session

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/author"
	"github.com/heddle-nos/heddle/daemons/commit/journal"
	"github.com/heddle-nos/heddle/daemons/commit/role"
	"github.com/heddle-nos/heddle/daemons/tacacs/broker"
	"github.com/heddle-nos/heddle/daemons/tacacs/remoteuser"
	"github.com/heddle-nos/heddle/internal/paths"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// systemLog is where programs reach the system's log.
const systemLog = "/dev/log"

// Session is what a command gets from the world.
type Session struct {
	In       io.Reader
	Out, Err io.Writer
	Getenv   func(string) string
	Now      func() time.Time
	Paths    paths.Paths
	Checker  commit.Checker

	Who     func(program, command string) commit.Author // finds out who runs the command; nil where nobody asks
	Permit  func(commit.Author, []string) error         // says whether somebody may change tables; nil where everybody may
	Say     func(journal.Line)                          // tells the system's log; nil where there is none
	AAA     *AAA                                        // is asked about commands and told of them; nil where nobody is
	Options Options                                     // of `config`

	program, command string
	author           *commit.Author // of the command, once somebody asked
	client           *statedb.Client
}

// Begin tells which command line this is, for the journal.
func (s *Session) Begin(program string, args []string) {
	s.program, s.command, s.author = program, line(program, args), nil
}

// New makes the session of a program started by an operator.
func New(check commit.Checker) *Session {
	return &Session{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Getenv: os.Getenv, Now: time.Now, Paths: paths.FromEnv(), Checker: check,
		Who: func(program, command string) commit.Author {
			return author.Detect(author.Process{Program: program, Command: command, UID: os.Getuid(), Getenv: os.Getenv, Proc: os.DirFS("/proc")})
		},
		Permit: role.Permit,
		Say:    journal.Syslog(systemLog),
		AAA:    &AAA{Broker: broker.Client{Socket: paths.FromEnv().Socket(broker.Name)}, Remote: remoteuser.Is},
	}
}

// Close ends the connections.
func (s *Session) Close() error {
	if s.client == nil {
		return nil
	}
	return s.client.Close()
}

// Client gives the state database.
func (s *Session) Client() (*statedb.Client, error) {
	if s.client != nil {
		return s.client, nil
	}
	cfg, err := statedb.LoadConfig(s.Paths.DatabaseConfig())
	if errors.Is(err, fs.ErrNotExist) && s.Getenv("HEDDLE_RUN_DIR") != "" {
		cfg, err = statedb.DefaultConfig(s.Paths.RedisSocket()), nil
	}
	if err != nil {
		return nil, err
	}
	s.client, err = statedb.Open(cfg, slog.New(slog.NewTextHandler(s.Err, &slog.HandlerOptions{Level: slog.LevelWarn})))
	return s.client, err
}

// DB gives one database.
func (s *Session) DB(id statedb.DBID) (*statedb.DB, error) {
	c, err := s.Client()
	if err != nil {
		return nil, err
	}
	return c.DB(id), nil
}

// Engine gives the way to change the configuration.
func (s *Session) Engine() (*commit.Engine, error) {
	c, err := s.Client()
	if err != nil {
		return nil, err
	}
	e := commit.New(c, s.Checker).Recorded(s.Journal(), s.Author(), s.Now)
	if s.Permit == nil {
		return e, nil
	}
	return e.Guarded(func(tables []string) error { return s.Permit(s.Author(), tables) }), nil
}

// MayConfigure refuses whoever may change nothing, and has the attempt recorded.
func (s *Session) MayConfigure() error {
	if s.Permit == nil {
		return nil
	}
	denied := s.Permit(s.Author(), nil)
	if denied == nil {
		return nil
	}
	e, err := s.Engine()
	if err != nil {
		return errors.Join(denied, err)
	}
	return errors.Join(denied, e.Deny(denied))
}

// Warn tells problems that did not stop a change.
func (s *Session) Warn(problems []commit.Problem) {
	for _, p := range problems {
		fmt.Fprintln(s.Err, "Warning:", p)
	}
}

// Printf writes to the command's output.
func (s *Session) Printf(format string, args ...any) { fmt.Fprintf(s.Out, format, args...) }

// Confirm asks the operator and fails with click.ErrAborted unless he agrees.
func (s *Session) Confirm(question string) error {
	fmt.Fprintf(s.Out, "%s [y/N]: ", question)
	answer, err := bufio.NewReader(s.In).ReadString('\n')
	if err != nil && answer == "" {
		fmt.Fprintln(s.Out)
		return click.ErrAborted
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	}
	return click.ErrAborted
}
