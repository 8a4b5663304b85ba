// Command explain follows a prefix, address, station, port or VLAN from the configuration to the ASIC.
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
	code := cli.Explain(ctx, session.New(yang.NewChecker()), os.Args[1:])
	stop()
	os.Exit(code)
}
