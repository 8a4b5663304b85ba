package configure

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/jsonpatch"
)

// wholeOptions are those of commands that work on the configuration as a whole.
type wholeOptions struct {
	*session.Session
	noModel bool     // nothing is said of tables without a model
	ignored []string // JSON Pointers to what is not judged
}

const (
	formatConfigDB  = "CONFIGDB"
	formatSONiCYANG = "SONICYANG"
)

// newWhole makes such a command; it tells done when all went well and failed
// when it did not.
func newWhole(s *session.Session, use, short, done, failed string, request func(o *wholeOptions, arg string) (commit.Request, error)) *cobra.Command {
	o := &wholeOptions{Session: s}
	_, arg, _ := strings.Cut(use, " ")
	cmd := click.Command(use, short, click.Args(arg), func(cmd *cobra.Command, args []string) error {
		if s.Options.DryRun {
			s.Printf("** DRY RUN EXECUTION **\n")
		}
		err := o.run(cmd, args[0], request)
		if err != nil {
			fmt.Fprintln(s.Err, strings.ReplaceAll(failed, "%s", err.Error()))
			return click.Fail(cmd, "%s", err)
		}
		s.Printf("%s\n", done)
		return nil
	})
	f := cmd.Flags()
	f.BoolVarP(&s.Options.DryRun, "dry-run", "d", false, "test out the command without affecting config state")
	f.BoolVarP(&o.noModel, "ignore-non-yang-tables", "n", false, "ignore validation for tables without YANG models")
	f.StringArrayVarP(&o.ignored, "ignore-path", "i", nil, "ignore validation for config specified by given path which is a JsonPointer")
	f.BoolVarP(&s.Options.Diff, "verbose", "v", false, "print additional details of what the operation is doing")
	return cmd
}

func (o *wholeOptions) run(cmd *cobra.Command, arg string, request func(*wholeOptions, string) (commit.Request, error)) error {
	ignore, err := o.ignore()
	if err != nil {
		return err
	}
	q, err := request(o, arg)
	if err != nil {
		return err
	}
	q.Ignore = ignore
	_, err = o.Commit(cmd.Context(), q)
	return err
}

// ignore makes a test of the problems that do not count.
func (o *wholeOptions) ignore() (func(commit.Problem) bool, error) {
	var paths []jsonpatch.Pointer
	for _, text := range o.ignored {
		p, err := jsonpatch.ParsePointer(text)
		if err != nil {
			return nil, fmt.Errorf("ignore path: %w", err)
		}
		paths = append(paths, p)
	}
	return func(p commit.Problem) bool {
		if o.noModel && p.Warning && p.Key == "" {
			return true
		}
		at := jsonpatch.Pointer{p.Table, p.Key, p.Field}
		for _, path := range paths {
			if at.Within(path) {
				return true
			}
		}
		return false
	}, nil
}

func newApplyPatch(s *session.Session) *cobra.Command {
	cmd := newWhole(s, "apply-patch <patch-file-path>", "Apply given patch of updates to Config. A patch is a JsonPatch which follows rfc6902.",
		"Patch applied successfully.", "Failed to apply patch due to: %s", patchRequest)
	cmd.Flags().BoolP("parallel", "p", false, "applying the change to all ASICs parallelly")
	addFormat(cmd)
	return cmd
}

// addFormat lets an operator say the one format there is.
func addFormat(cmd *cobra.Command) {
	format := &click.ChoiceFlag{Value: formatConfigDB, Choices: []string{formatConfigDB, formatSONiCYANG}}
	cmd.Flags().VarP(format, "format", "f", "format of the file: ConfigDb (ABNF) is the one that is read")
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if format.Value != formatConfigDB {
			return click.Fail(cmd, "format %s is not supported; write the configuration as config_db.json has it", format.Value)
		}
		return run(cmd, args)
	}
}

// patchRequest makes a patch an edit: all of its steps or none.
func patchRequest(_ *wholeOptions, file string) (commit.Request, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return commit.Request{}, err
	}
	patch, err := jsonpatch.Parse(data)
	if err != nil {
		return commit.Request{}, fmt.Errorf("%s: %w", file, err)
	}
	return commit.Request{Mode: commit.Complete, Edit: func(c *commit.Candidate) error {
		tree, err := patch.Apply(commit.Tree(c.Config()))
		if err != nil {
			return err
		}
		target, err := commit.FromTree(tree)
		if err != nil {
			return fmt.Errorf("the outcome of the patch: %w", err)
		}
		c.ReplaceAll(target)
		return nil
	}}, nil
}

func newReplace(s *session.Session) *cobra.Command {
	cmd := newWhole(s, "replace <target-file-path>", "Replace the whole config with the specified config.",
		"Config replaced successfully.", "Failed to replace config", func(_ *wholeOptions, file string) (commit.Request, error) {
			target, err := commit.ReadFile(file)
			return replaceRequest(target), err
		})
	addFormat(cmd)
	return cmd
}

// replaceRequest makes the running configuration equal to a target. Only rows
// that differ are written.
func replaceRequest(target commit.Config) commit.Request {
	return commit.Request{Mode: commit.Whole, Edit: func(c *commit.Candidate) error {
		c.ReplaceAll(target)
		return nil
	}}
}
