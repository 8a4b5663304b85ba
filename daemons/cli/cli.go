package cli

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/arguments"
	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/configure"
	"github.com/heddle-nos/heddle/daemons/cli/counterpoll"
	"github.com/heddle-nos/heddle/daemons/cli/crm"
	"github.com/heddle-nos/heddle/daemons/cli/display"
	"github.com/heddle-nos/heddle/daemons/cli/explain"
	"github.com/heddle-nos/heddle/daemons/cli/pager"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/cli/swssloglevel"
)

// Config runs `config` with these arguments and gives the exit code.
func Config(ctx context.Context, s *session.Session, args []string) int {
	return run(ctx, s, configure.New(s), args)
}

func run(ctx context.Context, s *session.Session, root *cobra.Command, args []string) int {
	s.Begin(root.Name(), args)
	code := click.CodeOK
	if known := arguments.New(s); !click.Complete(ctx, root, s.Getenv, s.Out, known) {
		code = s.Guard(ctx, args, func() int { return click.Run(ctx, root, args, s.Out, s.Err, known) })
	}
	if err := s.Close(); err != nil && code == click.CodeOK {
		s.Printf("Error: close the database: %s\n", err)
		return click.CodeError
	}
	return code
}

// Show runs `show`. On a terminal its output goes through a pager when it is longer than the screen.
func Show(ctx context.Context, s *session.Session, args []string) int {
	file, ok := s.Out.(*os.File)
	if !ok {
		return run(ctx, s, display.New(s), args)
	}
	p := pager.For(file, os.Environ(), os.LookupEnv)
	if p == nil {
		return run(ctx, s, display.New(s), args)
	}
	s.Out = p
	code := run(ctx, s, display.New(s), args)
	if err := p.Close(); err != nil && code == click.CodeOK {
		fmt.Fprintf(s.Err, "Error: show page by page: %s\n", err)
		return click.CodeError
	}
	return code
}

// Clear runs `sonic-clear`.
func Clear(ctx context.Context, s *session.Session, args []string) int {
	return run(ctx, s, display.NewClear(s), args)
}

// CRM runs `crm`.
func CRM(ctx context.Context, s *session.Session, args []string) int {
	return run(ctx, s, crm.New(s), args)
}

// Explain runs `explain`.
func Explain(ctx context.Context, s *session.Session, args []string) int {
	return run(ctx, s, explain.New(s), args)
}

// Counterpoll runs `counterpoll`.
func Counterpoll(ctx context.Context, s *session.Session, args []string) int {
	return run(ctx, s, counterpoll.New(s), args)
}

// Loglevel runs `swssloglevel`.
func Loglevel(ctx context.Context, s *session.Session, args []string) int {
	return run(ctx, s, swssloglevel.New(s), args)
}
