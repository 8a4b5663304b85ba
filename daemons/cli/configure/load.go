package configure

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
)

type fileOptions struct {
	*session.Session
	yes  bool
	file string
}

func newFileCommand(s *session.Session, use, short, question string, run func(*fileOptions, context.Context) error) *cobra.Command {
	o := &fileOptions{Session: s}
	cmd := click.Command(use+" [<filename>]", short, click.Args("[<filename>]"), func(cmd *cobra.Command, args []string) error {
		o.file = s.Paths.ConfigFile()
		if len(args) > 0 {
			o.file = args[0]
		}
		if !o.yes {
			if err := s.Confirm(fmt.Sprintf(question, o.file)); err != nil {
				return err
			}
		}
		return run(o, cmd.Context())
	})
	cmd.Flags().BoolVarP(&o.yes, "yes", "y", false, "Do not ask for confirmation")
	return cmd
}

func newLoad(s *session.Session) *cobra.Command {
	return newFileCommand(s, "load", "Import a previously saved config DB dump file.",
		"Load config from the file(s) %s ?", (*fileOptions).load)
}

// load lays the file over the running configuration.
func (o *fileOptions) load(ctx context.Context) error {
	return o.fromFile(ctx, (*commit.Candidate).Merge)
}

func newReload(s *session.Session) *cobra.Command {
	cmd := newFileCommand(s, "reload", "Clear current configuration and import a previous saved config DB dump file.",
		"Clear current config and reload config from the file(s) %s ?", (*fileOptions).reload)
	// Heddle's daemons follow the database: there is no service to restart and
	// nothing to wait for, so these change nothing.
	cmd.Flags().BoolP("no_service_restart", "n", false, "Do not restart docker services")
	cmd.Flags().BoolP("force", "f", false, "Force config reload without system checks")
	cmd.Flags().BoolP("load-sysinfo", "l", false, "load system default information (mac, portmap etc) first.")
	return cmd
}

// reload makes the running configuration equal to the file.
func (o *fileOptions) reload(ctx context.Context) error {
	return o.fromFile(ctx, (*commit.Candidate).ReplaceAll)
}

func (o *fileOptions) fromFile(ctx context.Context, apply func(*commit.Candidate, commit.Config)) error {
	c, err := commit.ReadFile(o.file)
	if err != nil {
		return err
	}
	r, err := o.Commit(ctx, commit.Request{Mode: commit.Whole, Edit: func(candidate *commit.Candidate) error {
		apply(candidate, c)
		return nil
	}})
	if err != nil {
		return fmt.Errorf("%s: %w", o.file, err)
	}
	o.Printf("%d row(s) changed from %s\n", len(r.Changes), o.file)
	return nil
}

func newSave(s *session.Session) *cobra.Command {
	return newFileCommand(s, "save", "Export current config DB to a file on disk.",
		"Existing files will be overwritten, continue? (%s)", (*fileOptions).save)
}

func (o *fileOptions) save(ctx context.Context) error {
	if o.file == "-" || o.file == "/dev/stdout" {
		e, err := o.Engine()
		if err != nil {
			return err
		}
		c, err := e.Running(ctx)
		if err != nil {
			return err
		}
		_, err = o.Out.Write(commit.Format(c))
		return err
	}
	if err := o.Save(ctx, o.file); err != nil {
		return err
	}
	o.Printf("Configuration saved to %s\n", o.file)
	return nil
}
