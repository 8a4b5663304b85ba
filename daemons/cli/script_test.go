package cli_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/heddle-nos/heddle/daemons/cli"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/internal/statedb/redistest"
	"github.com/heddle-nos/heddle/yang"
)

var update = flag.Bool("update", false, "write the goldens")

func TestMain(m *testing.M) {
	command := func(run func(context.Context, *session.Session, []string) int) func() {
		return func() { os.Exit(run(context.Background(), session.New(yang.NewChecker()), os.Args[1:])) }
	}
	testscript.Main(m, map[string]func(){
		"config":      command(cli.Config),
		"show":        command(cli.Show),
		"sonic-clear": command(cli.Clear),
	})
}

// TestScripts runs each script of testdata against a Redis of its own.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			server := redistest.Start(t)
			testscript.Run(t, testscript.Params{
				Files:         []string{file},
				UpdateScripts: *update,
				Setup:         func(env *testscript.Env) error { return prepare(env, server) },
				Cmds:          map[string]func(*testscript.TestScript, bool, []string){"row": rowCommand(t, server)},
			})
		})
	}
}

// prepare points the commands to the script's own switch.
func prepare(env *testscript.Env, server *redistest.Server) error {
	run := filepath.Join(env.WorkDir, "run")
	if err := server.Config().Write(filepath.Join(run, "database_config.json")); err != nil {
		return err
	}
	env.Setenv("HEDDLE_RUN_DIR", run)
	env.Setenv("HEDDLE_ETC_DIR", filepath.Join(env.WorkDir, "etc"))
	env.Setenv("TMPDIR", env.WorkDir)
	return nil
}

// rowCommand is "row APPL_DB TABLE:key field value field value": what daemons
// would write.
func rowCommand(t *testing.T, server *redistest.Server) func(*testscript.TestScript, bool, []string) {
	client := server.Client(t)
	return func(ts *testscript.TestScript, _ bool, args []string) {
		if len(args) < 2 {
			ts.Fatalf("usage: row DATABASE KEY [FIELD VALUE]...")
		}
		for _, id := range []statedb.DBID{statedb.ApplDB, statedb.ConfigDB, statedb.StateDB, statedb.CountersDB} {
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
}
