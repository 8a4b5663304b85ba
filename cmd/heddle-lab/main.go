// Heddle-lab brings switches and hosts up in network namespaces.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/heddle-nos/heddle/daemons/lab/command"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	root := command.New(command.Streams{Out: os.Stdout, Err: os.Stderr}, command.BinaryDir())
	if err := root.ExecuteContext(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "heddle-lab:", err)
		os.Exit(1)
	}
}
