// Command mcsnoopd finds out who listens to which multicast, so that the switch sends it nowhere else.
package main

import (
	"context"
	"flag"
	"os"

	"github.com/heddle-nos/heddle/daemons/mcsnoopd"
	"github.com/heddle-nos/heddle/internal/paths"
	"github.com/heddle-nos/heddle/internal/process"
)

func main() {
	var log process.Log
	cfg := mcsnoopd.DefaultConfig(paths.FromEnv())
	cfg.Register(flag.CommandLine)
	log.Register(flag.CommandLine)
	flag.Parse()
	cfg.Log = log.Logger(os.Stderr, mcsnoopd.Name)
	os.Exit(process.Run(cfg.Log, func(ctx context.Context) error { return mcsnoopd.Run(ctx, cfg) }))
}
