package cli

import (
	"context"
	"os"
	"os/signal"

	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/yang"
)

// Main runs one of the programs for the operator who started this process, until it ends or he interrupts it, and gives the exit code.
func Main(program func(context.Context, *session.Session, []string) int) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	return program(ctx, session.New(yang.NewChecker()), os.Args[1:])
}
