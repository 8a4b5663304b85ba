// Command swssloglevel sets what daemons log while they run.
package main

import (
	"context"
	"os"
	"os/signal"

	"github.com/heddle-nos/heddle/daemons/cli"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/yang"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := cli.Loglevel(ctx, session.New(yang.NewChecker()), os.Args[1:])
	stop()
	os.Exit(code)
}
