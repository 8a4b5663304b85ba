package cli_test

import (
	"context"
	"flag"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/heddle-nos/heddle/daemons/cli"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/role"
	"github.com/heddle-nos/heddle/internal/paths"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/yang"
)

var update = flag.Bool("update", false, "write the goldens")

// command is one of the programs.
type command func(context.Context, *session.Session, []string) int

// scriptCommand is what testscript calls.
type scriptCommand = func(ts *testscript.TestScript, neg bool, args []string)

// TestScripts runs each script of testdata against a Redis of its own. The
// programs run within the test, as commands of the script. "row DATABASE KEY FIELD VALUE ..." writes what a daemon would
// write, "answer TEXT" and "typed FILE" are what the operator types next, and "routingd FILE" answers questions about BGP from a file.
// "servers up" runs a TACACS+ server that permits show alone, and "told TEXT" waits for it to hear of that.
// The operator is alice; $ROLE is what she may do, and $REMOTE makes her the server's user.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			s := &script{server: redistest.Start(t)}
			client := s.server.Client(t)
			servers := newAAAServer(t)
			testscript.Run(t, testscript.Params{
				Files:         []string{file},
				UpdateScripts: *update,
				Setup:         s.prepare,
				Cmds: map[string]scriptCommand{
					"config":       s.program(cli.Config),
					"show":         s.program(cli.Show),
					"sonic-clear":  s.program(cli.Clear),
					"crm":          s.program(cli.CRM),
					"counterpoll":  s.program(cli.Counterpoll),
					"explain":      s.program(cli.Explain),
					"swssloglevel": s.program(cli.Loglevel),
					"answer":       s.setAnswer,
					"typed":        s.setTyped,
					"routingd":     serveBGP,
					"servers":      servers.begin,
					"told":         servers.told,
					"row":          func(ts *testscript.TestScript, _ bool, args []string) { writeRow(ts, client, args) },
				},
			})
		})
	}
}

// script is one script being run.
type script struct {
	server *redistest.Server
	answer string
}

// prepare points the commands to the script's own switch.
func (s *script) prepare(env *testscript.Env) error {
	run := filepath.Join(env.WorkDir, "run")
	env.Setenv("HEDDLE_RUN_DIR", run)
	env.Setenv("HEDDLE_ETC_DIR", filepath.Join(env.WorkDir, "etc"))
	env.Setenv("HEDDLE_CACHE_DIR", filepath.Join(env.WorkDir, "cache"))
	env.Setenv("ROLE", string(role.Admin))
	return s.server.Config().Write(filepath.Join(run, "database_config.json"))
}

func (s *script) program(run command) scriptCommand {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		code := run(context.Background(), &session.Session{
			In: strings.NewReader(s.answer), Out: ts.Stdout(), Err: ts.Stderr(),
			Getenv: ts.Getenv, Now: time.Now, Paths: paths.From(ts.Getenv), Checker: yang.NewChecker(),
			Who: func(program, command string) commit.Author {
				return commit.Author{User: "alice", UID: 1000, From: "ttyS0", Program: program, Command: command}
			},
			Permit: func(a commit.Author, tables []string) error {
				return role.Role(ts.Getenv("ROLE")).Permit(a.User, tables)
			},
			AAA: aaa(ts.Getenv),
		}, args)
		s.answer = ""
		if neg != (code != 0) {
			ts.Fatalf("exit code %d", code)
		}
	}
}

// await polls until something holds.
func await(ts *testscript.TestScript, what string, holds func() bool) {
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			ts.Fatalf("%s: not within a minute", what)
		}
	}
}

func (s *script) setAnswer(_ *testscript.TestScript, _ bool, args []string) {
	s.answer = strings.Join(args, " ") + "\n"
}

// setTyped takes what is typed from a file.
func (s *script) setTyped(ts *testscript.TestScript, _ bool, args []string) {
	s.answer = ts.ReadFile(args[0])
}

func writeRow(ts *testscript.TestScript, client *statedb.Client, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: row DATABASE KEY [FIELD VALUE]...")
	}
	for _, id := range []statedb.DBID{statedb.ApplDB, statedb.ConfigDB, statedb.StateDB, statedb.CountersDB, statedb.AsicDB, statedb.GBCountersDB, statedb.ChassisStateDB, statedb.BMPStateDB} {
		if id.String() == args[0] {
			fields := make([]any, len(args)-2)
			for i, a := range args[2:] {
				fields[i] = a
			}
			ts.Check(client.DB(id).Redis().HSet(context.Background(), args[1], fields...).Err())
			return
		}
	}
	ts.Fatalf("unknown database %s", args[0])
}
